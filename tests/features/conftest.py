"""Fixtures of the features room: real libraries, real plugin processes, generated media."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from avrec_desktop.features.pipeline import Features
from avrec_desktop.jobs.events import EventBus, FeaturesStored
from avrec_desktop.jobs.job import Job
from avrec_desktop.library.catalogue import Library
from avrec_desktop.plugin_host.host import PluginHost

PLUGINS = Path(__file__).parent / "data"


def write_tone(path: Path, *, seconds: float = 2.0, hertz: float = 440.0, seed: int = 0, rate: int = 16000) -> Path:
    """Write a WAV file of a tone with some noise; every seed gives another recording."""
    import soundfile

    times = np.arange(int(seconds * rate)) / rate
    noise = np.random.default_rng(seed).normal(0, 0.02, len(times))
    soundfile.write(path, (0.4 * np.sin(2 * np.pi * hertz * times) + noise).astype(np.float32), rate)
    return path


@dataclass
class Rig:
    """An open library with its plugins and features."""

    folder: Path
    library: Library
    plugins: PluginHost
    features: Features
    stored: list[FeaturesStored]

    def add(self, *names: str, seconds: float = 2.0) -> list[int]:
        """Write tones of these names, scan, and return their ids."""
        for i, name in enumerate(names):
            write_tone(self.folder / name, seconds=seconds, hertz=200.0 + 173.0 * i, seed=hash(name) & 0xFFFF)
        self.library.scan([self.folder], Job())
        return [self.library.resolve(str(self.folder / name)) for name in names]

    def state(self, item: int, extractor: str) -> tuple[str, str | None] | None:
        """Return state and reason of one outcome, or None."""
        with self.library.database.read() as db:
            row = db.execute(
                "SELECT state, reason FROM extractions WHERE item_id = ? AND extractor = ?", (item, extractor)
            ).fetchone()
        return None if row is None else (row[0], row[1])


def open_rig(root: Path, plugins_dir: Path = PLUGINS) -> Rig:
    """Open a library below ``root`` with the plugins of a folder."""
    events = EventBus()
    folder = root / "media"
    folder.mkdir(exist_ok=True)
    library = Library.open(root / "library", events=events)
    plugins = PluginHost(library.directory, plugins_dir, root / "user-plugins", events=events)
    features = Features(library, plugins, events=events)
    stored: list[FeaturesStored] = []
    events.subscribe(lambda event: stored.append(event) if isinstance(event, FeaturesStored) else None)
    return Rig(folder, library, plugins, features, stored)


def close_rig(rig: Rig) -> None:
    """End its processes and close the database."""
    rig.features.close()
    rig.plugins.close()
    rig.library.close()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """An empty library with the test plugins."""
    opened = open_rig(tmp_path)
    yield opened
    close_rig(opened)


@pytest.fixture
def tone() -> Callable[..., Path]:
    """The function that writes a tone."""
    return write_tone
