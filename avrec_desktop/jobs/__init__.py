"""Qt-free jobs with progress, ETA and cancel, and the compute processes they use."""

from avrec_desktop.jobs.compute import ComputeProcess
from avrec_desktop.jobs.job import Job, Progress
from avrec_desktop.jobs.pool import ComputePool

__all__ = ["ComputePool", "ComputeProcess", "Job", "Progress"]
