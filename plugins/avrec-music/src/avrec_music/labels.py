"""The tags of the two networks as words for people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Tag

Matrix = NDArray[np.float32]

#: What each output of the network taught with the Million Song Dataset means; empty: not shown.
MSD = (
    "rock", "pop", "alternative", "indie", "electronic", "female voice", "dance", "2000s", "alternative rock", "jazz",
    "", "metal", "chill", "male voice", "classic rock", "soul", "indie rock", "mellow", "electronic", "1980s",
    "folk", "1990s", "chill", "instrumental", "punk", "oldies", "blues", "hard rock", "ambient", "acoustic",
    "experimental", "female voice", "guitar", "hip-hop", "1970s", "party", "country", "easy listening", "", "",
    "funk", "electronic", "metal", "progressive rock", "1960s", "r&b", "indie pop", "sad", "house", "happy",
)  # fmt: skip
#: The same for MagnaTagATune; many of its tags are synonyms.
MTT = (
    "guitar", "classical", "slow", "techno", "strings", "drums", "electronic", "rock",
    "fast", "piano", "ambient", "beat", "violin", "voice", "synthesizer", "female voice",
    "indian", "opera", "male voice", "voice", "voice", "instrumental", "harpsichord", "loud",
    "quiet", "flute", "female voice", "male voice", "instrumental", "pop", "mellow", "sitar",
    "", "male voice", "classical", "choir", "voice", "new age", "dance", "male voice",
    "female voice", "beat", "harp", "cello", "instrumental", "experimental", "country", "metal",
    "female voice", "choir",
)  # fmt: skip
VOCABULARY = tuple(sorted({*MSD, *MTT} - {""}))
#: Of these only the likelier is said.
_OPPOSITES = (
    ("instrumental", ("voice", "female voice", "male voice", "choir", "opera", "hip-hop")),
    ("slow", ("fast",)),
    ("quiet", ("loud",)),
    ("happy", ("sad",)),
)
SHOWN, MOST = 0.4, 8
#: Output of a network that means "as likely as not".
EVEN = 0.25
_COLUMNS = {name: column for column, name in enumerate(VOCABULARY)}


def tag_matrix(msd: Matrix, mtt: Matrix) -> Matrix:
    """Return the probabilities of :data:`VOCABULARY`, float32 (n, n_tags).

    People who tag choose one of several synonyms, so the probabilities of synonyms in one network add up as those of
    independent events; of the two networks the surer one speaks. They also leave out most of what is true: a network
    that learned from them says 0.25 where a listener would say "as likely as not", so the odds are scaled to that.

    Args:
        msd: float32 (n, 50) outputs of the first network.
        mtt: float32 (n, 50) of the second.
    """
    found = np.zeros((len(msd), len(VOCABULARY)), dtype=np.float32)
    for names, values in ((MSD, msd), (MTT, mtt)):
        missing = np.ones_like(found)
        for name, p in zip(names, values.T, strict=True):
            if name:
                missing[:, _COLUMNS[name]] *= 1.0 - p
        np.maximum(found, 1.0 - missing, out=found)
    said = np.clip(found, 0.0, 1.0) * (1.0 - EVEN)
    return np.asarray(said / (said + (1.0 - np.clip(found, 0.0, 1.0)) * EVEN), dtype=np.float32)


def name_tags(probabilities: NDArray[np.float32]) -> tuple[Tag, ...]:
    """Return readable tags of one item from its row of :func:`tag_matrix`, likeliest first."""
    found = dict(zip(VOCABULARY, probabilities.tolist(), strict=True))
    for one, others in _OPPOSITES:
        rivals = [other for other in others if other in found]
        if any(found[rival] > found[one] for rival in rivals):
            found.pop(one)
        else:
            for rival in rivals:
                found.pop(rival)
    ranked = sorted(((p, name) for name, p in found.items() if p >= SHOWN), key=lambda pair: (-pair[0], pair[1]))
    return tuple(Tag(name, p) for p, name in ranked[:MOST])
