"""Names nobody can trace back, and times and values that are coarse on purpose.

What it gives: keyed hashes (HMAC-SHA-256) of people and items under a key that is thrown away, so that neither trying
all titles nor joining two exports tells who or what a row is about. What it does not give: a long history stays a
pattern, and somebody who knows much of it can recognise it. It is pseudonymous, not differentially private.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
from typing import Literal

#: How coarse times become.
Grain = Literal["day", "week", "month"]
#: Bytes of the key, and of a pseudonym (hex digits are twice as many): no collisions among billions.
KEY_BYTES, NAME_BYTES = 32, 12


class Pseudonyms:
    """Gives one stable, meaningless name per thing, under one key.

    Args:
        key: The secret key; None: a new one that nobody keeps.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = secrets.token_bytes(KEY_BYTES) if key is None else key
        if len(self._key) < 16:
            msg = "a key needs at least 16 bytes"
            raise ValueError(msg)

    def name(self, kind: str, value: str | int | bytes) -> str:
        """Return the pseudonym of a value of a kind (``user``, ``item``); equal values of two kinds differ."""
        data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        digest = hmac.new(self._key, kind.encode() + b"\0" + data, hashlib.sha256).digest()
        return digest[:NAME_BYTES].hex()


def coarse_date(at: float, grain: Grain = "week") -> str:
    """Return the first day of the day, week (Monday) or month of a time, as an ISO date in UTC; empty where unknown.

    Args:
        at: Seconds since the epoch, 0 or less where not known.
        grain: How coarse.
    """
    if at <= 0:
        return ""
    day = datetime.datetime.fromtimestamp(at, datetime.UTC).date()
    if grain == "week":
        day -= datetime.timedelta(days=day.weekday())
    elif grain == "month":
        day = day.replace(day=1)
    return day.isoformat()
