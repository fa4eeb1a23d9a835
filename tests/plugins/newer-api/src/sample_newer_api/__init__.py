"""Made for an app of the future; must not be imported."""

from __future__ import annotations

raise AssertionError("it was imported")
