"""Makes the bundled plugins importable for their own tests, as the app does in its compute processes; sets Hypothesis."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

settings.register_profile("avrec", deadline=None)  # timings belong into benchmarks
settings.load_profile("avrec")

for _source in sorted(Path(__file__).parent.glob("plugins/*/src")):
    sys.path.append(str(_source))
