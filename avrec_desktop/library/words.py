"""Text as it is searched and sorted: folded, and Chinese and Japanese cut into characters."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
# Scripts written without spaces: Han, Hiragana, Katakana, Bopomofo, and their extensions.
_DENSE = (
    "\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_DENSE_CHARACTER = re.compile(f"([{_DENSE}])")
_DENSE_RUN = re.compile(f"[{_DENSE}]+")
_PIECE = re.compile(f"[{_DENSE}]+|[^\\W_{_DENSE}]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_NUMBER = re.compile(r"\d+")
_JUNK = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\ufeff]")


def fold(text: str) -> str:
    """Return the text in lower case without accents, width variants and ligatures."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in decomposed if not unicodedata.combining(c) or c in "\u3099\u309a")
    return unicodedata.normalize("NFC", kept).casefold().translate(_LETTERS)


def searchable(text: str | None) -> str:
    """Return the form of a text that goes into the search index."""
    if not text:
        return ""
    folded = fold(text)
    return folded if folded.isascii() else _DENSE_CHARACTER.sub(r" \1 ", folded)


def file_words(name: str) -> str:
    """Return the searchable form of a file name: as it is, and with ``CamelCase09`` taken apart."""
    parts = _CAMEL.sub(" ", name)
    return searchable(name) if parts == name else f"{searchable(name)} {searchable(parts)}"


def pieces(text: str) -> list[str]:
    """Return the words of a text, folded, and its runs of characters of scripts without spaces."""
    return _PIECE.findall(fold(text))


def phrase_expression(text: str) -> str | None:
    """Return the FTS5 expression for words that must stand as they are; None without letters or digits."""
    words = [" ".join(piece) if _DENSE_RUN.fullmatch(piece) else piece for piece in pieces(text)]
    return '"' + " ".join(words) + '"' if words else None


def match_expression(text: str) -> str | None:
    """Return the FTS5 expression for what a user typed, or None when it has no letters or digits.

    Every word must begin a word of the item; a run of Chinese or Japanese must occur as it stands. Whatever is typed,
    the expression is valid.
    """
    terms = []
    for piece in pieces(text):
        if _DENSE_RUN.fullmatch(piece):
            terms.append('"' + " ".join(piece) + '"')
        else:
            terms.append(f'"{piece}"*')
    return " AND ".join(terms) or None


def sort_key(text: str | None) -> str:
    """Return a key whose plain order is the order people expect: folded, and ``Track 2`` before ``Track 10``."""
    if not text:
        return ""
    folded = fold(text).strip(" \t'\"([{.-_*#\u2018\u201c\u300a\u300c\u3010")
    return _NUMBER.sub(lambda m: m[0].lstrip("0").rjust(8, "0"), folded)[:200]


def clean(value: object, limit: int = 1000) -> str | None:
    """Return a text from a tag fit for storing and showing, or None when nothing is left.

    Undecodable bytes and lone surrogates become U+FFFD; NUL, control and direction characters go.
    """
    text = str(value)
    if text.isprintable():  # by far the most; surrogates, controls and direction marks are not printable
        return text.strip()[:limit] or None
    if not text.isascii():
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if _encodable(text) else _scrub(text)
    text = _JUNK.sub("", text).strip()
    return text[:limit] or None


def display_name(name: bytes) -> str:
    """Return a file name as text fit for showing and storing."""
    return clean(name.decode("utf-8", "replace"), 300) or "?"


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _scrub(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
