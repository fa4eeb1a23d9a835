"""The menu "More like this": by everything, sound, picture or words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

#: The senses in the order of the menu.
SENSES = ("all", "audio", "video", "text")


def sense_name(by: str) -> str:
    """Return what is compared, as in "alike in ..."."""
    names = {
        "all": QCoreApplication.translate("SimilarMenu", "By everything"),
        "audio": QCoreApplication.translate("SimilarMenu", "By sound"),
        "video": QCoreApplication.translate("SimilarMenu", "By picture"),
        "text": QCoreApplication.translate("SimilarMenu", "By words"),
    }
    return names[by]


def add_similar(menu: QMenu, item_id: int, on_chosen: Callable[[int, str], object]) -> QMenu:
    """Add "More like this" to a menu.

    Args:
        menu: The menu of an item.
        item_id: The item.
        on_chosen: Called with (item id, sense).
    """
    inner = menu.addMenu(QCoreApplication.translate("SimilarMenu", "More like this"))
    fill_similar(inner, item_id, on_chosen)
    return inner


def fill_similar(menu: QMenu, item_id: int, on_chosen: Callable[[int, str], object]) -> None:
    """Fill a menu with the senses."""
    for by in SENSES:
        action = menu.addAction(sense_name(by))
        action.triggered.connect(lambda _=False, by=by: on_chosen(item_id, by))
