"""Chapters and subtitle files: read at the scan, found by plain words and by their fields."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest
from mutagen.id3 import CHAP, ID3, TIT2
from mutagen.oggvorbis import OggVorbis

from avrec_desktop.features import passages
from avrec_desktop.jobs.job import Job
from avrec_desktop.library import spoken
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.mediatext import read_transcript
from avrec_desktop.library.types import ItemQuery
from tests.library import media_factory


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a film that has subtitles in two languages, and one without."""
    place = tmp_path / "films"
    place.mkdir()
    for seed, name in enumerate(("waves.mkv", "dunes.mkv")):
        media_factory.make_video(place / name, seed=seed)
    write(place / "waves.en.srt", "Mind the harbour", "and the harbour <i>lights</i>")
    (place / "waves.zh.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n小心港口\n", encoding="utf-8")
    return place


def write(path: Path, *lines: str) -> None:
    cues = [f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{line}\n" for n, line in enumerate(lines, 1)]
    path.write_text("\n".join(cues), encoding="utf-8")


def found(library: Library, text: str, sort: str = "title") -> list[str]:
    return [item.title for item in library.items(ItemQuery(text, sort=sort))]


def test_what_subtitle_files_say_is_found(library: Library, folder: Path) -> None:
    library.scan([folder], Job())
    for text in ("harbo", "waves harbour", 'said:"harbour lights"', '"the harbour lights"', "港口", "said:小心"):
        assert found(library, text) == ["waves"], text
    for text in ("dunes harbour", "said:waves", 'said:"mind lights"'):
        assert found(library, text) == [], text
    item = library.ids(ItemQuery("waves"))[0]
    lines = passages.read(library.database, int(item))
    assert [(line.start, line.text) for line in lines] == [
        (1.0, "Mind the harbour"),
        (2.0, "and the harbour lights"),
    ]
    with library.database.read() as db:
        assert read_transcript(db, int(item)) == ""  # extractors are given the subtitles by themselves


def test_subtitles_that_change_or_go_are_found_as_they_are_now(library: Library, folder: Path) -> None:
    library.scan([folder], Job())
    (folder / "waves.zh.vtt").unlink()
    write(folder / "waves.en.srt", "Nothing but sand")
    with library.database.write() as db:
        db.execute("UPDATE files SET size = -1")  # as when the film was written again
    library.scan(None, Job())
    assert found(library, "harbour") == found(library, "港口") == []
    assert found(library, "sand") == ["waves"]
    assert library.database.check() == []


def test_files_beside_media_that_come_or_change_later_are_taken_in_by_the_next_scan(
    library: Library, folder: Path
) -> None:
    library.scan([folder], Job())
    assert library.scan(None, Job()).unchanged == 2
    write(folder / "dunes.srt", "A caravan")
    result = library.scan(None, Job())
    assert (result.added, result.updated, result.unchanged) == (0, 1, 1)
    assert found(library, "caravan") == ["dunes"]
    assert library.scan(None, Job()).unchanged == 2, "once is enough"
    write(folder / "dunes.srt", "An oasis")
    (folder / "waves.nfo").write_text("<movie><title>High Waves</title></movie>")
    assert library.scan([folder], Job()).updated == 2
    assert (found(library, "caravan"), found(library, "oasis")) == ([], ["dunes"])
    assert found(library, "harbour") == ["High Waves"]


def test_a_title_comes_before_what_is_only_said(library: Library, folder: Path) -> None:
    write(folder / "dunes.srt", "Waves", "waves", "the waves")
    library.scan([folder], Job())
    assert found(library, "waves", "relevance") == ["waves", "dunes"]


def test_a_transcript_is_found_by_plain_words_and_leaves_with_its_item(library: Library, folder: Path) -> None:
    library.scan([folder], Job())
    item = int(library.ids(ItemQuery("dunes"))[0])
    with library.database.write() as db:
        passages.store(db, item, "ears", [(0.0, 1.0, "A caravan")], "done")
    assert found(library, "dunes carav") == ["dunes"]
    with library.database.write() as db:
        db.execute("DELETE FROM files WHERE item_id = ?", (item,))
        db.execute("DELETE FROM items WHERE id = ?", (item,))
        assert db.execute("SELECT count(*) FROM item_spoken WHERE item_spoken MATCH 'caravan'").fetchone()[0] == 0


def test_runs_of_chinese_are_kept_apart() -> None:
    assert spoken._distinct(["灯塔, 水", "塔, 灯 and 水 and"]).split() == [
        *"灯塔", spoken._GAP, "水", spoken._GAP, "塔", spoken._GAP, "灯", spoken._GAP, "and",
    ]  # fmt: skip


def chaptered_mp3(path: Path) -> None:
    media_factory.make_audio(path)
    tags = ID3()
    for start, title in ((500, "Second part"), (0, "Prologue")):
        frame = CHAP(element_id=title, start_time=start, end_time=start + 500, sub_frames=[TIT2(text=[title])])
        tags.add(frame)
    tags.add(CHAP(element_id="bare", start_time=900, end_time=950))
    tags.save(path)


def chaptered_ogg(path: Path) -> None:
    media_factory.make_audio(path)
    file = OggVorbis(path)
    file["CHAPTER001"], file["CHAPTER001NAME"] = "00:00:00.000", "Prologue"
    file["CHAPTER002"], file["CHAPTER002NAME"] = "00:00:00.500", "Second part"
    file.save()


def chaptered_by_ffmpeg(path: Path) -> None:
    plain = path.with_name(f"plain{path.suffix}")
    make = media_factory.make_video if path.suffix == ".mkv" else media_factory.make_audio
    make(plain)
    with (
        av.open(str(plain)) as source,
        av.open(str(path), "w", format="ipod" if path.suffix == ".m4a" else None) as out,
    ):
        (stream,) = source.streams
        copy = out.add_stream_from_template(stream)
        out.set_chapters(
            [
                {
                    "id": n,
                    "start": n * 500,
                    "end": n * 500 + 500,
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": title},
                }  # type: ignore[typeddict-item]
                for n, title in enumerate(("Prologue", "Second part"))
            ]
        )
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = copy
                out.mux(packet)
    plain.unlink()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("book.mp3", chaptered_mp3),
        ("book.ogg", chaptered_ogg),
        ("book.m4a", chaptered_by_ffmpeg),
        ("book.mkv", chaptered_by_ffmpeg),
    ],
)
def test_titles_of_chapters_are_found(library: Library, tmp_path: Path, name: str, make: object) -> None:
    place = tmp_path / "books"
    place.mkdir()
    make(place / name)  # type: ignore[operator]
    library.scan([place], Job())
    for text in ("prologue", "book second", 'chapter:"second part"', "has:chapters"):
        assert found(library, text) == ["book"], text
