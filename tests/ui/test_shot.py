"""Pictures of the window as the command line makes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from avrec_desktop.api.errors import AvrecError, InputError
from avrec_desktop.jobs import Job
from avrec_desktop.session import Session
from avrec_desktop.ui import shot, theme
from avrec_desktop.ui.window import PAGES
from tests.library.media_factory import make_audio, make_video

SIZE = (1000, 640)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two sounds and a video."""
    media, directory = tmp_path_factory.mktemp("shot-media"), tmp_path_factory.mktemp("shot") / "library"
    for seed, name in enumerate(("one.ogg", "two.flac")):
        make_audio(media / name, seed=seed)
    make_video(media / "three.mp4")
    with Session.open(directory) as session:
        session.library.scan([media], Job())
        session.features.extract(["text"], job=Job())
    return directory


@pytest.fixture(autouse=True)
def _light_again(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shot, "LOOK", 15)  # a small library fills the window soon
    yield
    theme.apply(qapp, "light")


def _picture(library: Path, out: Path, page: str, scheme: str) -> QImage:
    shot.render(library, "default", out, SIZE, page, scheme, "en")
    assert out.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    return QImage(str(out))


def _lightness(picture: QImage) -> list[int]:
    return sorted(
        picture.pixelColor(x, y).lightness()
        for x in range(0, picture.width(), 11)
        for y in range(0, picture.height(), 11)
    )


@pytest.mark.parametrize("page", [*PAGES, "detail", "table"])
def test_each_page_in_light_and_dark(library: Path, tmp_path: Path, page: str) -> None:
    levels = {}
    for scheme in ("light", "dark"):
        picture = _picture(library, tmp_path / "made" / f"{page}-{scheme}.png", page, scheme)
        assert (picture.width(), picture.height()) == SIZE
        levels[scheme] = _lightness(picture)
        assert len(set(levels[scheme])) > 8, "something is painted"
    middle = len(levels["light"]) // 2
    assert levels["dark"][middle] < 90 < 170 < levels["light"][middle]


def test_an_unknown_page_is_refused_with_the_known_ones(library: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        shot.render(library, "default", tmp_path / "x.png", SIZE, "attic", "light", "en")
    assert "attic" in caught.value.message
    assert "home" in (caught.value.hint or "")
    assert not (tmp_path / "x.png").exists()


def test_a_picture_that_cannot_be_written_is_an_error(library: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken.png"
    taken.mkdir()
    with pytest.raises(AvrecError, match="cannot be written"):
        shot.render(library, "default", taken, SIZE, "jobs", "light", "en")
