"""What the core, the plugins and their models say, in the language of the window.

The core knows no Qt and speaks English. Here, at the edge, its sentences are found again: each is a template with named
places, what stands there is carried over (and translated too where it is itself a known sentence), and a sentence that
nobody knows stays as it is.
"""

from __future__ import annotations

import functools
import re

from PySide6.QtCore import QCoreApplication

from avrec_desktop.ui.said_texts import CONTEXT, MODELS, TEXTS

_PLACE = re.compile(r"\{(\w+)\}")
#: Sentences inside sentences are followed so deep.
_DEEP = 3


def said(text: str, deep: int = 0) -> str:
    """Return what the core or a plugin said as the user should read it; unknown text as it is."""
    if text == ".":
        return _end(text)
    if text in MODELS:
        return _translated(MODELS[text])
    body, stop = (text[:-1], ".") if text.endswith(".") and not text.endswith("..") else (text, "")
    known = _exact().get(body.casefold())
    if known is not None:
        now = _translated(known)
        return text if now == known else _same_case(body, now) + _end(stop)
    if deep < _DEEP:
        for pattern, template in _patterns():
            found = pattern.fullmatch(body)
            if found is not None:
                values = {name: said(value, deep + 1) for name, value in found.groupdict().items()}
                return _same_case(body, _translated(template).format(**values)) + _end(stop)
    return text


def _translated(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)


def _same_case(before: str, after: str) -> str:
    return after[:1].upper() + after[1:] if before[:1].isupper() else after


def _end(stop: str) -> str:
    return _translated(stop) if stop else ""


@functools.cache
def _exact() -> dict[str, str]:
    return {text.casefold(): text for text in TEXTS if "{" not in text}


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the templates as patterns, those that say most first."""
    templates = sorted((t for t in TEXTS if "{" in t), key=lambda t: -len(_PLACE.sub("", t)))
    return tuple((_pattern(template), template) for template in templates)


def _pattern(template: str) -> re.Pattern[str]:
    parts = _PLACE.split(template)  # plain text and names of places in turns
    written = [f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts)]
    return re.compile("".join(written), re.DOTALL | re.IGNORECASE)
