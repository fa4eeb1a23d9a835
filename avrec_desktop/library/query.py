"""The language of the search box: ``mood:calm year>2010 -genre:rock kind:video duration<10m unplayed "exact words"``.

Words stand for themselves: each must begin a word of the item. ``field:value`` and comparisons narrow the search, ``-``
turns a term round, ``OR`` and brackets combine; terms side by side must all hold, and bind closer than ``OR``. Whatever
is no known field is a word, so that any title can be pasted in. A lower-case ``or`` is a word too unless it stands
beside something that is no plain word.

The grammar is small and has to live with half-typed text, so it is read by hand; a parser generator would cost more at
start-up than all searches of a day.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from avrec_desktop.api.errors import InputError
from avrec_desktop.library import query_fields
from avrec_desktop.library.query_fields import FIELDS, FLAGS, Leaf, QueryValueError, Words

Connective = Literal["and", "or", "not"]


class QueryError(InputError):
    """A query that cannot be understood.

    Attributes:
        start, end: Where in the text, in characters.
        unfinished: Whether going on typing may mend it: the trouble is at the end.
    """

    def __init__(
        self, message: str, start: int, end: int, *, hint: str | None = None, unfinished: bool = False
    ) -> None:
        super().__init__(message, hint=hint)
        self.start = start
        self.end = end
        self.unfinished = unfinished


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that belong together: all hold (``and``), one holds (``or``), or the only one does not (``not``)."""

    kind: Connective
    parts: tuple[Node, ...]


Node = Group | Leaf


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query.

    Attributes:
        kind: ``word``, ``quoted``, ``term`` (a field with a value), ``open``, ``close``, ``or``, ``maybe-or``,
            ``not`` or ``and``.
        start, end: Where in the text.
        text: The word, or the value.
        field: Name of the field as typed.
        operator: Between field and value.
        at: Where the value begins.
        closed: Whether the value's quotation mark has its partner; True without one.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    field: str = ""
    operator: str = ""
    at: int = 0
    quoted: bool = False
    closed: bool = True


_FIELD = re.compile(r"([^\W\d_]+)(:?(?:>=|<=|!=|=|>|<)|:)")
_QUOTES = {'"': '"', "“": "”", "„": "“", "「": "」"}


def parse(text: str) -> Node | None:
    """Return what a query means; None when it says nothing.

    Raises:
        QueryError: It cannot be understood.
    """
    return _Parser(text).parse()


def leaves(node: Node | None) -> Iterator[Leaf]:
    """Yield the terms of a query, from the left."""
    if isinstance(node, Group):
        for part in node.parts:
            yield from leaves(part)
    elif node is not None:
        yield node


def tokens(text: str) -> list[Token]:
    """Cut a query into pieces; never fails."""
    out: list[Token] = []
    at = depth = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at, depth)
        if token is None:  # a bracket or dash that says nothing
            at += 1
            continue
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        out.append(token)
        at = token.end
    return _settle_or(out)


def _token(text: str, at: int, depth: int) -> Token | None:
    char = text[at]
    if char == "(":
        return Token("open", at, at + 1)
    if char == ")":
        return Token("close", at, at + 1) if depth else None
    if char == "|":
        return Token("or", at, at + 1)
    if char == "-":
        follows = text[at + 1 : at + 2]
        return Token("not", at, at + 1) if follows and not follows.isspace() and follows not in "-)" else None
    if char in _QUOTES:
        return _quoted(text, at, depth, Token("quoted", at, at))
    field = _FIELD.match(text, at)
    if field is not None and field[1].lower() in FIELDS:
        start = field.end()
        token = Token("term", at, start, "", field[1], field[2].removeprefix(":") or ":", start)
        while text[start : start + 1].isspace():
            start += 1
        cut = _quoted if text[start : start + 1] in _QUOTES else _bare
        return cut(text, start, depth, token)
    word = _bare(text, at, depth, Token("word", at, at))
    kind = {"OR": "or", "AND": "and", "NOT": "not", "or": "maybe-or"}.get(word.text, "word")
    return replace(word, kind=kind)


def _bare(text: str, at: int, depth: int, token: Token) -> Token:
    end = at
    while end < len(text) and not text[end].isspace() and not (depth and text[end] == ")"):
        end += 1
    return replace(token, end=end, text=text[at:end], at=at)


def _quoted(text: str, at: int, _depth: int, token: Token) -> Token:
    partner = _QUOTES[text[at]]
    end = text.find(partner, at + 1)
    inside = text[at + 1 : end if end >= 0 else None]
    return replace(token, end=len(text) if end < 0 else end + 1, text=inside, at=at + 1, quoted=True, closed=end >= 0)


def _settle_or(found: list[Token]) -> list[Token]:
    """Decide which ``or`` connects and which is a word of a title."""
    out: list[Token] = []
    for i, token in enumerate(found):
        if token.kind == "maybe-or":
            before = out[-1].kind if out else "word"
            after = found[i + 1].kind if i + 1 < len(found) else "word"
            connects = i > 0 and (before in ("term", "quoted", "close") or after in ("term", "quoted", "open", "not"))
            token = replace(token, kind="or" if connects else "word")
        out.append(token)
    return out


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._next = 0

    def parse(self) -> Node | None:
        return self._either()

    def _peek(self) -> str:
        return self._tokens[self._next].kind if self._next < len(self._tokens) else "end"

    def _either(self) -> Node | None:
        parts = [self._all()]
        while self._peek() == "or":
            sign = self._tokens[self._next]
            if parts[-1] is None:
                raise QueryError("there is nothing before OR.", sign.start, sign.end)
            self._next += 1
            parts.append(self._all())
            if parts[-1] is None:
                raise self._error("there is nothing after OR.", sign)
        known = tuple(part for part in parts if part is not None)
        return known[0] if len(known) == 1 else Group("or", known) if known else None

    def _all(self) -> Node | None:
        parts: list[Node] = []
        while self._peek() not in ("or", "close", "end"):
            if self._peek() == "and":
                self._next += 1
                continue
            part = self._one()
            if part is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Group("and", tuple(parts)) if parts else None

    def _one(self) -> Node | None:
        token = self._tokens[self._next]
        self._next += 1
        if token.kind == "not":
            if self._peek() in ("or", "and", "close", "end"):
                return None
            part = self._one()
            return None if part is None else Group("not", (part,))
        if token.kind == "open":
            inner = self._either()
            if self._peek() == "close":
                self._next += 1
            return inner
        if token.kind == "term":
            return self._term(token)
        if token.kind == "quoted":
            return Words(token.text, phrase=True) if token.text.strip() else None
        return self._word(token)

    def _word(self, token: Token) -> Node | None:
        flag = FLAGS.get(token.text.lower())
        if flag is not None:
            return flag
        name = _FIELD.match(token.text)
        if name is not None and len(name[1]) > 3:
            near = difflib.get_close_matches(name[1].lower(), FIELDS, 1, 0.8)
            if near:
                end = token.start + len(name[1])
                message = f"there is no field “{name[1]}”."
                raise QueryError(message, token.start, end, hint=f"Did you mean “{near[0]}”?")
        return Words(token.text)

    def _term(self, token: Token) -> Node:
        if not token.text.strip():
            raise self._error(f"a value is missing after “{token.field}{token.operator}”.", token)
        field = FIELDS[token.field.lower()]
        try:
            leaf = field.leaf(token.operator, token.text, quoted=token.quoted)
        except QueryValueError as problem:
            raise QueryError(
                str(problem), token.at, token.end, hint=problem.hint, unfinished=token.end == len(self._text)
            ) from problem
        return Group("not", (leaf,)) if token.operator == "!=" else leaf

    def _error(self, message: str, token: Token) -> QueryError:
        return QueryError(message, token.start, token.end, unfinished=token.end >= len(self._text.rstrip()))


#: What the fields are called, for completion and help.
FIELD_NAMES = query_fields.NAMES
