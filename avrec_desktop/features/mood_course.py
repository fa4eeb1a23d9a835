"""How the mood of an item goes along its time: how energetic and how bright each part of its waveform is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.features.evidence import sound_mood

if TYPE_CHECKING:
    from avrec_desktop.library.database import Database
    from avrec_desktop.library.vocabulary import Vocabulary
    from avrec_desktop.plugin_host.types import ExtractorInfo

#: Probability that tags which say nothing of moods count for, so that faint ones decide little.
_PRIOR = 0.4
#: How much more the parts of one item differ than they were measured: listeners hear a part against the rest of it.
_CONTRAST = 1.6
#: Shares of the waveform itself in energy and brightness, and what is a great difference in it (dB; share of sound).
_LOUD, _HIGH, _DECIBELS, _SHARE = 0.55, 0.5, 9.0, 0.2
#: Valence that the tags of most music come to, and how much more the distance from it counts; few tags say "dark".
_USUAL, _SPREAD = 0.25, 2.0
#: Columns of the waveform that are looked at together.
_SMOOTH = 13


def places(
    database: Database, extractors: Sequence[ExtractorInfo], words: Vocabulary, item_id: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the analysed parts of an item lie and how they feel.

    Returns:
        The middles of the segments in seconds, float64 (n,), ascending, and their energy and valence in [-1, 1],
        float64 (n, 2): what the moods behind their tags stand for (Russell 1980), around the measured sound of the
        whole item. Both are empty where nothing was analysed.
    """
    with database.read() as connection:
        rows = connection.execute(
            "SELECT extractor, version, times, tags FROM segments WHERE item_id = ? AND tags IS NOT NULL", (item_id,)
        ).fetchall()
        measured = connection.execute(
            "SELECT descriptors FROM extractions WHERE item_id = ? AND state = 'done' AND descriptors IS NOT NULL",
            (item_id,),
        ).fetchall()
    whole = next((place for (text,) in measured if (place := sound_mood(json.loads(text))) is not None), None)
    base = np.zeros(2) if whole is None else np.array([whole[1], whole[0]])
    known = {(e.id, e.version): e for e in extractors if e.modality == "audio" and e.tags}
    at, feel = [np.zeros(0)], [np.zeros((0, 2))]
    for name, version, times, tags in rows:
        extractor = known.get((name, version))
        spans = np.frombuffer(times, np.float64).reshape(-1, 2)
        if extractor is None or len(tags) != len(spans) * len(extractor.tags):
            continue
        sure = np.frombuffer(tags, np.uint8).reshape(len(spans), -1) / 255.0
        moods = _moods_of(extractor.tags, words)
        at.append(spans.mean(axis=1))
        feel.append((sure @ moods[:, :2] + _PRIOR * base) / (sure @ moods[:, 2:] + _PRIOR))
    when, felt = np.concatenate(at), np.concatenate(feel)
    order = np.argsort(when, kind="stable")
    return when[order], felt[order]


def _moods_of(tags: Sequence[str], words: Vocabulary) -> NDArray[np.float64]:
    """Return energy and valence that each tag adds and with what weight, float64 (n_tags, 3)."""
    out = np.zeros((len(tags), 3))
    for row, tag in enumerate(tags):
        for column, surely in words.of_tag(tag):
            concept = words.concepts[column]
            if concept.kind == "mood":
                out[row] += surely * np.array([concept.energy, concept.valence, 1.0])
    return out


def course(
    wave: NDArray[np.uint8], duration: float, when: NDArray[np.float64], felt: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return energy and brightness of each column of a waveform in [-1, 1], float32 (n, 2).

    The analysed parts say how the item feels around them; between them, and where nothing was analysed, loudness and
    height of the sound tell the columns apart.

    Args:
        wave: uint8 (n, 4), peak and shares of low, middle and high sound, as :class:`Strips` gives it.
        duration: Of the item in seconds.
        when: Middles of the analysed parts in seconds, see :func:`places`.
        felt: Energy and valence there.
    """
    count = len(wave)
    if not count:
        return np.zeros((0, 2), np.float32)
    columns = (np.arange(count) + 0.5) / max(1, count) * duration
    out = np.zeros((count, 2))
    felt = np.stack([felt[:, 0], _SPREAD * (felt[:, 1] - _USUAL)], axis=1)
    if len(when):
        mean = felt.mean(axis=0)
        for axis in range(2):
            out[:, axis] = mean[axis] + _CONTRAST * (np.interp(columns, when, felt[:, axis]) - mean[axis])
    parts = wave.astype(np.float64) / 255.0
    loud = 20.0 * np.log10(_smooth(parts[:, 0]) + 0.02)
    high = _smooth(parts[:, 3] + 0.3 * parts[:, 2])
    louder = np.clip((loud - np.median(loud)) / _DECIBELS, -1.0, 1.0)
    higher = np.clip((high - np.median(high)) / _SHARE, -1.0, 1.0)
    out[:, 0] += _LOUD * louder + 0.3 * _HIGH * higher
    out[:, 1] += _HIGH * higher
    return np.clip(out, -1.0, 1.0).astype(np.float32)


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each value (n,) with those around it."""
    padded = np.pad(values, _SMOOTH // 2, mode="edge")
    return np.convolve(padded, np.full(_SMOOTH, 1.0 / _SMOOTH), mode="valid")
