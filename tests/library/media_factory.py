"""Makes small media files of many formats with PyAV."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import soundfile

#: name: (container format or None for "by extension", codec, sample format)
AUDIO = {
    "tone.mp3": ("mp3", "libmp3lame", "s16p"),
    "tone.flac": ("flac", "flac", "s16"),
    "tone.opus": ("opus", "libopus", "flt"),
    "tone.m4a": ("ipod", "aac", "fltp"),
    "tone.aac": ("adts", "aac", "fltp"),
    "tone.wav": ("wav", "pcm_s16le", "s16"),
    "tone.aiff": ("aiff", "pcm_s16be", "s16"),
    "tone.wma": ("asf", "wmav2", "fltp"),
    "tone.mka": ("matroska", "aac", "fltp"),
    "tone.wv": ("wv", "wavpack", "s16p"),
    "tone.tta": ("tta", "tta", "s16"),
}
VIDEO = {
    "clip.mp4": ("mp4", "mpeg4"),
    "clip.mkv": ("matroska", "mpeg4"),
    "clip.webm": ("webm", "libvpx"),
    "clip.avi": ("avi", "mpeg4"),
    "clip.mov": ("mov", "mpeg4"),
    "clip.mpg": ("mpeg", "mpeg2video"),
    "clip.ts": ("mpegts", "mpeg2video"),
    "clip.flv": ("flv", "flv1"),
    "clip.wmv": ("asf", "wmv2"),
}
RATE = 48_000


def make_all(folder: Path) -> None:
    """Write every file of :data:`AUDIO` and :data:`VIDEO` into the folder."""
    for name in (*AUDIO, "tone.ogg"):
        make_audio(folder / name)
    for name in VIDEO:
        make_video(folder / name)


def make_audio(path: Path, *, seed: int = 0, seconds: float = 1.0, kind: str | None = None) -> Path:
    """Write a sound file: a chord and some noise that depend on the seed.

    Args:
        path: Its extension says which format, unless ``kind`` names an entry of :data:`AUDIO`.
        seed: Same seed, same sound.
        seconds: Length.
        kind: Key of :data:`AUDIO`.
    """
    rng = np.random.default_rng(seed)
    times = np.arange(int(seconds * RATE)) / RATE
    sound = sum(np.sin(2 * np.pi * f * times + p) for f, p in rng.uniform(100, 2000, (3, 2))) / 6
    sound = (sound + rng.normal(0, 0.02, len(times))).astype(np.float32)
    if (kind or path.suffix).endswith(".ogg"):  # the FFmpeg of PyAV has no Vorbis encoder
        soundfile.write(path, sound, RATE, format="OGG", subtype="VORBIS")
        return path
    container, codec, sample_format = AUDIO[kind or f"tone{path.suffix}"]
    layout = "stereo" if codec == "wmav2" else "mono"
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=RATE, layout=layout)
        stream.bit_rate = 64_000
        resampler = av.AudioResampler(format=sample_format, layout=layout, rate=RATE)
        for start in range(0, len(sound), 4096):
            frame = av.AudioFrame.from_ndarray(sound[None, start : start + 4096], format="flt", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            for part in resampler.resample(frame):
                out.mux(stream.encode(part))
        for part in resampler.resample(None):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return path


def make_video(
    path: Path,
    *,
    seed: int = 0,
    seconds: float = 1.0,
    size: tuple[int, int] = (96, 64),
    black_until: float = 0.0,
    key_every: int = 5,
) -> Path:
    """Write a video of moving colours, black for its first ``black_until`` seconds; key frames as told."""
    container, codec = VIDEO[f"clip{path.suffix}"]
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 255, (4, 6, 3), dtype=np.uint8)
    base = blocks.repeat(-(-size[1] // 4), axis=0).repeat(-(-size[0] // 6), axis=1)[: size[1], : size[0]].copy()
    base ^= rng.integers(0, 16, base.shape, dtype=np.uint8)
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = size[0], size[1], "yuv420p"
        stream.gop_size = key_every
        for number in range(int(seconds * 25)):
            pixels = np.roll(base, number * 3, axis=1)
            if number / 25 < black_until:
                pixels = np.zeros_like(base)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode(None))
    return path
