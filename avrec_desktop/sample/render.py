"""Child side of the sample library: renders one clip with moviepy and writes its tags and sidecars."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.jobs.child import ChildContext
from avrec_desktop.sample import picture, sound

_AUDIO_CODECS = {".mp3": "libmp3lame", ".ogg": "libvorbis", ".flac": "flac", ".m4a": "aac"}
_VIDEO_CODECS = {".mp4": ("libx264", "aac"), ".mkv": ("libx264", "libvorbis"), ".avi": ("mpeg4", "libmp3lame")}


def render(args: dict[str, Any], context: ChildContext) -> str:
    """Render the clip ``args["clip"]`` (fields of :class:`Clip`) below ``args["directory"]``; return its path.

    The file appears under its name only when complete.

    Raises:
        AvrecError: The encoder failed or the folder cannot be written.
    """
    context.check()
    clip = args["clip"]
    target = Path(args["directory"]) / clip["path"]
    partial = target.with_name(f".{target.stem}.part{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if clip["kind"] == "audio":
            _render_audio(clip, partial)
        else:
            _render_video(clip, partial)
        _write_tags(clip, partial)
        _write_sidecars(clip, target)
        partial.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise AvrecError(f"the sample clip cannot be written: {error}", path=target) from error
    return str(target)


def _audio_clip(clip: dict[str, Any]) -> Any:
    import numpy as np
    from moviepy import AudioArrayClip

    wave = sound.render_sound(clip["sound"], clip["seconds"], clip["seed"])
    return AudioArrayClip(np.column_stack([wave, wave]), fps=sound.RATE)


def _render_audio(clip: dict[str, Any], path: Path) -> None:
    audio = _audio_clip(clip)
    audio.write_audiofile(str(path), fps=sound.RATE, codec=_AUDIO_CODECS[path.suffix], logger=None)


def _render_video(clip: dict[str, Any], path: Path) -> None:
    from moviepy import VideoClip

    video_codec, audio_codec = _VIDEO_CODECS[path.suffix]
    frames = VideoClip(picture.scene(clip["picture"], clip["seed"], clip["seconds"]), duration=clip["seconds"])
    frames.with_audio(_audio_clip(clip).with_duration(clip["seconds"])).write_videofile(
        str(path),
        fps=picture.FPS,
        codec=video_codec,
        audio_codec=audio_codec,
        audio_fps=sound.RATE,
        preset="ultrafast",
        threads=1,
        pixel_format="yuv420p",
        temp_audiofile_path=str(path.parent),
        logger=None,
    )


def _write_tags(clip: dict[str, Any], path: Path) -> None:
    import mutagen

    if path.suffix == ".avi":  # no tag format that players agree on; the .nfo says it all
        return
    media = mutagen.File(path, easy=True)
    if media is None:
        return
    if media.tags is None:
        media.add_tags()
    fields = {name: str(clip[name]) for name in ("title", "artist", "album", "genre")}
    fields |= {"date": str(clip["year"]), "tracknumber": str(clip["track"])}
    for name, value in fields.items():
        media[name] = value
    media.save()


def _write_sidecars(clip: dict[str, Any], target: Path) -> None:
    if clip["kind"] == "audio" and clip["track"] == 1:
        from PIL import Image

        Image.fromarray(picture.cover(clip["seed"])).save(target.with_name("cover.jpg"), quality=88)
    if clip["kind"] == "video":
        rows = {"title": clip["title"], "showtitle": clip["album"], "plot": clip["description"], "genre": clip["genre"]}
        rows |= {"year": str(clip["year"]), "season": "1", "episode": str(clip["track"])}
        body = "".join(f"  <{name}>{escape(str(value))}</{name}>\n" for name, value in rows.items())
        target.with_suffix(".nfo").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<episodedetails>\n{body}</episodedetails>\n', encoding="utf-8"
        )
    if clip["subtitles"]:
        import pysubs2

        subtitles = pysubs2.SSAFile()
        for start, end, text in clip["subtitles"]:
            subtitles.append(pysubs2.SSAEvent(start=int(start * 1000), end=int(end * 1000), text=text))
        language = "zh" if clip["chinese"] else "en"
        subtitles.save(str(target.with_suffix(f".{language}.srt")), encoding="utf-8")
