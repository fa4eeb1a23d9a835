from __future__ import annotations

from pathlib import Path

import pytest

from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import DATABASE_NAME, Library
from avrec_desktop.library.types import ItemQuery
from tests.library import old_versions


@pytest.mark.parametrize("version", old_versions.versions())
def test_a_library_of_any_version_opens_with_everything_in_it(version: int, tmp_path: Path) -> None:
    old_versions.make(tmp_path / DATABASE_NAME, version)
    library = Library.open(tmp_path, events=EventBus())
    try:
        (item,) = library.items(ItemQuery("old so"))
        assert (item.id, item.title, item.path, item.duration) == (7, "Old song", "/m/a", 61.5)
        assert (item.rating, item.plays, [t.name for t in item.tags]) == (4, 2, ["rock"])
        assert library.folders()[0].n_items == 1
        assert library.database.version == old_versions.versions()[-1]
        assert library.database.check() == []
    finally:
        library.close()
    assert (tmp_path / f"{DATABASE_NAME}.v{version}.bak").exists() == (version != old_versions.versions()[-1])
