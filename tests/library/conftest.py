"""Fixtures of the library room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from avrec_desktop.jobs.events import EventBus, ItemsChanged
from avrec_desktop.library.catalogue import Library
from tests.library import media_factory


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    opened = Library.open(tmp_path / "library", events=EventBus())
    yield opened
    opened.close()


@pytest.fixture
def changes(library: Library) -> list[ItemsChanged]:
    """The ItemsChanged events of ``library`` so far."""
    seen: list[ItemsChanged] = []
    library.events.subscribe(lambda event: seen.append(event) if isinstance(event, ItemsChanged) else None)
    return seen


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small file of each format, made once; copy what you change."""
    folder = tmp_path_factory.mktemp("media")
    media_factory.make_all(folder)
    return folder
