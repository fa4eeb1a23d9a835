from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.api.errors import InputError, NotFoundError
from avrec_desktop.jobs.events import PlaylistsChanged
from avrec_desktop.library import playlist_files, store
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.playlists import moved_to
from avrec_desktop.library.store import FileRef

NAMES = (b"one.mp3", b"two words.flac", "drei – ünï.ogg".encode(), b"#four.mp3", b"odd\xff name.mp3", b"new\nline.mp3",
         b"a:b %41.mp3", b" space .mp3")  # fmt: skip


def fill(library: Library, folder: bytes, names: tuple[bytes, ...] = NAMES) -> list[int]:
    ids = []
    with library.database.write() as db:
        for number, name in enumerate(names):
            path = os.path.join(folder, name)
            (file,) = store.insert_named(db, [(FileRef(path, 1, 1, None), "audio")], 0.0)
            result = {"title": f"Title {number}", "artist": "A & B <x>", "duration": 61.4, "kind": "audio",
                      "has_audio": True, "has_video": False, "fingerprint": path[-24:].rjust(24)}  # fmt: skip
            store.store_probe(db, file, result, 0.0)
            ids.append(file.item_id)
    return ids


@pytest.fixture
def ids(library: Library, tmp_path: Path) -> list[int]:
    return fill(library, os.fsencode(tmp_path / "music"))


def test_every_change_is_told_and_can_be_taken_back_in_turn(library: Library, ids: list[int]) -> None:
    lists = library.playlists
    told: list[int | None] = []
    library.events.subscribe(lambda e: told.append(e.playlist_id) if isinstance(e, PlaylistsChanged) else None)
    a, b, c, d, *_ = ids
    changes = [lists.create("Evening", [a, b])]
    key = changes[0].playlist_id
    states = [[a, b]]
    for change in (
        lambda: lists.add(key, [c, a]),
        lambda: lists.add(key, [d], at=1),
        lambda: lists.remove(key, [0, 2, 99]),
        lambda: lists.move(key, [2], 0),
        lambda: lists.rename(key, "  Late \n evening "),
    ):
        changes.append(change())
        states.append(lists.items(key).tolist())
    assert states == [[a, b], [a, b, c, a], [a, d, b, c, a], [d, c, a], [a, d, c], [a, d, c]]
    assert lists.get(key).name == "Late evening"
    assert [c.count for c in changes] == [2, 2, 1, 2, 1, 0]
    for change, state in zip(reversed(changes[1:]), reversed(states[:-1]), strict=True):
        lists.undo(change)
        assert lists.items(key).tolist() == state
    assert lists.get(key).name == "Evening"
    redo = lists.undo(changes[0])
    assert lists.list() == []
    lists.undo(redo)
    assert lists.items(key).tolist() == [a, b]
    assert set(told) == {key}
    assert len(told) == 13


def test_a_deleted_playlist_comes_back_under_its_id(library: Library, ids: list[int]) -> None:
    key = library.playlists.create("Gone", ids[:3]).playlist_id
    deleted = library.playlists.delete(key)
    with pytest.raises(NotFoundError):
        library.playlists.items(key)
    library.playlists.undo(deleted)
    assert library.playlists.items(key).tolist() == ids[:3]


def test_an_undo_never_takes_back_what_came_later(library: Library, ids: list[int]) -> None:
    key = library.playlists.create("L", ids[:2]).playlist_id
    first = library.playlists.add(key, [ids[2]])
    library.playlists.add(key, [ids[3]])
    with pytest.raises(InputError, match="changed since"):
        library.playlists.undo(first)
    assert library.playlists.items(key).tolist() == ids[:4]


def test_wrong_names_and_items_change_nothing(library: Library, ids: list[int]) -> None:
    for call in (lambda: library.playlists.create("  "), lambda: library.playlists.create_smart("x", " ")):
        with pytest.raises(InputError):
            call()
    with pytest.raises(NotFoundError):
        library.playlists.create("x", [ids[0], 999])
    assert library.playlists.list() == []
    key = library.playlists.create("x", ids[:1]).playlist_id
    with pytest.raises(NotFoundError):
        library.playlists.add(key, [999])
    assert library.playlists.items(key).tolist() == ids[:1]


def test_a_file_that_turns_out_to_be_a_copy_keeps_its_place(library: Library, ids: list[int]) -> None:
    with library.database.write() as db:
        (file,) = store.insert_named(db, [(FileRef(b"/x/copy.mp3", 1, 1, None), "audio")], 0.0)
    key = library.playlists.create("x", [file.item_id, ids[1]]).playlist_id
    with library.database.write() as db:
        fingerprint = db.execute("SELECT fingerprint FROM items WHERE id = ?", (ids[0],)).fetchone()[0]
        later = FileRef(file.path, 1, 1, None, file.id, file.item_id)
        same = {"title": "t", "duration": 61.4, "kind": "audio", "fingerprint": fingerprint}
        store.store_probe(db, later, same | {"has_audio": True, "has_video": False}, 1.0)
    assert library.playlists.items(key).tolist() == ids[:2]


@given(st.lists(st.integers(0, 9)), st.integers(-2, 12))
def test_moving_keeps_the_entries_and_their_order(positions: list[int], to: int) -> None:
    ids = np.arange(10)
    moved = sorted(set(positions))
    out = moved_to(ids, moved, to).tolist()
    rest = [i for i in range(10) if i not in moved]
    assert sorted(out) == list(range(10))
    assert [i for i in out if i in moved] == moved
    assert [i for i in out if i not in moved] == rest
    if moved:
        assert sum(1 for i in out[: out.index(moved[0])]) == sum(1 for i in rest if i < to)


@pytest.mark.parametrize("name", ["list.m3u8", "list.xspf"])
@pytest.mark.parametrize("place", ["music", ".", "elsewhere/deep"])
def test_a_written_playlist_reads_back_as_it_was(
    library: Library, ids: list[int], tmp_path: Path, name: str, place: str
) -> None:
    order = [*ids[::-1], ids[0]]
    key = library.playlists.create("Für <Élise> & more", order).playlist_id
    target = tmp_path / place / name
    assert library.playlists.export_file(key, target) == len(order)
    found = library.playlists.import_file(target)
    assert found.unknown == ()
    assert library.playlists.items(found.change.playlist_id).tolist() == order
    assert library.playlists.get(found.change.playlist_id).name == "Für <Élise> & more"
    assert str(tmp_path).encode() not in target.read_bytes().replace(b"file://" + os.fsencode(tmp_path), b"")


def test_a_list_beside_the_music_moves_with_it(library: Library, ids: list[int], tmp_path: Path) -> None:
    key = library.playlists.create("x", ids[:1]).playlist_id
    library.playlists.export_file(key, tmp_path / "music" / "x.m3u8")
    assert (tmp_path / "music" / "x.m3u8").read_text().splitlines()[-1] == "one.mp3"
    assert "#EXTINF:61,A & B <x> - Title 0" in (tmp_path / "music" / "x.m3u8").read_text()


def test_entries_are_found_by_name_and_the_rest_is_listed(library: Library, ids: list[int], tmp_path: Path) -> None:
    again = fill(library, os.fsencode(tmp_path / "other"), (b"one.mp3",))
    source = tmp_path / "l.m3u"
    source.write_bytes(
        b"\xef\xbb\xbf#EXTM3U\r\n#EXTINF:1,Ryan - Away\r\nhttp://example.org/radio\r\nD:\\Music\\TWO WORDS.flac\r\n"
        b"E:\\x\\music\\one.mp3\r\nE:\\one.mp3\r\n#EXTINF:9,Gone\r\nnot/here.mp3\r\nother\\one.mp3\r\n"
        + (tmp_path / "music/one.mp3").as_uri().encode()
        + b"\r\n"
    )
    found = library.playlists.import_file(source)
    assert library.playlists.items(found.change.playlist_id).tolist() == [ids[1], ids[0], again[0], ids[0]]
    assert [(e.location, e.title) for e in found.unknown] == [
        ("http://example.org/radio", "Ryan - Away"), ("E:\\one.mp3", ""), ("not/here.mp3", "Gone"),
    ]  # fmt: skip
    assert library.playlists.list()[0].name == "l"


ODD = ("a b.mp3", "#x.mp3", "50%.mp3", "%41.mp3", "A.mp3", "nl\nx.mp3", "中文 歌.mp3", "http: x.mp3", "q?b=c&d#1.mp3",
       "back\\slash.mp3", " lead.mp3", "trail .mp3", "file:.mp3", "tab\t.mp3", "\u2028line.mp3")  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="no such names")
@pytest.mark.parametrize("name", ["l.m3u8", "l.xspf", "odd #1 ü%20/l.m3u8", "odd #1 ü%20/l.xspf"])
def test_odd_names_come_back_from_a_list(library: Library, tmp_path: Path, name: str) -> None:
    items = fill(library, os.fsencode(tmp_path / "odd #1 ü%20"), (*map(os.fsencode, ODD), b"bad\xff.mp3"))
    key = library.playlists.create("x", items).playlist_id
    library.playlists.export_file(key, tmp_path / name)
    found = library.playlists.import_file(tmp_path / name)
    assert found.unknown == ()
    assert library.playlists.items(found.change.playlist_id).tolist() == items


@pytest.mark.skipif(sys.platform == "win32", reason="no such names")
def test_lists_of_other_programs_that_mix_paths_and_addresses_are_understood(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "odd #1"
    items = dict(zip(ODD, fill(library, os.fsencode(folder), tuple(map(os.fsencode, ODD))), strict=True))
    wanted = {
        "odd%20%231/a%20b.mp3": "a b.mp3",  # a relative address
        f"file://{folder}/q?b=c&d#1.mp3": "q?b=c&d#1.mp3",  # a plain path behind file://
        (folder / "#x.mp3").as_uri(): "#x.mp3",
        "file://localhost" + (folder / "中文 歌.mp3").as_uri().removeprefix("file://"): "中文 歌.mp3",
        "odd #1/%41.mp3": "%41.mp3",
        "./odd #1/50%.mp3": "50%.mp3",
        "odd #1\\A.mp3": "A.mp3",
    }
    (tmp_path / "l.m3u8").write_text("#EXTM3U\n" + "\n".join(wanted), encoding="utf-8")
    found = library.playlists.import_file(tmp_path / "l.m3u8")
    assert found.unknown == ()
    assert library.playlists.items(found.change.playlist_id).tolist() == [items[n] for n in wanted.values()]


def test_a_title_of_two_lines_is_no_entry(tmp_path: Path) -> None:
    playlist_files.write(tmp_path / "l.m3u8", "One\nTwo", [])
    assert playlist_files.read(tmp_path / "l.m3u8") == playlist_files.PlaylistFile("One Two", [])


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><playlist xmlns="http://xspf.org/ns/0/"><title>&b;</title></playlist>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><playlist><title>&a;</title></playlist>',
        "<html/>",
        "<playlist",
    ],
)
def test_hostile_or_foreign_xml_is_refused(library: Library, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.xspf").write_text(text)
    with pytest.raises(InputError):
        library.playlists.import_file(tmp_path / "x.xspf")
    assert library.playlists.list() == []


def test_files_that_cannot_be_read_or_written_say_so(library: Library, ids: list[int], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        library.playlists.import_file(tmp_path / "none.m3u8")
    (tmp_path / "b.m3u").write_bytes(b"\x7fELF\0\0\0")
    with pytest.raises(InputError, match="no playlist"):
        library.playlists.import_file(tmp_path / "b.m3u")
    key = library.playlists.create("x", ids).playlist_id
    with pytest.raises(InputError, match="no format"):
        library.playlists.export_file(key, tmp_path / "x.txt")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        library.playlists.export_file(key, tmp_path / "file" / "x.m3u8")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_list_of_something(data: bytes) -> None:
    for entry in playlist_files.read_m3u(data).entries:
        assert entry.location
        entry.location.encode()


@given(st.text(max_size=200))
def test_text_in_other_encodings_is_read(text: str) -> None:
    lines = [line for line in text.encode("utf-16").decode("utf-16").encode().splitlines() if line.strip()]
    wanted = sum(1 for line in lines if not line.strip().startswith(b"#"))
    assert len(playlist_files.read_m3u(text.encode("utf-16")).entries) == wanted
