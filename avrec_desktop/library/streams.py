"""What is inside a file: streams, duration, codecs. Runs in compute processes."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from avrec_desktop.api.errors import MediaError
from avrec_desktop.library.tags import TAG_ERRORS, TagSet, chapter_titles, from_ffmpeg, from_mutagen

#: Longest duration in seconds taken on trust; longer ones are checked by decoding.
TRUSTED_DURATION = 24 * 3600.0
#: Longest duration in seconds that is ever stored.
MAX_DURATION = 30 * 24 * 3600.0


@dataclass(slots=True)
class Streams:
    """Facts about the streams of one file; see the columns of the same names in the catalogue."""

    container: str | None = None
    duration: float = 0.0
    audio_codec: str | None = None
    video_codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    sample_rate: int | None = None
    channels: int | None = None
    bit_rate: int | None = None
    has_audio: bool = False
    has_video: bool = False
    tags: TagSet = field(default_factory=TagSet)
    warning: str | None = None
    chapters: list[str] = field(default_factory=list)

    def columns(self) -> dict[str, Any]:
        """Return the catalogue columns."""
        return {name: getattr(self, name) for name in _COLUMNS}


_COLUMNS = (
    "container", "duration", "audio_codec", "video_codec", "width", "height", "fps", "sample_rate", "channels",
    "bit_rate", "has_audio", "has_video",
)  # fmt: skip
#: mutagen class name: (container, codec or None when the file object tells).
_MUTAGEN: dict[str, tuple[str, str | None]] = {
    "MP3": ("mp3", None),
    "FLAC": ("flac", "flac"), "OggVorbis": ("ogg", "vorbis"), "OggOpus": ("ogg", "opus"),
    "OggFLAC": ("ogg", "flac"), "OggSpeex": ("ogg", "speex"), "MP4": ("mp4", None), "WAVE": ("wav", "pcm"),
    "AIFF": ("aiff", "pcm"), "ASF": ("asf", "wma"), "MonkeysAudio": ("ape", "ape"), "WavPack": ("wavpack", "wavpack"),
    "Musepack": ("musepack", "musepack"),
    "TrueAudio": ("tta", "tta"), "OptimFROG": ("optimfrog", "optimfrog"),
    "AAC": ("aac", "aac"), "AC3": ("ac3", "ac3"), "DSF": ("dsf", "dsd"), "TAK": ("tak", "tak"),
    "DSDIFF": ("dff", "dsd"),
}  # fmt: skip


def _mutagen_class(family: str, head: bytes, extension: bytes) -> Any:
    """Return the mutagen class that reads such a file, or None where FFmpeg must look."""
    if family == "mpeg-audio":
        if extension in (b"tta",):
            from mutagen.trueaudio import TrueAudio

            return TrueAudio
        if head[:2] == b"\x0b\x77":
            from mutagen.ac3 import AC3

            return AC3
        if extension == b"aac" or head[:4] == b"ADIF" or (head[0] == 0xFF and head[1] & 0xF6 == 0xF0):
            from mutagen.aac import AAC

            return AAC
        from mutagen.mp3 import MP3

        return MP3
    if family == "ogg":
        return _ogg_class(head)
    if family == "flac":
        from mutagen.flac import FLAC

        return FLAC
    if family == "wav":
        from mutagen.wave import WAVE

        return WAVE
    if family == "aiff":
        from mutagen.aiff import AIFF

        return AIFF
    if family == "mp4" and extension in (b"m4a", b"m4b", b"m4r", b"aac", b"alac"):
        from mutagen.mp4 import MP4

        return MP4
    if family == "asf" and extension == b"wma":
        from mutagen.asf import ASF

        return ASF
    return _rare_class(family)


def _ogg_class(head: bytes) -> Any:
    from mutagen.oggflac import OggFLAC
    from mutagen.oggopus import OggOpus
    from mutagen.oggspeex import OggSpeex
    from mutagen.oggvorbis import OggVorbis

    first = head[28:128]
    if b"\x80theora" in head or b"fishead\0" in first or b"BBCD\0" in head or b"OVP80" in head:
        return None
    for start, cls in (
        (b"\x01vorbis", OggVorbis),
        (b"OpusHead", OggOpus),
        (b"\x7fFLAC", OggFLAC),
        (b"Speex", OggSpeex),
    ):
        if first.startswith(start):
            return cls
    return None


def _rare_class(family: str) -> Any:
    import importlib

    name = {
        "ape": "monkeysaudio:MonkeysAudio",
        "wavpack": "wavpack:WavPack",
        "musepack": "musepack:Musepack",
        "trueaudio": "trueaudio:TrueAudio",
        "optimfrog": "optimfrog:OptimFROG",
        "dsf": "dsf:DSF",
        "dff": "dsdiff:DSDIFF",
        "tak": "tak:TAK",
    }.get(family)
    if name is None:
        return None
    module, _, cls = name.partition(":")
    return getattr(importlib.import_module(f"mutagen.{module}"), cls)


def read_fast(source: BinaryIO, size: int, family: str, head: bytes, extension: bytes) -> Streams | None:
    """Read a well-known sound file with mutagen; None where it cannot tell or cannot be trusted."""
    import mutagen

    cls = _mutagen_class(family, head, extension)
    if cls is None or (family in ("mp4", "asf") and _has_picture_stream(source, size, family)):
        return None
    source.seek(0)
    try:
        file = cls(source)
    except (mutagen.MutagenError, *TAG_ERRORS):
        return None
    info = file.info
    container, codec = _MUTAGEN[cls.__name__]
    duration = float(getattr(info, "length", 0.0) or 0.0)
    if not _plausible(duration, size):
        return None
    streams = Streams(container, duration, codec or _codec(cls.__name__, info), has_audio=True)
    streams.sample_rate = _positive(getattr(info, "sample_rate", 48_000 if codec == "opus" else None))
    streams.channels = _positive(getattr(info, "channels", None))
    streams.bit_rate = _positive(getattr(info, "bitrate", None)) or int(size * 8 / duration)
    with contextlib.suppress(*TAG_ERRORS):
        streams.tags = from_mutagen(file.tags)
        streams.tags.art = streams.tags.art or bool(getattr(file, "pictures", None))
        streams.chapters = chapter_titles(file)
    return streams


def _codec(name: str, info: Any) -> str:
    if name == "MP3":
        return f"mp{getattr(info, 'layer', 3)}"
    codec = str(getattr(info, "codec", "aac"))
    return "aac" if codec.startswith("mp4a") else codec


def _plausible(duration: float, size: int) -> bool:
    """Return whether a duration can be true of a file of ``size`` bytes: 0.1 kbit/s to 100 Mbit/s."""
    return 0 < duration <= TRUSTED_DURATION and 12.5 <= size / duration <= 12_500_000


def _positive(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and 0 < value < 1 << 31 else None


_ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")


def _has_picture_stream(source: BinaryIO, size: int, family: str) -> bool:
    """Return whether an MP4 or ASF file that calls itself sound holds a video stream."""
    source.seek(0)
    if family == "asf":
        return _ASF_VIDEO in source.read(65_536)
    from avrec_desktop.library.fingerprint import boxes

    for kind, start, end in boxes(source, size):
        if kind == b"moov":
            source.seek(start)
            moov = source.read(min(end - start, 1 << 24))
            at = moov.find(b"hdlr")
            while at >= 0:
                if moov[at + 12 : at + 16] == b"vide":
                    return True
                at = moov.find(b"hdlr", at + 4)
            return False
    return True  # no index found: FFmpeg shall look


def read_ffmpeg(path: bytes) -> Streams:
    """Read a file with FFmpeg.

    Raises:
        MediaError: It has neither sound nor pictures that FFmpeg can find.
    """
    import av

    try:
        with av.open(os.fsdecode(path), metadata_errors="replace") as container:
            streams = _from_container(container)
            if not (streams.has_audio or streams.has_video):
                raise MediaError("no sound or video stream was found in it")
            _check_packets(container, streams)
            return streams
    except av.error.FFmpegError as error:
        raise MediaError(_ffmpeg_reason(error)) from error
    except (OverflowError, ZeroDivisionError, UnicodeError) as error:
        raise MediaError(f"its headers are damaged ({error})") from error


def _ffmpeg_reason(error: Exception) -> str:
    text = str(getattr(error, "strerror", None) or error)
    if "End of file" in text:
        return "the file is cut short: it ends within its headers"
    if "Invalid data" in text:
        return "it is damaged or not sound or video"
    return f"it cannot be opened: {text}"


def _from_container(container: Any) -> Streams:
    from av.stream import Disposition

    streams = Streams(str(container.format.name).split(",")[0])
    metadata = dict(container.metadata)
    lengths = [float(container.duration) / 1e6] if container.duration and container.duration > 0 else []
    for stream in container.streams:
        if stream.type not in ("audio", "video"):
            continue
        context = stream.codec_context
        if stream.type == "video" and stream.disposition & Disposition.attached_pic:
            streams.tags.art = True
            continue
        if context is None:
            continue
        if stream.duration and stream.time_base and stream.duration > 0:
            lengths.append(float(stream.duration * stream.time_base))
        for key, value in stream.metadata.items():
            metadata.setdefault(key, value)
        if stream.type == "audio" and not streams.has_audio:
            streams.has_audio = True
            streams.audio_codec = str(context.name)
            streams.sample_rate = _positive(context.sample_rate)
            streams.channels = _positive(context.channels)
        elif stream.type == "video" and not streams.has_video:
            streams.has_video = True
            streams.video_codec = str(context.name)
            streams.width, streams.height = _positive(context.width), _positive(context.height)
            rate = stream.average_rate or stream.base_rate
            streams.fps = round(float(rate), 3) if rate and 0 < rate < 1000 else None
    streams.bit_rate = _positive(container.bit_rate)
    sane = [length for length in lengths if 0 < length <= MAX_DURATION]
    streams.duration = sane[0] if sane else 0.0
    art = streams.tags.art
    titles = (str(c.get("metadata", {}).get("title", "")).strip() for c in container.chapters())
    streams.chapters = [title for title in titles if title]
    streams.tags = from_ffmpeg(metadata)
    streams.tags.art = art
    return streams


def _check_packets(container: Any, streams: Streams) -> None:
    """Make sure that there is data, and measure the duration of a file that does not tell it.

    Raises:
        MediaError: Not one packet can be read.
    """
    wanted = [s for s in container.streams if s.type in ("audio", "video")]
    first = next((p for p in container.demux(wanted) if p.size), None)
    if first is None:
        raise MediaError("it has the headers of a media file but no sound or video data in it")
    if streams.duration and _plausible(streams.duration, container.size):
        return
    longest = 0.0
    for packet in container.demux(wanted):
        if packet.pts is not None and packet.time_base is not None:
            longest = max(longest, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    start = float(first.pts * first.time_base) if first.pts is not None and first.time_base is not None else 0.0
    measured = longest - start if longest > start else longest
    if 0 < measured <= MAX_DURATION:
        streams.duration = measured
    elif not _plausible(streams.duration, container.size):
        streams.duration = 0.0


def read_soundfile(path: bytes) -> Streams | None:
    """Read a file with libsndfile, which takes some Vorbis songs that FFmpeg refuses; None when it cannot either."""
    try:
        import soundfile
    except (ImportError, OSError):
        return None
    try:
        info = soundfile.info(os.fsdecode(path))
    except (soundfile.LibsndfileError, RuntimeError, TypeError, UnicodeError):
        return None
    if info.frames <= 0 or not _positive(info.samplerate):
        return None
    codec = str(info.subtype).lower()
    streams = Streams(str(info.format).lower(), info.frames / info.samplerate, codec, has_audio=True)
    streams.sample_rate, streams.channels = _positive(info.samplerate), _positive(info.channels)
    return streams if streams.duration <= MAX_DURATION else None
