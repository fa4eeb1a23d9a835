"""Whether the machine runs on its battery."""

from __future__ import annotations

import sys
from pathlib import Path

#: Where Linux tells of chargers and batteries.
SUPPLIES = Path("/sys/class/power_supply")


def on_battery(supplies: Path = SUPPLIES) -> bool:
    """Return whether the machine runs on its battery now; False where that cannot be known."""
    if sys.platform.startswith("linux"):
        known = _by_supplies(supplies)
        if known is not None:
            return known
    return _by_psutil()


def _by_supplies(supplies: Path) -> bool | None:
    """Read the supplies of the machine itself; batteries of mice and headsets (scope ``Device``) say nothing.

    Returns:
        None when there is nothing to read.
    """
    try:
        folders = sorted(supplies.iterdir())
    except OSError:
        return None
    plugged, discharging, some = False, False, False
    for folder in folders:
        kind = _word(folder / "type")
        if _word(folder / "scope") == "device":
            continue
        if kind in {"mains", "usb", "wireless"}:
            some = True
            plugged |= _word(folder / "online") in {"1", "2"}
        elif kind == "battery" and _word(folder / "present") != "0":
            some = True
            discharging |= _word(folder / "status") == "discharging"
    if not some:
        return None
    return discharging and not plugged


def _word(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(64).decode("ascii", "replace").strip().lower()
    except OSError:  # attributes come and go with the driver
        return ""


def _by_psutil() -> bool:
    import psutil

    if not hasattr(psutil, "sensors_battery"):
        return False
    try:
        battery = psutil.sensors_battery()
    except (OSError, RuntimeError, ValueError, AttributeError):  # drivers that answer nonsense
        return False
    return battery is not None and battery.power_plugged is False
