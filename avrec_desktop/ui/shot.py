"""Renders the real main window with a library's data to a picture."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QItemSelectionModel, QTimer

from avrec_desktop.api.errors import AvrecError, InputError
from avrec_desktop.ui.window import PAGES

#: Milliseconds to wait for contents, and how often to look whether pictures are still coming.
PATIENCE, LOOK = 60_000, 80


def render(directory: Path, profile: str, out: Path, size: tuple[int, int], page: str, theme: str, lang: str) -> None:
    """Render a page of the window to a PNG.

    Args:
        directory: The library directory.
        profile: The profile.
        out: PNG file to write.
        size: Width and height in pixels.
        page: ``home``, ``library``, ``understanding``, ``jobs``, ``plugins``, ``settings``, or ``detail``
            (library with the first item).
        theme: ``light`` or ``dark``.
        lang: Language code.

    Raises:
        InputError: There is no such page.
        AvrecError: The file cannot be written, or the window did not fill in time.
    """
    known = (*PAGES, "detail", "table", "imports")
    if page not in known:
        raise InputError(f"there is no page {page!r}", hint=f"There are: {', '.join(known)}.")
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from avrec_desktop.ui.app import Application, make_application

    app = make_application()
    application = Application(app, directory, profile, theme, lang)
    window = application.window
    window.resize(*size)
    window.show()
    try:
        _wait(window.ready, application.open)
        parts = window.parts
        if parts is not None:
            if page in {"detail", "table"}:
                parts.go("library")
                parts.library_page.as_table.setChecked(page == "table")
                _settle(lambda: window.runner.busy)
                if len(parts.model.ids):
                    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
                    first = parts.model.index(parts.model.row_of(int(parts.model.ids[0])), 0)
                    parts.library_page.grid.selectionModel().setCurrentIndex(first, flags)
            else:
                parts.show_page(page) if page == "imports" else parts.go(page)
            _settle(lambda: not parts.thumbnails.idle or window.runner.busy)
        picture = window.grab()
        out.parent.mkdir(parents=True, exist_ok=True)
        if not picture.save(str(out), "PNG"):
            raise AvrecError("the picture cannot be written", path=out)
    finally:
        application.close()


def _wait(signal: object, start: object) -> None:
    loop = QEventLoop()
    done: list[bool] = []

    def arrived() -> None:
        done.append(True)
        loop.quit()

    signal.connect(arrived)  # type: ignore[attr-defined]
    QTimer.singleShot(PATIENCE, loop.quit)
    start()  # type: ignore[operator]
    loop.exec()
    if not done:
        raise AvrecError("the window did not fill in time")


def _settle(busy: object) -> None:
    """Run the event loop until nothing has been loading for some looks in a row."""
    loop = QEventLoop()
    calm = [0]

    def look() -> None:
        calm[0] = 0 if busy() else calm[0] + 1  # type: ignore[operator]
        if calm[0] >= 5:
            loop.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(LOOK)
    QTimer.singleShot(PATIENCE, loop.quit)
    loop.exec()
    timer.stop()
