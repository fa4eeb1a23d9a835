"""Makes the bundled plugins importable for their own tests, as the app does inside its compute processes."""

from __future__ import annotations

import sys
from pathlib import Path

for _source in sorted(Path(__file__).parent.glob("plugins/*/src")):
    sys.path.append(str(_source))
