from __future__ import annotations

import shutil
from pathlib import Path

import mutagen
import pytest
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3
from PIL import Image

from avrec_desktop.jobs.job import Job
from avrec_desktop.library import artwork, thumbnails
from avrec_desktop.library.catalogue import Library
from tests.library import media_factory


def picture(path: Path, colour: tuple[int, int, int], size: tuple[int, int] = (400, 300)) -> bytes:
    Image.new("RGB", size, colour).save(path)
    return path.read_bytes()


def colour_of(path: Path) -> tuple[int, ...]:
    with Image.open(path) as image:
        assert image.format == "WEBP"
        pixel = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return tuple(int(v) for v in pixel)


def near(found: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(found, wanted, strict=True))


@pytest.fixture
def shelf(media: Path, tmp_path: Path) -> Path:
    """Songs with embedded art of three dialects, one with folder art, one without any, and two films."""
    root = tmp_path / "shelf"
    for name in ("red", "green", "blue", "folder", "bare"):
        (root / name).mkdir(parents=True)
    media_factory.make_audio(root / "red" / "a.mp3", seed=1)
    tags = ID3()
    tags.add(APIC(mime="image/png", type=3, data=picture(tmp_path / "r.png", (255, 0, 0))))
    tags.save(root / "red" / "a.mp3")
    media_factory.make_audio(root / "green" / "a.flac", seed=2)
    flac = FLAC(root / "green" / "a.flac")
    for kind, colour in ((4, (0, 0, 0)), (3, (0, 255, 0))):
        art = Picture()
        art.data, art.mime, art.type = picture(tmp_path / "g.jpg", colour), "image/jpeg", kind  # type: ignore[arg-type]
        flac.add_picture(art)
    flac.save()
    media_factory.make_audio(root / "blue" / "a.m4a", seed=3)
    m4a = mutagen.File(root / "blue" / "a.m4a")
    m4a["covr"] = [picture(tmp_path / "b.png", (0, 0, 255))]
    m4a.save()
    media_factory.make_audio(root / "folder" / "a.opus", seed=4)
    picture(root / "folder" / "Folder.png", (255, 255, 0), (300, 900))
    media_factory.make_audio(root / "bare" / "a.ogg", seed=5)
    media_factory.make_video(root / "bare" / "film.mkv", seconds=4, size=(320, 180), black_until=0.7)
    shutil.copy(media / "clip.avi", root / "bare" / "short.avi")
    return root


@pytest.fixture
def ids(library: Library, shelf: Path) -> dict[str, int]:
    library.scan([shelf], Job())
    return {str(p.relative_to(shelf)): library.resolve(str(p)) for p in shelf.rglob("*.*") if p.suffix != ".png"}


def test_embedded_and_folder_art(library: Library, ids: dict[str, int]) -> None:
    wanted = {"red/a.mp3": (255, 0, 0), "green/a.flac": (0, 255, 0), "blue/a.m4a": (0, 0, 255),
              "folder/a.opus": (255, 255, 0)}  # fmt: skip
    for name, colour in wanted.items():
        found = library.thumbnail(ids[name], 128)
        assert found is not None, name
        assert near(colour_of(found), colour), name
        with Image.open(found) as image:
            assert max(image.size) == 128


def test_aspect_is_kept_and_sizes_are_separate(library: Library, ids: dict[str, int]) -> None:
    small, large = library.thumbnail(ids["folder/a.opus"], 64), library.thumbnail(ids["folder/a.opus"], 256)
    assert small is not None
    assert large is not None
    assert small != large
    with Image.open(small) as image:
        assert image.size == (21, 64)
    with Image.open(large) as image:
        assert image.size == (85, 256)


def test_frame_of_a_film_is_not_its_black_beginning(library: Library, ids: dict[str, int]) -> None:
    found = library.thumbnail(ids["bare/film.mkv"], 256)
    assert found is not None
    with Image.open(found) as image:
        assert image.size == (256, 144)
        assert artwork._telling(image) > 0.1


def test_a_film_whose_only_key_frame_is_black_has_a_picture(tmp_path: Path) -> None:
    film = media_factory.make_video(tmp_path / "film.mkv", seconds=4, size=(160, 96), black_until=2, key_every=1000)
    found = artwork._frame(bytes(film), 4.0)
    assert found is not None
    assert artwork._telling(found) >= 1.0


def test_a_film_of_black_alone_has_no_picture(tmp_path: Path) -> None:
    film = media_factory.make_video(tmp_path / "film.mkv", seconds=1, black_until=2)
    assert artwork._frame(bytes(film), 1.0) is None


def test_made_once_and_again_when_deleted(
    library: Library, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = library.thumbnail(ids["red/a.mp3"], 128)
    assert first is not None
    stamp = first.stat().st_mtime_ns
    assert library.thumbnail(ids["red/a.mp3"], 128) == first
    assert first.stat().st_mtime_ns == stamp
    shutil.rmtree(library.directory / "cache")
    assert library.thumbnail(ids["red/a.mp3"], 128) == first
    assert first.is_file()


def test_nothing_to_show_is_remembered(library: Library, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert library.thumbnail(ids["bare/a.ogg"], 128) is None
    with library.database.write() as db:
        db.execute("UPDATE items SET artwork = 'embedded' WHERE id = ?", (ids["bare/a.ogg"],))
    assert library.thumbnail(ids["bare/a.ogg"], 128) is None
    monkeypatch.setattr(thumbnails, "_TARGET", "avrec_desktop.library.nowhere:nothing")
    assert library.thumbnail(ids["bare/a.ogg"], 128) is None, "the compute process must not be asked again"
    assert library.thumbnail(999, 128) is None


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\nbroken", b"\xff\xd8\xff\xe0" + b"\0" * 100])
def test_damaged_art_is_no_picture(data: bytes) -> None:
    assert artwork._decode(data) is None


def test_changed_art_is_shown_after_a_rescan(library: Library, ids: dict[str, int], shelf: Path) -> None:
    before = library.thumbnail(ids["red/a.mp3"], 128)
    tags = ID3(shelf / "red" / "a.mp3")
    tags.delall("APIC")
    tags.add(APIC(mime="image/png", type=3, data=picture(shelf / "x.png", (0, 0, 255))))
    tags.save()
    library.scan(None, Job())
    after = library.thumbnail(ids["red/a.mp3"], 128)
    assert after is not None
    assert after != before
    assert near(colour_of(after), (0, 0, 255))


def test_a_crash_costs_one_picture(library: Library, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(thumbnails, "_TARGET", "avrec_desktop.library.nowhere:nothing")
        assert library.thumbnail(ids["red/a.mp3"], 128) is None
    assert library.thumbnail(ids["blue/a.m4a"], 128) is not None


def test_unwritable_cache_is_survived(library: Library, ids: dict[str, int]) -> None:
    (library.directory / "cache").write_text("in the way")
    assert library.thumbnail(ids["red/a.mp3"], 128) is None
    (library.directory / "cache").unlink()
    assert library.thumbnail(ids["red/a.mp3"], 128) is not None, "a full disk must not be remembered as no picture"
