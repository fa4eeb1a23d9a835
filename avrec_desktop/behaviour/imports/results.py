"""What imports give back: counts, uncertain matches, and the list of past imports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from avrec_desktop.behaviour.imports.types import BadRow, Thing
from avrec_desktop.behaviour.matching import Candidate

if TYPE_CHECKING:
    from avrec_desktop.behaviour.store import Behaviour
    from avrec_desktop.library.catalogue import Library


#: Bad rows that are kept with an import.
SHOWN_BAD = 1000


class Rooms(Protocol):
    """What an import works on; a session is one."""

    library: Library
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class Doubt:
    """An imported item that a person should look at.

    Attributes:
        row: Row of ``community_items``.
        thing: What the source tells of it.
        candidates: Library items that it may be, best first.
        chosen: The library item that was decided on, or None.
        decided: Whether a person has decided, for an item or for none.
        acts: How many acts are about it.
    """

    row: int
    thing: Thing
    candidates: tuple[Candidate, ...]
    chosen: int | None = None
    decided: bool = False
    acts: int = 0


@dataclass(slots=True)
class Summary:
    """Counts of an import; ``bad`` lists rows that were left out, ``n_bad`` counts them."""

    format: str
    items: int = 0
    interactions: int = 0
    matched: int = 0
    uncertain: int = 0
    unmatched: int = 0
    events: int = 0
    duplicates: int = 0
    n_bad: int = 0
    bad: list[BadRow] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        names = (
            "format",
            "items",
            "interactions",
            "matched",
            "uncertain",
            "unmatched",
            "events",
            "duplicates",
            "n_bad",
        )
        out: dict[str, Any] = {n: getattr(self, n) for n in names}
        return out | {"notes": list(self.notes), "bad": [b.to_dict() for b in self.bad[:SHOWN_BAD]]}


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import of the library.

    Attributes:
        id: Its number.
        format: Id of the format.
        source: The file or folder.
        at: Seconds since the epoch.
        state: ``done`` or ``undone``.
        profile: Whose own history it is, or None for other people's.
        summary: Its counts; empty for imports of old versions of the app.
    """

    id: int
    format: str
    source: str
    at: float
    state: str
    profile: str | None
    summary: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, without the bad rows."""
        counts = {k: v for k, v in self.summary.items() if k not in {"bad", "format"}}
        return {
            "id": self.id, "format": self.format, "source": self.source, "at": self.at, "state": self.state,
            "profile": self.profile, **counts,
        }  # fmt: skip
