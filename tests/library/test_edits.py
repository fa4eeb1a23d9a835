"""Corrections with undo, and tags written into files without touching their sound."""

from __future__ import annotations

from pathlib import Path

import mutagen
import pytest
from mutagen.id3 import ID3, TDRC, TIT2, TXXX

from avrec_desktop.api.errors import InputError
from avrec_desktop.jobs.job import Job
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.types import ItemQuery
from tests.library import media_factory


@pytest.fixture
def songs(library: Library, tmp_path: Path) -> list[int]:
    folder = tmp_path / "music"
    folder.mkdir()
    for number, name in enumerate(("a.mp3", "b.flac", "c.ogg", "d.m4a", "e.mka")):
        media_factory.make_audio(folder / name, seed=number)
    easy = mutagen.File(folder / "b.flac", easy=True)
    easy["title"], easy["artist"], easy["genre"] = "Old", ["One", "Two"], "Folk"
    easy.save()
    library.scan([folder], Job())
    return [i.id for i in sorted(library.items(ItemQuery()), key=lambda i: i.path)]


def test_many_items_are_edited_and_come_back_as_they_were(library: Library, songs: list[int]) -> None:
    before = [library.item(i) for i in songs]
    library.edit(songs[:1], {"year": 1990, "tags": ["mine"]})
    middle = [library.item(i) for i in songs]
    change = library.edit([*songs, 999, songs[0]], {"album": "All", "year": 2001, "title": "New", "tags": ["x", "y"]})
    assert change.item_ids == tuple(songs)
    assert {i.album for i in library.items_by_id(songs)} == {"All"}
    assert library.count(ItemQuery("album:all year:2001 tag:x")) == 5
    library.undo_edit(change)
    assert [library.item(i) for i in songs] == middle
    assert library.count(ItemQuery("is:edited")) == 1
    assert library.count(ItemQuery("tag:x")) == 0
    assert library.count(ItemQuery("tag:mine year:1990")) == 1
    assert before[1:] == middle[1:]


def test_a_bad_value_changes_nothing(library: Library, songs: list[int]) -> None:
    with pytest.raises(InputError):
        library.edit(songs, {"album": "All", "year": "soon"})
    assert library.count(ItemQuery("album:all")) == 0


def test_tags_are_written_and_taken_back(library: Library, songs: list[int]) -> None:
    found = {i.path: i for i in library.items_by_id(songs)}
    library.edit(songs, {"title": "Ünï", "artist": "Somebody", "year": 1999, "genre": None})
    prints = _fingerprints(library)
    write = library.write_tags(songs, ["title", "artist", "year"], Job())
    assert [Path(f.path).name for f in write.failed] == ["e.mka"]
    assert "format" in write.failed[0].reason
    for path in found:
        if path.endswith("mka"):
            continue
        tags = mutagen.File(path, easy=True)
        assert (tags["title"], tags["artist"], tags["date"]) == (["Ünï"], ["Somebody"], ["1999"])
    assert mutagen.File(next(p for p in found if p.endswith("flac")), easy=True)["genre"] == ["Folk"]
    assert {p.name for p in Path(next(iter(found))).parent.iterdir()} == {"a.mp3", "b.flac", "c.ogg", "d.m4a", "e.mka"}
    library.scan(None, Job())
    assert _fingerprints(library) == prints
    assert library.undo_write(write, Job()).failed == []
    old = mutagen.File(next(p for p in found if p.endswith("flac")), easy=True)
    assert (old["title"], old["artist"], old.get("date")) == (["Old"], ["One", "Two"], None)
    assert library.undo_write(write, Job()).ids == []


@pytest.mark.parametrize("version", [3, 4])
def test_an_mp3_keeps_the_version_of_its_tags_and_gets_them_all_back(
    library: Library, songs: list[int], version: int
) -> None:
    path = library.path(songs[0])
    tags = ID3(path)
    tags.add(TIT2(encoding=1, text=["Täg"]))
    tags.add(TDRC(encoding=0, text=["1999-05-03"]))
    tags.add(TXXX(encoding=1, desc="mine", text=["kept"]))
    if version == 3:
        tags.update_to_v23()
    tags.save(path, v2_version=version)
    before = _frames(path)
    library.scan(None, Job())
    library.edit(songs[:1], {"title": "New", "year": 2001, "artist": "Somebody"})
    write = library.write_tags(songs[:1], ["title", "year", "artist"], Job())
    assert ID3(path).version == (2, version, 0)
    assert {"New", "2001", "Somebody", "kept"} <= set(_frames(path).values())
    assert library.undo_write(write, Job()).failed == []
    assert _frames(path) == before
    assert ID3(path).version == (2, version, 0)


def _frames(path: str) -> dict[str, str]:
    return {key: str(frame) for key, frame in ID3(path).items()}


def test_what_cannot_be_written_is_left_alone(library: Library, songs: list[int]) -> None:
    path = Path(library.path(songs[0]))
    path.write_bytes(b"not an mp3 any more" * 100)
    write = library.write_tags(songs[:1], ["title"], Job())
    assert len(write.failed) == 1
    assert path.read_bytes() == b"not an mp3 any more" * 100
    assert len(list(path.parent.iterdir())) == 5
    with pytest.raises(InputError):
        library.write_tags(songs, ["lyrics"], Job())


def _fingerprints(library: Library) -> set[bytes]:
    with library.database.read() as db:
        return {row[0] for row in db.execute("SELECT fingerprint FROM items")}
