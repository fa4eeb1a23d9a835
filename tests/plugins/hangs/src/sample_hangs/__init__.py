"""Never ends to be imported."""

from __future__ import annotations

import threading

threading.Event().wait()
