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
_START = r"(?:/|~[\w.-]*/|\.{1,2}/|[A-Za-z]:[\\/]|\\\\|(?:file|smb|afp|nfs|s?ftp|davs?|mtp)://?)"
#: What may stand inside a path that nobody quoted: all but what ends a sentence about it; "It's" is one word.
_INSIDE = r"(?:[^\n:'\"]|(?<=\w)'(?=\w)|(?<!\s):(?=[^\s'\"]))"
#: Paths. Quoted ones are taken whole; others up to a file's ending with no more folders behind it, or, as names have
#: spaces, up to the colon or the end of the line: better too much than a name.
_PATHS = re.compile(
    rf"'(?P<single>{_START}(?:\\[^\n]|[^'\n\\]|'(?=\w))*)'(?!\w)"
    rf'|"(?P<double>{_START}(?:\\[^\n]|[^"\n\\])*)"'
    rf"|(?<![\w/.:<])(?P<bare>{_START}(?:{_INSIDE}*?{_ENDING}(?![\w./\\])(?!(?:(?!\s[/~]){_INSIDE}){{0,400}}?\S[/\\])|{_INSIDE}+))"
)
_LOGIN = re.compile(r"(?<=://)[^\s/@]+@")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def _sign(text: str) -> str:
    """Return a short sign that is the same for the same text within a report and says nothing of it."""
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=3, key=_KEY).hexdigest()


def _path(found: str) -> str:
    ending = re.search(rf"{_ENDING}$", found)
    return f"<path {_sign(found)}>{ending[0] if ending else ''}"


_KEY = os.urandom(16)  # of this run: signs cannot be looked up in a list of known titles


def mask(text: str, names: Iterable[str] = (), known_paths: Iterable[str] = ()) -> str:
    """Return the text with paths, addresses, the user, the machine and the given names masked.

    What was the same stays the same: ``/music/a.flac`` is ``<path 3fa1b2>.flac`` wherever it stands.

    Args:
        text: Any text, such as a log.
        names: Titles, people and the like that must not be seen.
        known_paths: Files and folders of the user, masked wherever they stand and whatever is in their names.
    """
    for known in sorted({p for p in known_paths if len(p) >= SHORTEST and p in text}, key=len, reverse=True):
        text = re.sub(rf"{re.escape(known)}(?![\w])", _path(known), text)
    low = text.casefold()
    wanted = sorted({n for n in names if len(n) >= SHORTEST and n.casefold() in low}, key=len, reverse=True)
    text = _PATHS.sub(lambda match: _path(str(match[match.lastgroup or 0])), text)
    text = _LOGIN.sub("<user>@", text)
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


def problem_report(
    log: str, facts: Mapping[str, object], names: Iterable[str] = (), known_paths: Iterable[str] = ()
) -> str:
    """Return a report to read and share: versions and counts, then the masked log.

    Args:
        log: The last lines of the log.
        facts: What else is worth knowing, by name: versions, numbers; no names or paths.
        names: Titles, people and the like that must not be seen.
        known_paths: Files and folders of the user.
    """
    known = {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        **facts,
    }
    head = "\n".join(f"{key}: {value}" for key, value in known.items())
    return mask(f"avrec problem report\n\n{head}\n\nLog\n---\n{log or '(empty)'}\n", names, known_paths)
