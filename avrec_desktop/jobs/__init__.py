"""Qt-free jobs with progress, ETA and cancel, and the compute processes they use."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from avrec_desktop.jobs.job import Job, Progress

if TYPE_CHECKING:
    from avrec_desktop.jobs.compute import ComputeProcess
    from avrec_desktop.jobs.pool import ComputePool

__all__ = ["ComputePool", "ComputeProcess", "Job", "Progress"]
_HOME = {"ComputePool": "avrec_desktop.jobs.pool", "ComputeProcess": "avrec_desktop.jobs.compute"}


def __getattr__(name: str) -> Any:
    """Load the processes when they are first asked for: numpy and all that comes with them."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value
