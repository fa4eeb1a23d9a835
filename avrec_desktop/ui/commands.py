"""What the window can do, as a list for the palette."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from avrec_desktop.ui.palette import Command
from avrec_desktop.ui.sidebar import icon_of
from avrec_desktop.ui.texts import tr

if TYPE_CHECKING:
    from avrec_desktop.ui.acts import WindowActs
    from avrec_desktop.ui.window import Parts


def window_commands(parts: Parts, acts: WindowActs, colours: Callable[[str], object]) -> list[Command]:
    """Return everything that can be done now, pages first.

    Args:
        parts: The parts of the window.
        acts: Acts of the window as a whole.
        colours: Chooses a colour scheme.
    """
    actions, player = parts.actions, parts.player
    out = []
    for key, entry in parts.sidebar.entries().items():
        text = entry.accessibleName() or entry.text()
        out.append(Command(tr("Go to {page}").format(page=text), entry.click, icon=icon_of(key)))
    out += [
        Command(tr("Search the library"), parts.focus_search, "Ctrl+F", "magnify"),
        Command(tr("Add a folder"), parts.choose_folder, "Ctrl+O", "folder-plus-outline"),
        Command(tr("Undo the last act"), actions.undo, "Ctrl+Z", "undo"),
        Command(tr("Look for new and changed files"), parts.automation.scan, "F5", "refresh"),
        Command(tr("Analyse what is new"), parts.automation.analyse, icon="waveform"),
        Command(tr("Learn from what I like now"), parts.automation.train, icon="school-outline"),
        Command(tr("Refresh recommendations"), parts.home.refresh, icon="refresh"),
        Command(tr("Play or pause"), player.toggle, "Ctrl+P", "play-pause"),
        Command(tr("Next item"), player.next, icon="skip-next"),
        Command(tr("Previous item"), player.previous, icon="skip-previous"),
        Command(tr("Stop playing"), player.stop, icon="stop"),
        Command(tr("Repeat from here"), parts.playing.menus.repeat_step, "Ctrl+B", "repeat"),
        Command(tr("Show in the file manager"), acts.show_file, "Ctrl+Shift+E", "folder-open-outline"),
        Command(tr("Mini player"), parts.playing.show_mini, "Ctrl+M", "picture-in-picture-bottom-right"),
        Command(tr("Full screen"), parts.full_screen, "F11", "fullscreen"),
        Command(tr("Keyboard shortcuts"), acts.show_keys, "F1", "keyboard-outline"),
        Command(tr("About avrec"), acts.show_about, icon="information-outline"),
        Command(tr("Problem report"), acts.show_report, icon="file-document-outline"),
        Command(tr("Light colours"), lambda: colours("light"), icon="white-balance-sunny"),
        Command(tr("Dark colours"), lambda: colours("dark"), icon="weather-night"),
        Command(tr("Colours as the desktop"), lambda: colours("system"), icon="theme-light-dark"),
    ]
    item = player.item
    if item is not None:
        about = item.title
        out += [
            Command(tr("Like {title}").format(title=about), lambda: actions.like(item.id), icon="heart-outline"),
            Command(
                tr("Dislike {title}").format(title=about), lambda: actions.dislike(item.id), icon="thumb-down-outline"
            ),
        ]
    return out
