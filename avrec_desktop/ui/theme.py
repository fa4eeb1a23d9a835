"""The visual system: colours, spacing, type and icons, light and dark."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from avrec_desktop import paths

_SIZE = re.compile(r"font-size: (\d+)px")
Scheme = Literal["light", "dark"]

#: Spacing scale, device-independent pixels.
XS, S, M, L, XL = 4, 8, 12, 16, 24
RADIUS = 10
#: What a scroll bar and the gap before it take of a page's width.
GUTTER = 20


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours of one scheme."""

    window: str
    surface: str
    raised: str
    hover: str
    border: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    on_accent: str
    danger: str
    warning: str
    success: str


LIGHT = Tokens(
    window="#f5f6f8",
    surface="#ffffff",
    raised="#eceef3",
    hover="#e4e7ee",
    border="#dfe2ea",
    text="#171a21",
    muted="#5c6474",
    accent="#4b43d6",
    accent_soft="#e7e6fb",
    on_accent="#ffffff",
    danger="#c0293b",
    warning="#9a6200",
    success="#1d7a4a",
)
DARK = Tokens(
    window="#121318",
    surface="#191b22",
    raised="#242731",
    hover="#2d313d",
    border="#2b2f3a",
    text="#eceef3",
    muted="#a0a7b6",
    accent="#9a94ff",
    accent_soft="#2c2a4d",
    on_accent="#15131f",
    danger="#ff7b87",
    warning="#f0b44c",
    success="#5fd19a",
)

_current: dict[str, Tokens] = {"tokens": LIGHT}
_text: dict[str, float] = {"scale": 1.0}


def tokens() -> Tokens:
    """Return the colours in use."""
    return _current["tokens"]


def is_dark() -> bool:
    """Whether the dark scheme is in use."""
    return tokens() is DARK


def set_text_scale(scale: float) -> None:
    """Let all text be so many times its usual size; counts from the next :func:`apply` on."""
    _text["scale"] = max(0.8, min(2.0, scale))


def scaled(pixels: float) -> int:
    """Return a height or width that must grow with the text, in device-independent pixels."""
    return round(pixels * _text["scale"])


def system_scheme() -> Scheme:
    """Return what the desktop asks for."""
    hints = QApplication.styleHints()
    return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"


def apply(app: QApplication, scheme: Scheme) -> None:
    """Dress the whole application."""
    colours = DARK if scheme == "dark" else LIGHT
    _current["tokens"] = colours
    icon.cache_clear()
    app.setStyle("Fusion")
    app.setPalette(_palette(colours))
    app.setStyleSheet(_SIZE.sub(lambda size: f"font-size: {scaled(int(size[1]))}px", _sheet(colours)))


@lru_cache(maxsize=512)
def icon(name: str, colour: str | None = None) -> QIcon:
    """Return an icon of the Material Design set (``"heart"``, ``"play"`` ...) in a colour, default the text's."""
    chosen = colour or tokens().text
    out: QIcon = _icon_font().icon(f"mdi6.{name}", color=chosen, color_disabled=tokens().muted)
    return out


@lru_cache(maxsize=1)
def _icon_font() -> Any:
    """Return the one set of icons in use: qtawesome's own instance would read and check all twelve it brings."""
    from qtawesome.iconic_font import IconicFont

    folder = Path(find_spec("qtawesome").origin or "").parent / "fonts"  # type: ignore[union-attr]
    font = next(folder.glob("materialdesignicons6-webfont-*.ttf")).name
    names = next(folder.glob("materialdesignicons6-webfont-charmap-*.json")).name
    return IconicFont(("mdi6", font, names))


def _palette(c: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: c.window,
        role.WindowText: c.text,
        role.Base: c.surface,
        role.AlternateBase: c.raised,
        role.Text: c.text,
        role.Button: c.surface,
        role.ButtonText: c.text,
        role.ToolTipBase: c.raised,
        role.ToolTipText: c.text,
        role.Highlight: c.accent,
        role.HighlightedText: c.on_accent,
        role.PlaceholderText: c.muted,
        role.Link: c.accent,
        role.Mid: c.border,
    }
    for key, value in pairs.items():
        palette.setColor(key, QColor(value))
    for key in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(c.muted))
    return palette


def _sheet(c: Tokens) -> str:
    return f"""
QWidget {{ font-size: 13px; color: {c.text}; }}
QMainWindow, #page, #stack, QScrollArea, #scrolled {{ background: {c.window}; border: none; }}
QDialog, QDialog #scrolled {{ background: {c.surface}; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; padding: 4px 6px; }}

#sidebar {{ background: {c.surface}; border-right: 1px solid {c.border}; }}
#brand {{ font-size: 17px; font-weight: 700; padding: 2px 4px; }}
#section {{ color: {c.muted}; font-size: 11px; font-weight: 600; padding: 2px 10px; }}
#nav {{
    text-align: left; padding: 7px 10px; border: 1px solid transparent; border-radius: 8px; background: transparent;
    font-weight: 400;
}}
#nav:hover {{ background: {c.hover}; }}
#nav:checked {{ background: {c.accent_soft}; color: {c.accent}; font-weight: 600; }}
#nav:focus {{ border-color: {c.accent}; }}

#topbar {{ background: {c.window}; }}
#h1 {{ font-size: 22px; font-weight: 700; }}
#h2 {{ font-size: 16px; font-weight: 650; }}
#heading {{ color: {c.muted}; font-size: 11px; font-weight: 600; padding: 6px 0 0 0; margin: 0; }}
#muted {{ color: {c.muted}; }}
#notice {{ color: {c.accent}; }}
#small {{ color: {c.muted}; font-size: 12px; }}
#error {{ color: {c.danger}; }}

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox {{
    background: {c.surface}; border: 1px solid {c.border}; border-radius: 8px; padding: 6px 10px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{ border: 1px solid {c.accent}; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow {{ image: url({_picture("chevron-down", c)}); width: 12px; height: 12px; }}
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {{
    border: none; background: transparent; width: 22px;
}}
QDoubleSpinBox::up-arrow, QSpinBox::up-arrow {{ image: url({_picture("chevron-up", c)}); width: 10px; height: 10px; }}
QDoubleSpinBox::down-arrow, QSpinBox::down-arrow {{
    image: url({_picture("chevron-down", c)}); width: 10px; height: 10px;
}}
QComboBox QAbstractItemView {{
    background: {c.surface}; border: 1px solid {c.border}; border-radius: 8px; padding: 4px;
    selection-background-color: {c.accent_soft}; selection-color: {c.accent};
}}
QPushButton {{
    background: {c.surface}; border: 1px solid {c.border}; border-radius: 8px; padding: 7px 14px; font-weight: 550;
}}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:pressed {{ background: {c.border}; }}
QPushButton:focus {{ border: 1px solid {c.accent}; }}
QPushButton:disabled {{ color: {c.muted}; background: {c.window}; }}
QPushButton#primary {{ background: {c.accent}; color: {c.on_accent}; border: 1px solid {c.accent}; }}
QPushButton#primary:hover {{ background: {_mix(c.accent, c.text, 0.12)}; }}
QPushButton#primary:focus {{ border: 2px solid {_mix(c.accent, c.on_accent, 0.7)}; padding: 6px 13px; }}
QPushButton#primary:disabled {{ background: {c.raised}; color: {c.muted}; border: 1px solid {c.border}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; button-layout: 3; }}
QDialogButtonBox QPushButton {{ min-width: 64px; }}
QDialogButtonBox QPushButton:default {{ background: {c.accent}; color: {c.on_accent}; border: 1px solid {c.accent}; }}
QDialogButtonBox QPushButton:default:hover {{ background: {_mix(c.accent, c.text, 0.12)}; }}
QDialogButtonBox QPushButton:default:focus {{
    border: 2px solid {_mix(c.accent, c.on_accent, 0.7)}; padding: 6px 13px;
}}
QPushButton#choice {{ padding: 0; font-weight: 500; border-radius: 6px; color: {c.muted}; }}
QPushButton#choice:checked {{ background: {c.accent_soft}; color: {c.accent}; border: 1px solid {c.accent}; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 8px; padding: 5px; }}
QToolButton#tight {{ padding: 1px; }}
QToolButton:hover {{ background: {c.hover}; }}
QToolButton:checked, QToolButton[on="true"] {{ background: {c.accent_soft}; }}
QToolButton:focus {{ border: 1px solid {c.accent}; }}
QToolButton::menu-indicator {{ image: none; }}

#title {{ font-size: 22px; font-weight: 700; background: transparent; border-color: transparent; padding: 2px 4px; }}
#title:hover {{ border-color: {c.border}; }}
#title:focus {{ border-color: {c.accent}; background: {c.surface}; }}
QPlainTextEdit, QTextEdit {{
    background: {c.surface}; border: 1px solid {c.border}; border-radius: 8px; padding: 6px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QPlainTextEdit:focus, QTextEdit:focus {{ border: 1px solid {c.accent}; }}
#key {{
    background: {c.raised}; border: 1px solid {c.border}; border-radius: 5px; padding: 1px 6px; font-size: 12px;
    font-weight: 600;
}}
#completions {{ background: {c.surface}; border: 1px solid {c.border}; padding: 4px; }}
#completions::item {{ padding: 5px 8px; }}
#completions::item:selected {{ background: {c.accent_soft}; color: {c.accent}; }}
#playlists {{ background: transparent; border: none; outline: none; }}
#playlists::item {{ padding: 7px 6px; border-radius: 8px; }}
#playlists::item:hover {{ background: {c.hover}; }}
#playlists::item:selected {{ background: {c.accent_soft}; color: {c.accent}; }}
#card {{ background: {c.surface}; border: 1px solid {c.border}; border-radius: {RADIUS}px; }}
#card[hot="true"] {{ border: 1px solid {c.accent}; }}
#cardTitle {{ font-weight: 650; }}
#reason {{ color: {c.muted}; font-size: 12px; }}
#panel {{ background: {c.surface}; border: 1px solid {c.border}; border-radius: {RADIUS}px; }}
#detail {{ background: {c.surface}; border-left: 1px solid {c.border}; }}
#playerbar {{ background: {c.surface}; border-top: 1px solid {c.border}; }}
#chip {{
    background: {c.raised}; border: none; border-radius: 9px; padding: 2px 10px; font-size: 12px; font-weight: 500;
    min-height: 16px;
}}
#chip[sure="true"] {{ background: {c.accent_soft}; }}
#chip[sure="half"] {{ background: {c.raised}; border: 1px solid {c.accent_soft}; padding: 1px 9px; }}
#chip[yours="true"] {{ background: {c.accent_soft}; border: 1px solid {c.accent}; padding: 1px 9px; }}
#message {{ background: {c.raised}; border: 1px solid {c.border}; border-radius: {RADIUS}px; }}
#message[level="error"] {{ border: 1px solid {c.danger}; }}

QListView, QTableView, QTreeView {{ background: {c.window}; border: none; outline: none; }}
QListView {{ selection-background-color: {c.accent_soft}; selection-color: {c.text}; }}
QTableView {{
    background: {c.surface}; alternate-background-color: {c.window}; gridline-color: transparent;
    selection-background-color: {c.accent_soft}; selection-color: {c.text};
    border: 1px solid {c.border}; border-radius: {RADIUS}px;
}}
QTableView::item {{ padding: 0 8px; border: none; }}
QTableView::item:focus {{ background: {c.accent_soft}; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{
    background: {c.surface}; color: {c.muted}; border: none; border-bottom: 1px solid {c.border};
    padding: 7px 11px; font-weight: 600; font-size: 12px;
}}
QHeaderView::section:horizontal:first {{ border-top-left-radius: {RADIUS - 1}px; }}
QHeaderView::section:horizontal:last {{ border-top-right-radius: {RADIUS - 1}px; }}
QHeaderView::section:horizontal:only-one {{
    border-top-left-radius: {RADIUS - 1}px; border-top-right-radius: {RADIUS - 1}px;
}}
QTableCornerButton::section {{ background: {c.surface}; border: none; }}

QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
QScrollBar::handle {{ background: {c.border}; border-radius: 4px; min-height: 32px; min-width: 32px; }}
QScrollBar::handle:hover {{ background: {c.muted}; }}
QScrollBar::handle:disabled {{ background: transparent; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QTabBar::tab {{
    background: transparent; color: {c.muted}; border: none; border-bottom: 2px solid transparent;
    padding: 7px 4px; margin-right: 18px; font-weight: 600;
}}
QTabBar::tab:hover {{ color: {c.text}; }}
QTabBar::tab:selected {{ color: {c.accent}; border-bottom: 2px solid {c.accent}; }}
QTabBar::tab:focus {{ background: {c.accent_soft}; }}

QProgressBar {{ background: {c.raised}; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
QSlider::groove:horizontal {{ height: 4px; background: {c.border}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {c.accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ background: {c.accent}; width: 12px; height: 12px; margin: -4px 0; border-radius: 6px; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {c.text}; width: 10px; height: 10px; }}
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{ background: {c.border}; }}
QMenu {{ background: {c.surface}; border: 1px solid {c.border}; border-radius: 8px; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 6px; }}
QMenu::item:selected {{ background: {c.accent_soft}; color: {c.accent}; }}
QMenu::separator {{ height: 1px; background: {c.border}; margin: 4px 8px; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{
    width: 16px; height: 16px; border: 1px solid {c.muted}; border-radius: 5px; background: {c.surface};
}}
QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border: 1px solid {c.accent}; }}
QCheckBox::indicator:checked {{
    background: {c.accent}; border: 1px solid {c.accent}; image: url({_picture("check", c)});
}}
QCheckBox::indicator:disabled {{ border: 1px solid {c.border}; background: {c.raised}; }}
QSplitter::handle {{ background: {c.border}; }}
"""


def _picture(name: str, c: Tokens) -> str:
    """Return the path of a small picture for the style sheet, which knows files only."""
    scheme = "dark" if c is DARK else "light"
    return (paths.resources() / "icons" / f"{name}-{scheme}.svg").as_posix()


def _mix(a: str, b: str, share: float) -> str:
    first, second = QColor(a), QColor(b)
    channels = [
        round((1 - share) * x + share * y)
        for x, y in zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*channels).name()
