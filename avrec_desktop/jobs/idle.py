"""Whether the machine has time for work that nobody waits for."""

from __future__ import annotations

import os

#: Load per processor from which the machine is busy.
BUSY = 0.7


def machine_is_busy() -> bool:
    """Whether the processors are in use, by the mean load of the last minute."""
    import psutil

    return bool(psutil.getloadavg()[0] / (os.cpu_count() or 1) > BUSY)
