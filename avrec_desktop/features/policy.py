"""How much of the machine the analysis may take now: the user's settings, the battery, and what is playing."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

from avrec_desktop.api.errors import InputError
from avrec_desktop.features.power import on_battery

if TYPE_CHECKING:
    from avrec_desktop.library.database import Database

Budget = Literal["gentle", "normal", "full"]
WhilePlaying = Literal["same", "gentle", "pause"]
Reason = Literal["battery", "playing"]

#: Most processes and niceness of each budget.
BUDGETS: dict[Budget, tuple[int, int]] = {"gentle": (1, 19), "normal": (4, 10), "full": (16, 0)}
#: Seconds between two looks at the battery.
LOOK_SECONDS = 5.0


def processes(budget: Budget) -> int:
    """Return how many compute processes a budget allows on this machine."""
    return max(1, min(BUDGETS[budget][0], os.cpu_count() or 1))


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """What the user chose; stored with the library.

    Attributes:
        budget: How much of the machine to take.
        pause_on_battery: Whether to wait for the charger.
        while_playing: While something plays: go on as before, take little, or wait.
        cluster: Address of a ``dask.distributed`` scheduler, or empty.
    """

    budget: Budget = "normal"
    pause_on_battery: bool = True
    while_playing: WhilePlaying = "gentle"
    cluster: str = ""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read JSON values; what is unknown or damaged is left at its default, so that a newer version does no harm."""
        known: dict[str, Any] = {}
        for name, value in values.items():
            try:
                known[name] = _checked(name, value)
            except InputError:
                continue
        return cls(**known)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)

    def changed(self, name: str, value: Any) -> Self:
        """Return the settings with one changed; words are taken for flags.

        Raises:
            InputError: There is no such setting, or the value does not fit.
        """
        return type(self)(**(self.to_dict() | {name: _checked(name, value)}))


_CHOICES: dict[str, tuple[str, ...]] = {"budget": get_args(Budget), "while_playing": get_args(WhilePlaying)}
_FLAGS = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False}


def _checked(name: str, value: Any) -> Any:
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise InputError(f"{name} cannot be {value!r}", hint=f"It is one of: {', '.join(_CHOICES[name])}.")
        return value
    if name == "pause_on_battery":
        flag = value if isinstance(value, bool) else _FLAGS.get(str(value).lower())
        if flag is None:
            raise InputError(f"{name} cannot be {value!r}", hint="It is on or off.")
        return flag
    if name == "cluster":
        if not isinstance(value, str) or any(c.isspace() for c in value.strip()):
            raise InputError(f"{value!r} is no address", hint="An address looks like tcp://host:8786.")
        return value.strip()
    raise InputError(f"there is no setting {name!r}", hint=f"There are: {', '.join(AnalysisSettings.__slots__)}.")


def load_settings(database: Database) -> AnalysisSettings:
    """Return the settings of a library."""
    with database.read() as connection:
        row = connection.execute("SELECT value FROM settings WHERE key = 'analysis'").fetchone()
    try:
        values = {} if row is None else json.loads(row[0])
    except ValueError:
        values = {}
    return AnalysisSettings.from_dict(values if isinstance(values, dict) else {})


def store_settings(database: Database, settings: AnalysisSettings) -> None:
    """Store the settings of a library."""
    with database.write() as connection:
        connection.execute(
            "INSERT INTO settings (key, value) VALUES ('analysis', ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (json.dumps(settings.to_dict()),),
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What the analysis may do now.

    Attributes:
        budget: How much it may take.
        wait_for: Why it has to wait, or None.
    """

    budget: Budget
    wait_for: Reason | None = None

    @property
    def nice(self) -> int:
        """Niceness of the compute processes."""
        return BUDGETS[self.budget][1]


class Policy:
    """Decides again and again, while an analysis runs. Thread-safe.

    Args:
        settings: What the user chose.
        battery: Says whether the machine runs on its battery.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        settings: AnalysisSettings | None = None,
        *,
        battery: Callable[[], bool] = on_battery,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lock = threading.Lock()
        self._settings = settings or AnalysisSettings()
        self._battery = battery
        self._clock = clock
        self._looked: float | None = None
        self._discharging = False
        self._playing = False
        self._overruled: set[Reason] = set()

    @property
    def settings(self) -> AnalysisSettings:
        """What the user chose; set it to change a run that is under way."""
        return self._settings

    @settings.setter
    def settings(self, settings: AnalysisSettings) -> None:
        with self._lock:
            self._settings = settings

    @property
    def playing(self) -> bool:
        """Whether something plays; whoever plays it says so."""
        return self._playing

    @playing.setter
    def playing(self, playing: bool) -> None:
        with self._lock:
            self._playing = playing

    def go_on_anyway(self) -> None:
        """Overrule what holds the analysis up now, until that has passed (the charger is back, nothing plays)."""
        with self._lock:
            present = self._present()
            if self._settings.pause_on_battery:
                self._overruled |= present & {"battery"}
            if self._settings.while_playing == "pause":
                self._overruled |= present & {"playing"}

    def decide(self, budget: Budget | None = None) -> Decision:
        """Return what may be done now.

        Args:
            budget: Instead of the one that the user set.
        """
        with self._lock:
            present = self._present()
            self._overruled &= present
            settings = self._settings
            chosen = budget or settings.budget
            if "battery" in present - self._overruled and settings.pause_on_battery:
                return Decision(chosen, "battery")
            if "playing" in present - self._overruled:
                if settings.while_playing == "pause":
                    return Decision(chosen, "playing")
                if settings.while_playing == "gentle":
                    return Decision("gentle")
            return Decision(chosen)

    def _present(self) -> set[Reason]:
        now = self._clock()
        if self._looked is None or now - self._looked >= LOOK_SECONDS:
            self._looked, self._discharging = now, self._battery()
        present: set[Reason] = {"battery"} if self._discharging else set()
        return present | {"playing"} if self._playing else present
