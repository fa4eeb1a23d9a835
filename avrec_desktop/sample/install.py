"""Makes the sample library and gives it a history."""

from __future__ import annotations

import dataclasses
import os
import time
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from avrec_desktop.api.errors import AvrecError, InputError
from avrec_desktop.jobs import ComputePool, Job
from avrec_desktop.sample.recipe import TASTES, Clip, recipe

if TYPE_CHECKING:
    from avrec_desktop.session import Session

_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What was made: the folder, the clips written, those already there, profiles with a history, and seconds."""

    directory: str
    made: int
    kept: int
    profiles: tuple[str, ...]
    events: int
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return dataclasses.asdict(self) | {"profiles": list(self.profiles)}


def make_sample(directory: Path, job: Job) -> tuple[int, int]:
    """Render the clips that are missing in ``directory``; returns (made, already there).

    Raises:
        InputError: The folder cannot be made or holds a file of that name.
        AvrecError: A clip could not be rendered.
        Cancelled: The job was cancelled; finished clips stay.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the folder cannot be made: {error.strerror}", path=directory) from error
    clips = recipe()
    missing = [c for c in clips if not (directory / c.path).exists()]
    kept = len(clips) - len(missing)
    workers = min(os.cpu_count() or 1, 4)
    with ComputePool(workers, "sample") as pool:
        futures = {
            pool.submit(
                "avrec_desktop.sample.render:render",
                {"clip": dataclasses.asdict(c), "directory": str(directory)},
                should_stop=lambda: job.cancelled,
                timeout=120,
            ): c
            for c in missing
        }
        for done, future in enumerate(as_completed(futures), 1):
            future.result()
            job.progress(done, len(missing), futures[future].title)
    return len(missing), kept


def install_sample(session: Session, directory: Path, job: Job) -> SampleResult:
    """Make the clips, take them into the library and write the sample history (once).

    Raises:
        AvrecError: See :func:`make_sample`; or the scan found no clip.
    """
    start = time.monotonic()
    made, kept = make_sample(directory, job)
    session.library.add_folder(directory, sample=True)
    session.library.scan([directory], job)
    events = write_history(session, directory)
    return SampleResult(
        str(directory), made, kept, tuple(t.name for t in TASTES), events, round(time.monotonic() - start, 2)
    )


def write_history(session: Session, directory: Path) -> int:
    """Record 60 days of viewing for the three sample profiles, marked as sample data; returns the events written.

    A profile that has sample events already is left alone. The history follows a noisy taste per series
    (:data:`TASTES`), so that a model has something to find and something to be wrong about.
    """
    ids: dict[str, int] = {}
    clips = recipe()
    for clip in clips:
        try:
            ids[clip.path] = session.library.resolve(str(directory / clip.path))
        except AvrecError:  # deleted by the user since: the history goes without it
            continue
    written = 0
    now = time.time()
    for number, taste in enumerate(TASTES):
        session.behaviour.ensure_profile(taste.name, sample=True)
        if session.behaviour.events(taste.name, limit=1):
            continue
        rows = [r for r in _history(clips, taste.likes, number, now) if r[0] in ids]
        session.behaviour.record_many(
            taste.name, [(ids[path], kind, value, at) for path, kind, value, at in rows], origin="sample"
        )
        written += len(rows)
    return written


def _history(
    clips: list[Clip], likes: dict[str, float], seed: int, now: float
) -> list[tuple[str, str, float | None, float]]:
    """Return (clip path, event kind, value, time) rows, oldest first."""
    rng = np.random.default_rng(seed)
    taste = np.array([likes.get(c.artist, 0.0) for c in clips])
    quality = 0.25 * np.random.default_rng(7).standard_normal(len(clips))
    interest = taste + quality + 0.15 * rng.standard_normal(len(clips))
    weight = np.exp(1.5 * interest)
    rows: list[tuple[str, str, float | None, float]] = []
    seen: set[int] = set()
    for at in np.sort(now - _DAY * rng.uniform(1, 60, 70)):
        k = int(rng.choice(len(clips), p=weight / weight.sum()))
        pleased = interest[k] + 0.25 * rng.standard_normal() > 0.1
        path = clips[k].path
        if pleased:
            rows.append((path, "complete", float(rng.uniform(0.85, 1.0)), float(at)))
        else:
            rows.append((path, "skip", float(rng.uniform(0.03, 0.3)), float(at)))
        if k not in seen and rng.random() < 0.35:
            stars = float(np.clip(round(3 + 2 * interest[k] + 0.4 * rng.standard_normal()), 1, 5))
            rows.append((path, "rate", stars, float(at) + 5))
            seen.add(k)
    return rows
