"""Rendering of clips in a compute process."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import av
import mutagen
import pytest

from avrec_desktop.api.errors import AvrecError, InputError
from avrec_desktop.jobs import ComputeProcess, Job
from avrec_desktop.sample.install import make_sample
from avrec_desktop.sample.recipe import Clip, recipe


def _short(extension: str, kind: str) -> Clip:
    clip = next(c for c in recipe() if c.path.endswith(extension) and c.kind == kind)
    return dataclasses.replace(clip, seconds=2.0)


@pytest.mark.parametrize(
    ("extension", "kind"), [(".ogg", "audio"), (".flac", "audio"), (".mp4", "video"), (".avi", "video")]
)
def test_clip_is_playable_and_complete(tmp_path: Path, extension: str, kind: str) -> None:
    clip = _short(extension, kind)
    with ComputeProcess() as process:
        path = Path(
            process.call(
                "avrec_desktop.sample.render:render",
                {"clip": dataclasses.asdict(clip), "directory": str(tmp_path)},
                timeout=90,
            )
        )
    assert path == tmp_path / clip.path
    with av.open(str(path)) as container:
        assert bool(container.streams.video) == (kind == "video")
        assert container.streams.audio
        assert container.duration is not None
        assert abs(container.duration / 1e6 - clip.seconds) < 0.5
    if extension != ".avi":
        assert mutagen.File(path, easy=True)["title"] == [clip.title]
    if kind == "video":
        assert clip.description in path.with_suffix(".nfo").read_text(encoding="utf-8")
    assert [p for p in path.parent.iterdir() if ".part" in p.name] == []


def test_folder_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    place = tmp_path / "taken"
    place.write_text("x")
    with pytest.raises(InputError, match="cannot be made") as caught:
        make_sample(place, Job())
    assert caught.value.path == str(place)


def test_unwritable_place_names_the_clip(tmp_path: Path) -> None:
    clip = _short(".ogg", "audio")
    (tmp_path / "Music").write_text("a file where a folder must be")
    with ComputeProcess() as process, pytest.raises(AvrecError, match="cannot be written") as caught:
        process.call(
            "avrec_desktop.sample.render:render", {"clip": dataclasses.asdict(clip), "directory": str(tmp_path)}
        )
    assert caught.value.path is not None
    assert caught.value.path.endswith(".ogg")
