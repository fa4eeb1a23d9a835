"""The tags of the two networks as words for people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Tag

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
SHOWN, MOST = 0.2, 8


def name_tags(msd: NDArray[np.float32], mtt: NDArray[np.float32]) -> tuple[Tag, ...]:
    """Return readable tags, likeliest first.

    People who tag choose one of several synonyms, so the probabilities of synonyms in one network add up as those of
    independent events; of the two networks the surer one speaks.

    Args:
        msd: float32 (50,) probabilities of the first network.
        mtt: float32 (50,) of the second.
    """
    found: dict[str, float] = {}
    for names, values in ((MSD, msd), (MTT, mtt)):
        missing = dict.fromkeys(names, 1.0)
        for name, p in zip(names, values, strict=True):
            missing[name] *= 1.0 - float(p)
        for name, p in missing.items():
            found[name] = max(found.get(name, 0.0), 1.0 - p)
    found.pop("", None)
    for one, others in _OPPOSITES:
        rivals = [other for other in others if other in found]
        if any(found[rival] > found[one] for rival in rivals):
            found.pop(one)
        else:
            for rival in rivals:
                found.pop(rival)
    ranked = sorted(((p, name) for name, p in found.items() if p >= SHOWN), key=lambda pair: (-pair[0], pair[1]))
    return tuple(Tag(name, min(p, 1.0)) for p, name in ranked[:MOST])
