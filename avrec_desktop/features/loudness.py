"""How loud items are by their analysis, and how much louder or softer they play so that all sound alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from avrec_desktop.library.database import Database

#: What is brought to the same loudness: nothing, each item, or albums as a whole.
Levelling = Literal["off", "item", "album"]
#: Loudness that all is brought to (LUFS; that of ReplayGain 2), and the most that is changed, dB.
TARGET, MOST = -18.0, 12.0
#: What items count as that were not measured yet: about the middle of music (LUFS).
UNKNOWN = -14.0

_ITEM = """
SELECT CAST(json_extract(descriptors, '$.loudness') AS REAL) FROM extractions
WHERE item_id = ? AND state = 'done' AND json_extract(descriptors, '$.loudness') IS NOT NULL
ORDER BY at DESC LIMIT 1
"""
_ALBUM = """
SELECT i.duration, max(CAST(json_extract(e.descriptors, '$.loudness') AS REAL)) FROM items own
JOIN items i ON i.sort_album = own.sort_album AND i.album = own.album
    AND ifnull(i.album_artist, '') = ifnull(own.album_artist, '')
    AND (own.album_artist IS NOT NULL OR ifnull(i.artist, '') = ifnull(own.artist, ''))
JOIN extractions e ON e.item_id = i.id AND e.state = 'done' AND json_extract(e.descriptors, '$.loudness') IS NOT NULL
WHERE own.id = ? AND own.album IS NOT NULL AND own.album <> '' GROUP BY i.id
"""


@dataclass(frozen=True, slots=True)
class Loudness:
    """Loudness of an item and of its album in LUFS; None where it was not measured, or it is of no album."""

    item: float | None = None
    album: float | None = None


def read(database: Database, item_id: int) -> Loudness:
    """Return how loud an item is; that of the album is the mean power of its measured items by their length."""
    with database.read() as connection:
        row = connection.execute(_ITEM, (item_id,)).fetchone()
        album = connection.execute(_ALBUM, (item_id,)).fetchall()
    weights = [max(1.0, r[0]) for r in album]
    power = sum(w * 10 ** (r[1] / 10) for w, r in zip(weights, album, strict=True))
    return Loudness(
        None if row is None else float(row[0]),
        10 * math.log10(power / sum(weights)) if len(album) > 1 and power > 0 else None,
    )


def gain(found: Loudness, levelling: Levelling, more: float = 0.0) -> float:
    """Return by how many dB an item is to be played louder (or softer, below 0).

    Args:
        found: How loud it is.
        levelling: What is brought to the same loudness.
        more: Louder than usual by so many dB, as the user wishes.
    """
    if levelling == "off":
        return 0.0
    heard = found.album if levelling == "album" and found.album is not None else found.item
    return more + max(-MOST, min(MOST, TARGET - (UNKNOWN if heard is None else heard)))
