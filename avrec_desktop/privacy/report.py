"""A problem report that can be shared: what went wrong, without whose it is and what it is about."""

from __future__ import annotations

import getpass
import hashlib
import os
import platform
import re
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

#: Shortest name that is looked for; shorter ones are in half of all words.
SHORTEST = 4
_ENDING = r"\.[A-Za-z0-9]{1,5}"
#: Paths: quoted ones whole, others up to a file's ending or the next space.
_PATHS = re.compile(
    r"(?P<quote>['\"])(?P<quoted>(?:/|~/|[A-Za-z]:[\\/]|\\\\)[^'\"\n]*)(?P=quote)"
    rf"|(?<![\w/.:])(?P<bare>(?:/|~/|[A-Za-z]:[\\/]|\\\\)(?:[^\n:'\"]*?{_ENDING}(?![\w.])|[^\s'\":,]+))"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def _sign(text: str) -> str:
    """Return a short sign that is the same for the same text within a report and says nothing of it."""
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=3, key=_KEY).hexdigest()


_KEY = os.urandom(16)  # of this run: signs cannot be looked up in a list of known titles


def mask(text: str, names: Iterable[str] = ()) -> str:
    """Return the text with paths, addresses, the user, the machine and the given names masked.

    What was the same stays the same: ``/music/a.flac`` is ``<path 3fa1b2>.flac`` wherever it stands.

    Args:
        text: Any text, such as a log.
        names: Titles, people and the like that must not be seen.
    """

    def path(match: re.Match[str]) -> str:
        found = match["quoted"] or match["bare"]
        ending = re.search(rf"{_ENDING}$", found)
        return f"<path {_sign(found)}>{ending[0] if ending else ''}"

    low = text.casefold()
    wanted = sorted({n for n in names if len(n) >= SHORTEST and n.casefold() in low}, key=len, reverse=True)
    text = _PATHS.sub(path, text)
    text = _MAIL.sub("<address>", text)
    for name in wanted:
        text = re.sub(re.escape(name), f"<name {_sign(name.casefold())}>", text, flags=re.IGNORECASE)
    for own, word in ((_user(), "<user>"), (socket.gethostname(), "<machine>"), (Path.home().name, "<user>")):
        if len(own) >= 3:
            text = re.sub(rf"\b{re.escape(own)}\b", word, text)
    return text


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def problem_report(log: str, facts: Mapping[str, object], names: Iterable[str] = ()) -> str:
    """Return a report to read and share: versions and counts, then the masked log.

    Args:
        log: The last lines of the log.
        facts: What else is worth knowing, by name: versions, numbers; no names or paths.
        names: Titles, people and the like that must not be seen.
    """
    known = {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        **facts,
    }
    head = "\n".join(f"{key}: {value}" for key, value in known.items())
    return mask(f"avrec problem report\n\n{head}\n\nLog\n---\n{log or '(empty)'}\n", names)
