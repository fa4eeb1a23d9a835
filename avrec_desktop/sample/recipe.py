"""What the sample library consists of: series of clips with their style, words and file types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Sound = Literal["pads", "drums", "chip", "plucked", "weather", "riffs", "bells", "engine"]
Picture = Literal["tide", "city", "garden", "geometry", "road", "snow"]


@dataclass(frozen=True, slots=True)
class Clip:
    """One file to render.

    Attributes:
        path: Path inside the sample folder, with the extension.
        kind: ``"audio"`` or ``"video"``.
        sound: Style of the sound.
        picture: Style of the picture, or None.
        seed: Makes each clip of a style different.
        seconds: Length.
        subtitles: (start, end, text) lines for a sidecar.
        chinese: Whether the words are Chinese.
    """

    path: str
    kind: Literal["audio", "video"]
    title: str
    artist: str
    album: str
    genre: str
    year: int
    track: int
    description: str
    sound: Sound
    picture: Picture | None
    seed: int
    seconds: float
    subtitles: tuple[tuple[float, float, str], ...] = ()
    chinese: bool = False


@dataclass(frozen=True, slots=True)
class _Series:
    artist: str
    album: str
    genre: str
    year: int
    sound: Sound
    titles: tuple[str, ...]
    description: str
    extension: str
    picture: Picture | None = None
    lines: tuple[str, ...] = field(default=())
    chinese: bool = False


# fmt: off
_MUSIC = (
    _Series(
        "Night Harbour", "Low Water", "Ambient", 2019, "pads",
        ("Moon over the Pier", "Slow Tide", "Fog Signal", "Lanterns", "The Last Ferry"),
        "Slow, warm pads for late evenings.", "ogg",
    ),
    _Series(
        "Copper Drums", "Hands and Feet", "Percussion", 2021, "drums",
        ("Market Day", "Seven Steps", "Running Water", "Double Time", "Clay"),
        "Fast hand percussion, recorded dry.", "mp3",
    ),
    _Series(
        "Pixel Parade", "Insert Coin", "Chiptune", 2016, "chip",
        ("Level One", "Jump Button", "Boss Door", "High Score", "Continue?"),
        "Bright square waves in quick arpeggios.", "mp3",
    ),
    _Series(
        "Quiet Strings", "Letters Home", "Acoustic", 2018, "plucked",
        ("First Letter", "Apple Orchard", "Kitchen Window", "Sunday Road", "A Folded Map"),
        "Plucked strings, calm and close.", "flac",
    ),
    _Series(
        "Rain Room", "Weather Reports", "Field recording", 2020, "weather",
        ("Roof in April", "Surf at Night", "Wind in the Reeds", "Drizzle", "Far Thunder"),
        "Rain, wind and surf without music.", "m4a",
    ),
    _Series(
        "铁合唱", "夜班", "Metal", 2022, "riffs",
        ("熔炉", "钢铁黎明", "齿轮", "夜班火车", "最后一锤"),
        "沉重而快速的失真吉他。", "mp3", chinese=True,
    ),
)

_FILMS = (
    _Series(
        "Tide Pools", "Tide Pools", "Nature", 2019, "pads",
        ("Blue Hour", "Anemones", "Under the Jetty", "Returning Water", "Salt"),
        "A slow look at waves and light in shallow water.", "mp4", "tide",
        ("The water comes back twice a day.", "Every pool is a small, patient world."),
    ),
    _Series(
        "City Lights", "City Lights", "Urban", 2023, "engine",
        ("Rush Hour", "Rooftop", "Crossing", "Neon Rain", "Last Tram"),
        "Night traffic and bright windows in a big city.", "mp4", "city",
        ("Nobody sleeps on this street.", "The last tram leaves at one."),
    ),
    _Series(
        "Paper Garden", "Paper Garden", "Animation", 2017, "plucked",
        ("Seed", "Leaf", "Flower", "Bee", "Autumn"),
        "A drawn garden grows, flower by flower.", "mkv", "garden",
        ("Plant it, water it, wait.", "A bee has found the first flower."),
    ),
    _Series(
        "Geometry Lessons", "Geometry Lessons", "Education", 2015, "chip",
        ("Triangle", "Square", "Pentagon", "Circle", "Spiral"),
        "Short lessons about shapes that turn and grow.", "mp4", "geometry",
        ("Three sides make a triangle.", "Turn it, and the angles stay the same."),
    ),
    _Series(
        "Desert Road", "Desert Road", "Travel", 2022, "riffs",
        ("Mile 12", "Mile 88", "Mile 140", "Mile 301", "Mile 500"),
        "Driving fast through an orange desert.", "avi", "road",
        ("Nothing ahead but the road.", "We should reach the sea by night."),
    ),
    _Series(
        "下雪天", "下雪天", "动画", 2020, "bells",
        ("初雪", "山坡", "雪人", "脚印", "融化"),
        "安静的山丘上，雪慢慢落下。", "mp4", "snow",
        ("下雪了，世界安静下来。", "雪人等着春天。"), chinese=True,
    ),
)


# fmt: on


def recipe() -> list[Clip]:
    """Return the clips of the sample library: 30 of audio, 30 of video."""
    clips: list[Clip] = []
    for number, series in enumerate((*_MUSIC, *_FILMS)):
        film = series.picture is not None
        for track, title in enumerate(series.titles, 1):
            folder = f"{'Videos' if film else 'Music'}/{series.artist}"
            seconds = (8.0 if film else 16.0) + (track * 7 + number) % 4
            lines = tuple((0.5 + 3.5 * i, 3.5 + 3.5 * i, text) for i, text in enumerate(series.lines[: 1 + track % 2]))
            clips.append(
                Clip(
                    path=f"{folder}/{track:02d} {title.replace('?', '')}.{series.extension}",
                    kind="video" if film else "audio",
                    title=title,
                    artist=series.artist,
                    album=series.album,
                    genre=series.genre,
                    year=series.year,
                    track=track,
                    description=series.description,
                    sound=series.sound,
                    picture=series.picture,
                    seed=100 * number + track,
                    seconds=seconds,
                    subtitles=lines,
                    chinese=series.chinese,
                )
            )
    return clips


@dataclass(frozen=True, slots=True)
class Taste:
    """A sample profile: its name and how much it likes each series, in [-1, 1]."""

    name: str
    likes: dict[str, float]


TASTES = (
    Taste("Mara", {"Night Harbour": 0.9, "Rain Room": 0.7, "Tide Pools": 0.95, "Quiet Strings": 0.5, "下雪天": 0.6,
                   "Copper Drums": -0.4, "铁合唱": -0.9, "City Lights": -0.3}),
    Taste("Jonas", {"Copper Drums": 0.8, "铁合唱": 0.9, "Pixel Parade": 0.6, "Desert Road": 0.95, "City Lights": 0.7,
                    "Rain Room": -0.6, "Quiet Strings": -0.2, "Night Harbour": -0.3}),
    Taste("Lin", {"Quiet Strings": 0.9, "Paper Garden": 0.95, "下雪天": 0.8, "Geometry Lessons": 0.6,
                  "Pixel Parade": 0.4, "Desert Road": -0.5, "铁合唱": -0.7, "Copper Drums": 0.1}),
)  # fmt: skip
