"""Words of the interface that several places need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QLocale

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.library.types import Item
from avrec_desktop.library.vocabulary import label
from avrec_desktop.recommend.panel import Panel, Pick
from avrec_desktop.recommend.shelves import Shelf
from avrec_desktop.ui.said import said


def tr(text: str) -> str:
    """Translate a text that belongs to no class; Qt's tools file these under the empty context."""
    return QCoreApplication.translate("", text)


def amount(n: int) -> str:
    """Return a number as the place writes it, with marks between the thousands."""
    return QLocale().toString(int(n))


def decimal(value: float, places: int) -> str:
    """Return a number with so many places, with the mark of the place."""
    return QLocale().toString(float(value), "f", places)


def signed(value: float, places: int) -> str:
    """Return a number with its sign, so that more and less are told apart at a glance."""
    return ("+" if value >= 0 else "−") + decimal(abs(value), places)


def counted(n: int, one: str, many: str, **values: object) -> str:
    """Return a text about so many things: ``one`` where it is a single one, else ``many``; ``{n}`` is the number."""
    return (one if n == 1 else many).format(n=amount(n), **values)


def listed(words: Iterable[str]) -> str:
    """Return words one after the other, with the mark that the language puts between them."""
    return tr(", ").join(words)


def duration(seconds: float) -> str:
    """Return ``m:ss`` or ``h:mm:ss``; nothing for an unknown length."""
    if seconds <= 0:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


#: Languages that put a space between a number and its percent sign.
_SPACED = frozenset(
    QLocale.Language(language)
    for language in (
        QLocale.Language.German, QLocale.Language.French, QLocale.Language.Spanish, QLocale.Language.Russian,
        QLocale.Language.Swedish, QLocale.Language.Danish, QLocale.Language.NorwegianBokmal, QLocale.Language.Finnish,
        QLocale.Language.Czech, QLocale.Language.Slovak, QLocale.Language.Ukrainian,
    )
)  # fmt: skip


def percent(share: float, *, fine: bool = False) -> str:
    """Return a share as a rounded percentage, in the manner of the place: ``92%``, German ``92 %``, Arabic ``٩٢٪``.

    What is rare is not rounded to nothing.

    Args:
        share: 1 is all.
        fine: Whether what is below a tenth has a decimal.
    """
    if not fine and 0 < share < 0.005:
        return f"< {percent(0.01)}"
    place = QLocale()
    gap = "\u00a0" if place.language() in _SPACED else ""
    decimals = 1 if fine and 0 < share < 0.1 else 0
    number = place.toString(100 * share, "f", decimals).replace("-", "−")
    return f"{number}{gap}{place.percent()}"


def left(seconds: float | None) -> str:
    """Return how long a job still takes, in words."""
    if seconds is None:
        return ""
    if seconds < 60:
        return tr("{n} s left").format(n=max(1, round(seconds)))
    if seconds < 5400:
        return tr("{n} min left").format(n=round(seconds / 60))
    return tr("{n} h left").format(n=round(seconds / 3600))


def subtitle(item: Item) -> str:
    """Return the second line of an item: artist, series, or the folder it lies in."""
    if item.artist:
        return item.artist
    if item.series:
        return item.series
    return PurePath(item.path).parent.name.encode("utf-8", "replace").decode()


def reason(pick: Pick) -> str:
    """Return the translated reason of a pick."""
    return _reason(pick, 2, len(pick.tags))


def short_reasons(pick: Pick) -> list[str]:
    """Return the reason in ever fewer words, for places where the whole of it has no room."""
    tags = range(len(pick.tags), -1, -1) if pick.tags else (0,)
    counts = [(2, n) for n in tags if n] + [(1, n) for n in tags]
    texts = [_reason(pick, titles, n) for titles, n in counts]
    if pick.because_titles and len(words := pick.because_titles[0].split()) > 1:
        texts.append(_reason(replace(pick, because_titles=[f"{words[0]} …"]), 1, 0))
    return [text for text in dict.fromkeys(texts) if text != reason(pick)]


def _reason(pick: Pick, n_titles: int, n_tags: int) -> str:
    tags = listed(concept_name(tag).lower() for tag in pick.tags[:n_tags])
    if pick.reason_key == "because" and pick.because_titles:
        titles = joined([f"“{t}”" for t in pick.because_titles[:n_titles]])
        liked = tr("Because you liked {titles}") if "liked" in pick.reason[:18] else tr("Because you enjoyed {titles}")
        text = liked.format(titles=titles)
    elif pick.reason_key == "similar":
        text = tr("Like what you enjoyed")
    elif pick.reason_key in {"newest", "just-added"}:
        text = tr("New in your library")
    elif pick.reason_key == "continue":
        text = tr("Go on where you stopped")
    elif pick.reason_key == "mood":
        text = tr("In the mood of what you enjoy at this time")
    elif pick.reason_key == "rediscover":
        text = tr("You liked it and have not played it for long")
    elif pick.reason_key == "different":
        text = tr("Unlike what you mostly play")
    elif pick.reason_key == "popular":
        text = tr("Liked by many in the imported tables")
    elif pick.reason_key == "varied":
        text = tr("A taste of your library")
    else:
        text = tr("Picked by the model from what you did so far")
    return tr("{text}: {what}").format(text=text, what=tags) if tags else text


def concept_name(key: str) -> str:
    """Return the name of a topic, mood or tag in the language of the window, beginning with a capital."""
    name = label(key, QLocale().name())
    name = said(key) if name == key else name
    return name[:1].upper() + name[1:]


def joined(words: Sequence[str]) -> str:
    """Return words as a list in a sentence."""
    if len(words) < 2:
        return "".join(words)
    return tr("{first} and {last}").format(first=listed(words[:-1]), last=words[-1])


def panel_label(panel: Panel) -> str:
    """Return the translated line above the panel."""
    known = {
        "personal": tr("Chosen from your own library, by your own taste."),
        "shared": tr("Chosen by two models in turns; what you take tells which is better."),
        "by-content": tr("By content for now. It gets better once a model is trained on what you like."),
        "content": tr("Not personal yet: a varied selection. Like a few of these to make it yours."),
        "varied": tr("Not personal yet: a varied selection. Like a few of these to make it yours."),
        "popular": tr("Not personal yet: what people in the imported tables liked most."),
        "newest": tr("Not personal yet: the newest in your library. Like a few of these to make it yours."),
        "empty": tr("Your library is empty."),
    }
    return known.get(panel.label_key, panel.label)


def shelf_title(shelf: Shelf) -> str:
    """Return the translated title of a shelf."""
    if shelf.key == "because":
        titles = shelf.picks[0].because_titles if shelf.picks else []
        return tr("Because you liked {titles}").format(titles=f"“{titles[0]}”") if titles else shelf.title
    if shelf.key == "mood":
        return tr("In the mood for something {mood}").format(mood=concept_name(shelf.mood or "").lower())
    known = {
        "for-you": tr("Recommended for you"),
        "continue": tr("Continue"),
        "rediscover": tr("Rediscover"),
        "just-added": tr("Just added"),
        "different": tr("Something different"),
    }
    return known.get(shelf.key, shelf.title)


def error_text(error: AvrecError) -> str:
    """Return an error as the user should read it."""
    text = said(error.message)
    text = text[:1].upper() + text[1:]
    if error.path:
        text = f"{PurePath(error.path).name}: {text}"
    if error.plugin:
        where = tr("plugin {name}").format(name=error.plugin)
        text = f"{text} ({where})"
    if error.hint is None:
        return text
    hint = said(error.hint)
    return f"{text} {hint}" if text.endswith((".", "!", "?", "。", "？")) else f"{text}{said('.')} {hint}"
