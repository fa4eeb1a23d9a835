"""The list of models: a TOML file, read into checked values."""

from __future__ import annotations

import json
import re
import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from avrec_desktop.api import PluginError

PLUGIN = "onnx-embedder"
Kind = Literal["image", "audio", "text"]
Pooling = Literal["none", "mean", "max", "first", "last"]
Layout = Literal["nchw", "nhwc"]
SUFFIXES = (".onnx", ".keras")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Mel:
    """Log mel spectrogram that a network of sound takes.

    Attributes:
        bands: Number of bands.
        fft, hop: Length of a frame and step to the next, samples.
        low, high: Where the bands begin and end, Hz; a ``high`` of 0 is half the sample rate.
        time_first: Whether the array is (time, bands) instead of (bands, time).
    """

    bands: int = 64
    fft: int = 1024
    hop: int = 480
    low: float = 50.0
    high: float = 14000.0
    time_first: bool = True


@dataclass(frozen=True, slots=True)
class Network:
    """One network file and how it is fed.

    Attributes:
        file: ``.onnx`` or ``.keras``.
        input: Name of the input for pictures or sound; empty for the only one.
        output: Name of the output; empty for the first.
        pooling: How positions (tokens, patches, time) become one vector.
        tokenizer: ``tokenizer.json`` of a network of words.
        max_tokens: Longest text, tokens.
        pad: Pad texts to ``max_tokens`` instead of the longest of the batch (CLIP needs it).
        query_prefix, prefix: Put before search texts, and before the texts of items.
    """

    file: Path
    input: str = ""
    output: str = ""
    pooling: Pooling = "none"
    tokenizer: Path | None = None
    max_tokens: int = 128
    pad: bool = False
    query_prefix: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model of the list.

    Attributes:
        name: The extractor is ``onnx-<name>``.
        kind: What it is about.
        network: The network of the items.
        title: Name for people.
        text: A network of words in the same space (of CLIP or CLAP), for search texts.
        size: Height and width in pixels.
        layout: Order of the axes of pictures.
        bgr: Blue first instead of red.
        crop: Share of the shorter side of ``size`` over that of the resized picture; 1 keeps all but the ends.
        scale, mean, std: A value becomes ``(value * scale - mean) / std``; for pictures per channel.
        rate: Sample rate in Hz; ``window`` in seconds.
        mel: Given for a network that takes spectrograms.
        channel_axis: Whether sound has an axis of length one behind the batch.
    """

    name: str
    kind: Kind
    network: Network
    title: str = ""
    text: Network | None = None
    size: tuple[int, int] = (224, 224)
    layout: Layout = "nchw"
    bgr: bool = False
    crop: float = 1.0
    scale: float = 1.0
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    rate: int = 16000
    window: float = 3.0
    mel: Mel | None = None
    channel_axis: bool = False

    def files(self) -> list[Path]:
        """Return every file it needs."""
        found = [self.network.file, self.network.tokenizer]
        if self.text is not None:
            found += [self.text.file, self.text.tokenizer]
        return [path for path in found if path is not None]

    def mark(self) -> str:
        """Return a text that changes with the settings and the files."""
        marks = [json.dumps(asdict(self), default=str, sort_keys=True)]
        for path in self.files():
            try:
                about = path.stat()
                marks.append(f"{about.st_size} {about.st_mtime_ns}")
            except OSError:
                marks.append("away")
        return " ".join(marks)

    def version(self) -> int:
        """Return a version that changes with the settings and the files."""
        return 1 + zlib.crc32(self.mark().encode()) % 1_000_000_000


def read(path: Path) -> list[ModelSpec]:
    """Read the list of models.

    Raises:
        PluginError: It cannot be read, or an entry has a wrong value; the message names entry, key and what is wanted.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PluginError(f"the list of models cannot be read: {error}", path=path, plugin=PLUGIN) from error
    except tomllib.TOMLDecodeError as error:
        raise PluginError(f"the list of models is not valid TOML: {error}", path=path, plugin=PLUGIN) from error
    entries = table.get("model", [])
    if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) for e in entries):
        raise PluginError("the list of models has no table [[model]]", path=path, plugin=PLUGIN)
    specs = [_Entry(entry, number, path).spec() for number, entry in enumerate(entries, 1)]
    names = [spec.name for spec in specs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise PluginError(f"two models are named {twice!r}", path=path, plugin=PLUGIN)
    return specs


@dataclass(slots=True)
class _Entry:
    """One table of the list with its place, for messages."""

    table: Mapping[str, Any]
    number: int
    source: Path
    where: str = field(default="", init=False)

    def spec(self) -> ModelSpec:
        name = self.table.get("name")
        self.where = f"model {name if isinstance(name, str) else self.number!r}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise self._error("'name' must be lower case letters, digits and hyphens")
        known = ({f.name for f in fields(ModelSpec)} | {f.name for f in fields(Network)}) - {"network"}
        self._refuse_unknown(self.table, known)
        kind = self._one_of(self.table, "kind", get_args(Kind), None)
        network = self._network(self.table)
        text = self.table.get("text")
        if text is not None:
            if not isinstance(text, dict):
                raise self._error("'text' must be a table [model.text]")
            self._refuse_unknown(text, {f.name for f in fields(Network)})
            text = self._network(text)
            if text.tokenizer is None:
                raise self._error("its [model.text] needs a 'tokenizer'")
        if kind == "text" and network.tokenizer is None:
            raise self._error("a model of words needs a 'tokenizer'")
        channels = 3 if kind == "image" else 1
        std = self._numbers("std", channels, 1.0)
        if any(value <= 0 for value in std):
            raise self._error("'std' must be above 0")
        return ModelSpec(
            name,
            kind,
            network,
            title=self._typed(self.table, "title", str, ""),
            text=text,
            size=self._size(),
            layout=self._one_of(self.table, "layout", get_args(Layout), "nchw"),
            bgr=self._typed(self.table, "bgr", bool, False),
            crop=self._above_zero("crop", float, 1.0, 1.0),
            scale=self._above_zero("scale", float, 1 / 255 if kind == "image" else 1.0, 1e9),
            mean=self._numbers("mean", channels, 0.0),
            std=std,
            rate=self._above_zero("rate", int, 16000, 192_000),
            window=self._above_zero("window", float, 3.0, 60.0),
            mel=self._mel(),
            channel_axis=self._typed(self.table, "channel_axis", bool, False),
        )

    def _network(self, table: Mapping[str, Any]) -> Network:
        file = self._path(table, "file")
        if file is None or file.suffix not in SUFFIXES:
            raise self._error(f"'file' must name a file ending in {' or '.join(SUFFIXES)}")
        most = table.get("max_tokens", 128)
        if not isinstance(most, int) or isinstance(most, bool) or not 2 <= most <= 8192:
            raise self._error("'max_tokens' must be a number from 2 to 8192")
        return Network(
            file,
            self._typed(table, "input", str, ""),
            self._typed(table, "output", str, ""),
            self._one_of(table, "pooling", get_args(Pooling), "none"),
            self._path(table, "tokenizer"),
            most,
            self._typed(table, "pad", bool, False),
            self._typed(table, "query_prefix", str, ""),
            self._typed(table, "prefix", str, ""),
        )

    def _path(self, table: Mapping[str, Any], key: str) -> Path | None:
        value = self._typed(table, key, str, "")
        return self.source.parent / Path(value).expanduser() if value else None

    def _size(self) -> tuple[int, int]:
        value = self.table.get("size", 224)
        pair = [value, value] if isinstance(value, int) else value
        if not isinstance(pair, list) or len(pair) != 2 or not all(type(v) is int and 8 <= v <= 2048 for v in pair):
            raise self._error("'size' must be a number of pixels, or [height, width], from 8 to 2048")
        return pair[0], pair[1]

    def _numbers(self, key: str, channels: int, default: float) -> tuple[float, ...]:
        value = self.table.get(key, default)
        row = value if isinstance(value, list) else [value]
        if len(row) not in (1, channels) or not all(isinstance(v, int | float) for v in row):
            raise self._error(f"'{key}' must be a number" + (f" or a list of {channels}" if channels > 1 else ""))
        return tuple(float(v) for v in row)

    def _mel(self) -> Mel | None:
        value = self.table.get("mel")
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._error("'mel' must be a table [model.mel]")
        self._refuse_unknown(value, {f.name for f in fields(Mel)})
        defaults = Mel()
        out: dict[str, Any] = {}
        for key in value:
            kind = type(getattr(defaults, key))
            out[key] = self._typed(value, key, kind, None)
            if kind is int and out[key] < 1:
                raise self._error(f"'{key}' of [model.mel] must be above 0")
        return Mel(**out)

    def _above_zero(self, key: str, kind: type, default: float, most: float) -> Any:
        value = self._typed(self.table, key, kind, default)
        if not 0 < value <= most:
            raise self._error(f"'{key}' must be above 0 and at most {most:g}")
        return value

    def _typed(self, table: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
        value = table.get(key, default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            kinds = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
            raise self._error(f"'{key}' must be {kinds[kind]}, not {value!r}")
        return value

    def _one_of(self, table: Mapping[str, Any], key: str, allowed: tuple[Any, ...], default: Any) -> Any:
        value = table.get(key, default)
        if value not in allowed:
            raise self._error(f"'{key}' must be one of {', '.join(allowed)}, not {value!r}")
        return value

    def _refuse_unknown(self, table: Mapping[str, Any], known: set[str]) -> None:
        unknown = sorted(set(table) - known)
        if unknown:
            raise self._error(f"it has no setting {unknown[0]!r}; there are: {', '.join(sorted(known))}")

    def _error(self, what: str) -> PluginError:
        return PluginError(f"{self.where}: {what}", path=self.source, plugin=PLUGIN)
