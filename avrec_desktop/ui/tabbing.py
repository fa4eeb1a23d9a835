"""The order in which Tab walks through the window: pane by pane, and one stop for each group of cards.

Qt's own order is that in which controls were made. Pages are made late and cards come and go, so they would all come
after the player bar, and every one of two hundred cards would be a stop of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from avrec_desktop.ui.widgets.card import RecommendationCard


def tab_stops(window: QWidget, panes: Sequence[QWidget]) -> list[QWidget]:
    """Return what Tab stops at, in order: the panes one after the other, within each the order of making.

    Args:
        window: The window; only what takes the focus by Tab, is enabled and shown counts.
        panes: Its panes, in the order of reading. What lies in none of them is left out.
    """
    found: dict[int, list[QWidget]] = {n: [] for n in range(len(panes))}
    groups: set[QWidget | None] = set()
    now = QApplication.focusWidget()
    held = now.parentWidget() if isinstance(now, RecommendationCard) else None
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        if _takes_tab(widget) and widget.isEnabled() and widget.isVisible():
            pane = next((n for n, pane in enumerate(panes) if pane.isAncestorOf(widget) or pane is widget), None)
            if pane is not None and _counts(widget, groups, held, now):
                found[pane].append(widget)
        widget = widget.nextInFocusChain()
    return [widget for stops in found.values() for widget in stops]


def _takes_tab(widget: QWidget) -> bool:
    """Whether a widget is reached by Tab; of buttons that exclude each other it is the pressed one."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if isinstance(widget, QAbstractButton) and group is not None and group.exclusive() and group.checkedButton():
        return widget.isChecked()
    # the line inside a box of numbers hands its focus on to the box
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


def _counts(widget: QWidget, groups: set[QWidget | None], held: QWidget | None, now: QWidget | None) -> bool:
    """Whether a widget is a stop: of the cards that lie together only the one with the focus, else the first, is."""
    if not isinstance(widget, RecommendationCard):
        return True
    group = widget.parentWidget()
    if group is held:
        return widget is now
    if group in groups:
        return False
    groups.add(group)
    return True


def step(window: QWidget, panes: Sequence[QWidget], *, forward: bool) -> bool:
    """Move the focus to the next or the last stop; return False when the focus is at none of them."""
    stops, now = tab_stops(window, panes), QApplication.focusWidget()
    if now not in stops:
        return False
    place = (stops.index(now) + (1 if forward else -1)) % len(stops)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    stops[place].setFocus(reason)
    return True
