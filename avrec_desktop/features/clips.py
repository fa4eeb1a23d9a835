"""Makes the clips of films ahead of the previews that will show them, while nobody needs the machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from avrec_desktop.features.highlight import highlight
from avrec_desktop.features.power import on_battery
from avrec_desktop.jobs.idle import machine_is_busy

if TYPE_CHECKING:
    from avrec_desktop.library.catalogue import Library

#: Films looked at in one go, the newest first.
_LOOKED_AT = 2000


def make_ahead(library: Library, most: int, may_go_on: Callable[[], bool]) -> int:
    """Make the clips of films that have none, the newest first, while the machine is idle.

    Args:
        library: The library; its cache bounds what is made.
        most: How many to make at most.
        may_go_on: Asked before each.

    Returns:
        How many were made.
    """
    with library.database.read() as connection:
        rows = connection.execute(
            "SELECT id FROM items WHERE kind = 'video' AND presence = 2 ORDER BY added_at DESC, id DESC LIMIT ?",
            (_LOOKED_AT,),
        ).fetchall()
    made = 0
    for item_id in library.strips.wants_clips([row[0] for row in rows]):
        if made >= most or not may_go_on() or machine_is_busy() or on_battery():
            break
        start, end = highlight(library.database, item_id)
        made += library.strips.make_clip(item_id, start, end - start) is not None
    return made
