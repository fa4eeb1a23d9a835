"""The orders and groups of lists of items, and what they are called."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QComboBox

from avrec_desktop.library.grouping import Key
from avrec_desktop.ui.texts import concept_name, tr


def order_box() -> QComboBox:
    """Return a choice of all orders; each entry's data is the key of the order."""
    return _box(
        tr("Order"),
        (
            (tr("By title"), "title"),
            (tr("By artist"), "artist"),
            (tr("By album"), "album"),
            (tr("Newest first"), "added"),
            (tr("By length"), "duration"),
            (tr("By year"), "year"),
            (tr("Most played"), "plays"),
            (tr("Best rated"), "rating"),
            (tr("Last played"), "played"),
            (tr("Most skipped"), "skips"),
            (tr("By genre"), "genre"),
            (tr("By series"), "series"),
            (tr("Best quality"), "quality"),
            (tr("Largest files"), "size"),
            (tr("By kind"), "kind"),
            (tr("By folder"), "path"),
        ),
    )


def group_box() -> QComboBox:
    """Return a choice of all groups; each entry's data is the field, empty for none."""
    return _box(
        tr("Groups"),
        (
            (tr("No groups"), ""),
            (tr("Group by artist"), "artist"),
            (tr("Group by album"), "album"),
            (tr("Group by folder"), "folder"),
            (tr("Group by genre"), "genre"),
            (tr("Group by year"), "year"),
            (tr("Group by decade"), "decade"),
            (tr("Group by mood"), "mood"),
            (tr("Group by topic"), "topic"),
            (tr("Group by rating"), "rating"),
            (tr("Group by kind"), "kind"),
            (tr("Group by series"), "series"),
            (tr("Group by month added"), "added"),
            (tr("Group by first letter"), "title"),
            (tr("Group by language"), "language"),
            (tr("Group by format"), "format"),
        ),
    )


def _box(name: str, entries: tuple[tuple[str, str], ...]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    for text, key in entries:
        box.addItem(text, key)
    return box


def group_title(field: str, key: Key) -> str:
    """Return what a group is called, in the language of the window.

    Args:
        field: What the list is grouped by.
        key: What the items of the group share; None: nothing is known.
    """
    if key is None:
        return _unknown(field)
    if field in {"mood", "topic"}:
        return concept_name(str(key))
    if field == "kind":
        return tr("Video") if key == "video" else tr("Audio")
    if field == "rating":
        return "★" * int(key) or "☆"
    if field == "decade":
        return tr("{year}s").format(year=key)
    if field == "added":
        year, month = map(int, str(key).split("-"))
        return QLocale().toString(QDate(year, month, 1), "LLLL yyyy")
    if field == "language":
        language = QLocale.codeToLanguage(str(key))
        return str(key) if language == QLocale.Language.AnyLanguage else QLocale.languageToString(language)
    return str(key).encode("utf-8", "replace").decode()


def _unknown(field: str) -> str:
    names = {
        "artist": tr("No artist"),
        "album": tr("No album"),
        "genre": tr("No genre"),
        "year": tr("No year"),
        "decade": tr("No year"),
        "mood": tr("No mood yet"),
        "topic": tr("No topic yet"),
        "rating": tr("Not rated"),
        "series": tr("No series"),
        "language": tr("No language"),
    }
    return names.get(field, tr("Unknown"))
