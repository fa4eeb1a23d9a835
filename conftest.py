"""Makes the bundled plugins importable for their own tests, as compute processes do, and sets Hypothesis up."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

settings.register_profile("avrec", deadline=None)  # timings belong into benchmarks
settings.load_profile("avrec")

for _source in sorted(Path(__file__).parent.glob("plugins/*/src")):
    sys.path.append(str(_source))
