from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import mutagen
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.easyid3 import EasyID3
from mutagen.id3 import APIC, ID3, TALB, TCON, TDRC, TIT2, TPE1, TRCK
from mutagen.mp3 import MP3

from avrec_desktop.library import kinds, probe, sidecars, streams
from avrec_desktop.library.probe import probe_file
from tests.library import media_factory


def read(path: Path | bytes, *, certain: bool = True) -> dict[str, Any]:
    return probe_file(os.fsencode(path), sidecars.Shelf(), certain=certain)


@pytest.mark.parametrize("name", [*media_factory.AUDIO, "tone.ogg"])
def test_sound_files_tell_their_streams(name: str, media: Path) -> None:
    found = read(media / name)
    assert found["kind"] == "audio"
    assert found["has_audio"]
    assert not found["has_video"]
    assert found["duration"] == pytest.approx(1.0, abs=0.1)
    assert found["sample_rate"] == 48_000
    assert found["title"] == "tone"
    assert found["audio_codec"]
    assert found["warning"] is None


@pytest.mark.parametrize("name", list(media_factory.VIDEO))
def test_video_files_tell_their_streams(name: str, media: Path) -> None:
    found = read(media / name)
    assert found["kind"] == "video"
    assert (found["width"], found["height"]) == (96, 64)
    assert found["fps"] == pytest.approx(25, abs=0.1)
    # a program stream tells no length; FFmpeg estimates it from time stamps at both ends
    assert found["duration"] == pytest.approx(1.0, abs=0.35 if name == "clip.mpg" else 0.15)
    assert found["artwork"] == "frame"


@pytest.mark.parametrize(("name", "lie"), [("tone.flac", "x.mp3"), ("tone.mp3", "x.flac"), ("tone.ogg", "x.wav"),
                                           ("clip.mkv", "x.mp4"), ("clip.mp4", "x.mp3"), ("tone.m4a", "x.avi"),
                                           ("clip.mp4", "x.m4a")])  # fmt: skip
def test_content_counts_where_the_extension_lies(name: str, lie: str, media: Path, tmp_path: Path) -> None:
    shutil.copy(media / name, tmp_path / lie)
    lied, true = read(tmp_path / lie), read(media / name)
    assert lied["kind"] == true["kind"]
    assert lied["fingerprint"] == true["fingerprint"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.mp3", b"", "empty"),
        ("zeros.mp4", b"\0" * 9000, "zeros"),
        ("text.mp3", "Dies ist ein Text über Musik.\n".encode() * 20, "text file"),
        ("list.mp3", b"#EXTM3U\nsong.mp3\n", "playlist"),
        ("list2.mp3", b"\xef\xbb\xbf[playlist]\nFile1=x\n", "playlist"),
        ("page.mp4", b"<!DOCTYPE html><html>404</html>", "web page"),
        ("cover.mp3", b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 500, "JPEG"),
        ("cover.ogg", b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "PNG"),
        ("book.avi", b"%PDF-1.7\n" + b"\0" * 500, "PDF"),
        ("archive.mkv", b"PK\x03\x04" + b"\0" * 500, "ZIP"),
        ("noise.mkv", bytes(i * 7919 % 251 for i in range(5000)), "no sound or video"),
        ("midi.wav", b"MThd\0\0\0\6" + b"\0" * 100, "MIDI"),
    ],
)
def test_what_is_no_media_says_what_it_is(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    found = read(tmp_path / name)
    assert reason in found["reason"]
    assert not found["retry"]
    assert read(tmp_path / name, certain=False) == {"ignore": True}


def test_media_without_extension_is_found(media: Path, tmp_path: Path) -> None:
    shutil.copy(media / "tone.mp3", tmp_path / "noext")
    assert read(tmp_path / "noext", certain=False)["kind"] == "audio"


def test_missing_and_unreadable_files_are_to_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(tmp_path / "gone.mp3")
    assert found == {"reason": "it vanished while it was being read", "retry": True}

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(probe, "open", refuse, raising=False)
    assert read(tmp_path / "x.mp3") == {"reason": "no permission to read it", "retry": True}


@pytest.mark.parametrize("name", ["tone.wav", "tone.aiff", "tone.ogg", "tone.opus", "clip.avi", "clip.mkv"])
def test_cut_files_that_play_carry_a_warning(name: str, media: Path, tmp_path: Path) -> None:
    data = (media / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) * 3 // 4])
    found = read(tmp_path / name)
    assert "cut short" in (found.get("warning") or found.get("reason") or "")


def test_mp4_without_its_index_is_said_to_be_cut(media: Path, tmp_path: Path) -> None:
    data = (media / "clip.mp4").read_bytes()
    (tmp_path / "x.mp4").write_bytes(data[: data.index(b"moov") - 4])
    assert "cut short" in read(tmp_path / "x.mp4")["reason"]


@pytest.mark.parametrize("name", sorted([*media_factory.AUDIO, "tone.ogg", *media_factory.VIDEO]))
def test_truncation_anywhere_never_raises(name: str, media: Path, tmp_path: Path) -> None:
    data = (media / name).read_bytes()
    path = tmp_path / name
    for length in (*range(1, 200, 23), *range(1024, len(data), max(1024, len(data) // 8))):
        path.write_bytes(data[:length])
        found = read(path)
        assert found.get("reason") or found["duration"] >= 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(["tone.mp3", "tone.flac", "tone.ogg", "tone.m4a", "tone.wma", "clip.mkv", "clip.avi"]),
    data=st.data(),
)
def test_flipped_header_bytes_never_raise(name: str, media: Path, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray((media / name).read_bytes())
    for at in data.draw(st.lists(st.integers(0, min(1500, len(content) - 1)), min_size=1, max_size=8)):
        content[at] = data.draw(st.integers(0, 255))
    (tmp_path / name).write_bytes(content)
    found = read(tmp_path / name)
    assert found.keys() >= {"reason"} or 0 <= found["duration"] <= streams.MAX_DURATION


def test_tags_of_all_dialects(media: Path, tmp_path: Path) -> None:
    for name in ("tone.mp3", "tone.flac", "tone.ogg", "tone.opus", "tone.m4a"):
        path = tmp_path / name
        shutil.copy(media / name, path)
        file = mutagen.File(path, easy=True)
        file["title"], file["artist"], file["album"] = "Zażółć 春", "Björk", "Homogenic"
        file["date"], file["genre"], file["tracknumber"], file["discnumber"] = "1997-09-22", "Electronic", "3/10", "1/2"
        file.save()
        found = read(path)
        assert (found["title"], found["artist"], found["album"]) == ("Zażółć 春", "Björk", "Homogenic"), name
        assert (found["year"], found["track"], found["disc"], found["genres"]) == (1997, 3, 1, ["Electronic"]), name


def test_id3_details(media: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    shutil.copy(media / "tone.mp3", path)
    tags = ID3()
    for frame in (
        TIT2(text="A\x01B\u202e"),
        TPE1(text=["X", "Y"]),
        TALB(text=""),
        TCON(text="(17)(8)"),
        TDRC(text="99"),
        TRCK(text="x"),
        APIC(mime="image/png", type=3, data=b"png"),
    ):
        frame.encoding = 1
        tags.add(frame)
    tags.save(path)
    found = read(path)
    assert found["artist"] == "X, Y"
    assert found.get("album") is None
    assert found["genres"] == ["Rock", "Jazz"]
    assert found.get("year") is None
    assert found.get("track") is None
    assert found["artwork"] == "embedded"
    assert found["title"] == "AB"


@pytest.mark.parametrize("error", [ValueError, IndexError, ZeroDivisionError, KeyError, mutagen.MutagenError, EOFError])
def test_tag_readers_that_raise_leave_the_file_to_ffmpeg(
    error: type[Exception], media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise error("damaged")

    monkeypatch.setattr(MP3, "load", broken)
    found = read(media / "tone.mp3")
    assert found["container"] == "mp3"
    assert found["duration"] == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("length", [0.0, 17e9, 40 * 3600.0, float("nan"), -5.0])
def test_absurd_durations_are_checked(length: float, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = MP3.load

    def load(self: MP3, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **kwargs)
        self.info.length = length

    monkeypatch.setattr(MP3, "load", load)
    assert read(media / "tone.mp3")["duration"] == pytest.approx(1.0, abs=0.1)


def test_vorbis_that_ffmpeg_refuses_is_read_by_libsndfile(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "read_fast", lambda *args: None)

    def refuse(path: bytes) -> None:
        raise probe.MediaError("FFmpeg does not like it")

    monkeypatch.setattr(streams, "read_ffmpeg", refuse)
    found = read(media / "tone.ogg")
    assert found["duration"] == pytest.approx(1.0, abs=0.1)
    assert found["audio_codec"] == "vorbis"
    assert read(media / "tone.mp3")["reason"] == "FFmpeg does not like it"


def test_folder_art_and_own_art(media: Path, tmp_path: Path) -> None:
    shutil.copy(media / "tone.ogg", tmp_path / "a.ogg")
    shutil.copy(media / "clip.mkv", tmp_path / "film.mkv")
    assert read(tmp_path / "a.ogg")["artwork"] is None
    (tmp_path / "Cover.JPG").touch()
    (tmp_path / "film-poster.png").touch()
    assert read(tmp_path / "a.ogg")["artwork"] == "file:Cover.JPG"
    assert read(tmp_path / "film.mkv")["artwork"] == "file:film-poster.png"


def test_nfo_of_kodi(media: Path, tmp_path: Path) -> None:
    shutil.copy(media / "clip.avi", tmp_path / "s01e02.avi")
    (tmp_path / "s01e02.nfo").write_text(
        "<?xml version='1.0' encoding='UTF-8'?><episodedetails><title>Der Anfang</title><showtitle>Serie</showtitle>"
        "<season>1</season><episode>2</episode><plot>Viel passiert.</plot><aired>2011-03-04</aired><genre>Drama</genre>"
        "</episodedetails>\nhttps://example.invalid/1",
        encoding="utf-8",
    )
    found = read(tmp_path / "s01e02.avi")
    assert (found["title"], found["series"], found["season"], found["episode"]) == ("Der Anfang", "Serie", 1, 2)
    assert (found["description"], found["year"], found["genres"]) == ("Viel passiert.", 2011, ["Drama"])


@pytest.mark.parametrize(
    "text",
    [
        b"plain text",
        b"",
        b"<movie><title>x",
        b"\xff\xfe\0",
        b'<!DOCTYPE a [<!ENTITY b "c">]><movie><title>&b;</title></movie>',
        b"<?xml version='1.0' encoding='klingon'?><movie/>",
    ],
)
def test_unusable_nfo_is_passed_over(text: bytes, media: Path, tmp_path: Path) -> None:
    shutil.copy(media / "clip.avi", tmp_path / "film.avi")
    (tmp_path / "film.nfo").write_bytes(text)
    assert read(tmp_path / "film.avi")["title"] == "film"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "Breaking.Bad.S02E05.Breakage.720p.mkv",
            {"series": "Breaking Bad", "season": 2, "episode": 5, "title": "Breakage"},
        ),
        ("The.Matrix.1999.1080p.BluRay.x264.mkv", {"title": "The Matrix", "year": 1999}),
        ("holiday at the sea.mkv", {"title": "holiday at the sea"}),
        ("春节联欢晚会.mkv", {"title": "春节联欢晚会"}),
    ],
)
def test_episode_and_film_names(name: str, expected: dict[str, Any], media: Path, tmp_path: Path) -> None:
    shutil.copy(media / "clip.mkv", tmp_path / name)
    found = read(tmp_path / name)
    assert {key: found[key] for key in expected} == expected


SHOW = {"series": "Show", "episode": 7, "title": "Show 07"}
FILM: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Anime/Show - 07.mkv", SHOW),
        ("Downloads/[Group] Show - 07 (1080p) [ABCD1234].mkv", SHOW),
        ("[Group] Show/[Group] Show - 07v2 (1080p).mkv", SHOW),
        ("x/Show_-_07_[720p].mkv", SHOW),
        ("x/Show Ep 07.mkv", SHOW),
        ("x/火影忍者 - 07.mkv", SHOW | {"series": "火影忍者", "title": "火影忍者 07"}),
        ("x/[组] 火影忍者 [07][1080p].mkv", SHOW | {"series": "火影忍者", "title": "火影忍者 07"}),
        ("x/Show - 07 - The Return.mkv", SHOW | {"title": "The Return"}),
        ("Show (2019)/Show - 07.mkv", SHOW | {"year": 2019}),
        ("x/Show - 1071.mkv", {"series": "Show", "episode": 1071, "title": "Show 1071"}),
        ("x/Show 1x07.mkv", SHOW | {"season": 1, "title": "Show 1x07"}),
        ("Show/Show S2 - 07.mkv", SHOW | {"season": 2, "title": "Show 2x07"}),
        ("Show/S02/Show E07.mkv", SHOW | {"season": 2, "title": "Show 2x07"}),
        ("Show/Season 2/07.mkv", SHOW | {"season": 2, "title": "Show 2x07"}),
        ("Show/Season 2/07 - The Title.mkv", SHOW | {"season": 2, "title": "The Title"}),
        ("Show/Season 2/S02E07.mkv", SHOW | {"season": 2, "title": "Show 2x07"}),
        ("x/24 - 1x07.mkv", {"series": "24", "season": 1, "episode": 7, "title": "24 1x07"}),
        ("Films/Apollo 13.mkv", FILM),
        ("Films/Ocean's 11.mkv", FILM),
        ("Films/Blade Runner 2049.mkv", FILM),
        ("Films/2012 (2009).mkv", {"title": "2012", "year": 2009}),
        ("Films/1917.mkv", {"year": 1917}),
        ("Clips/Nena - 99 Luftballons.mkv", FILM),
        ("Camera/IMG_1234.mp4", FILM),
        ("Camera/2024-05-17 12.00.00.mp4", FILM),
        ("Camera/holiday 07.mp4", FILM),
    ],
)
def test_episodes_without_a_season_and_films_with_a_number(path: str, expected: dict[str, Any]) -> None:
    assert sidecars.guess_from_name(f"/m/{path}".encode()) == expected


def test_lyrics_beside_a_song(media: Path, tmp_path: Path) -> None:
    shutil.copy(media / "tone.mp3", tmp_path / "a.mp3")
    (tmp_path / "a.lrc").write_bytes("[ti:x]\n[00:01.00]erste Zeile ä\n[00:02.00]<00:02.10>zweite\n".encode("cp1252"))
    assert read(tmp_path / "a.mp3")["lyrics"] == "erste Zeile ä\nzweite"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("千与千寻的歌词在这里\n你好世界", "gb18030"),
        ("安靜的夜晚 我們一起唱歌", "big5"),
        ("こんにちは世界、歌です", "cp932"),
        ("Привет, мир, это песня", "cp1251"),
        ("Café à la crème, déjà vu", "cp1252"),
        ("naïve ☃", "utf-8-sig"),
        ("naïve ☃", "utf-16"),
    ],
)
def test_texts_of_unknown_encoding(text: str, encoding: str) -> None:
    assert sidecars.decode(text.encode(encoding)) == text


def test_wav_info_chunks(media: Path, tmp_path: Path) -> None:
    data = (media / "tone.wav").read_bytes()
    body = b"INFOINAM\x06\0\0\0Title\0IART\x04\0\0\0Who\0IGNR\x05\0\0\0Folk\0\0ICRD\x05\0\0\x002001\0\0"
    (tmp_path / "x.wav").write_bytes(data + b"LIST" + len(body).to_bytes(4, "little") + body)
    found = read(tmp_path / "x.wav")
    assert (found["title"], found["artist"], found["genres"], found["year"]) == ("Title", "Who", ["Folk"], 2001)
    assert found["fingerprint"] == read(media / "tone.wav")["fingerprint"]


def test_easy_tags_do_not_leak_between_files(media: Path, tmp_path: Path) -> None:
    shutil.copy(media / "tone.mp3", tmp_path / "a.mp3")
    tags = EasyID3()
    tags["title"] = "only here"
    tags.save(tmp_path / "a.mp3")
    shelf = sidecars.Shelf()
    titles = [probe_file(os.fsencode(p), shelf)["title"] for p in (tmp_path / "a.mp3", media / "tone.mp3")]
    assert titles == ["only here", "tone"]


@pytest.mark.parametrize("name", sorted([*media_factory.AUDIO, "tone.ogg", *media_factory.VIDEO]))
def test_containers_are_recognised_by_their_first_bytes(name: str, media: Path) -> None:
    assert kinds.container_of((media / name).read_bytes()[:4096]) is not None


@settings(max_examples=200)
@given(st.binary(max_size=600))
def test_any_first_bytes_are_judged(head: bytes) -> None:
    kinds.container_of(head)
    assert kinds.describe(head, len(head))
