"""Whether things may move: the user's choice, else the desktop's."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyle

_chosen: dict[str, str] = {"motion": "system"}


def load(settings: QSettings) -> None:
    """Read the user's choice: ``system``, ``full`` or ``reduced``."""
    _chosen["motion"] = str(settings.value("looks/motion", "system"))


def choose(settings: QSettings, motion: str) -> None:
    """Remember the user's choice; it counts at once."""
    settings.setValue("looks/motion", motion)
    _chosen["motion"] = motion


def reduced() -> bool:
    """Whether animations and pictures that start by themselves are unwanted."""
    if _chosen["motion"] != "system":
        return _chosen["motion"] == "reduced"
    app = QGuiApplication.instance()
    if not isinstance(app, QApplication):
        return False
    return not app.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
