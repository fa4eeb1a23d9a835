"""The log of a library: a file that does not grow without end, beside the library it is about."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

#: Bytes of one file, and how many old ones are kept.
SIZE, KEPT = 1_000_000, 3
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class LogFile:
    """Writes what the app logs to ``logs/avrec.log`` of a library directory, from :meth:`start` to :meth:`close`.

    A disk that is full or a folder that cannot be written loses log lines, never anything else.

    Args:
        directory: The library directory.
        level: Least level that is written.
    """

    def __init__(self, directory: Path, level: int = logging.INFO) -> None:
        self.path = directory / "logs" / "avrec.log"
        self._level = level
        self._handler: logging.Handler | None = None

    def start(self) -> bool:
        """Begin to write; returns whether the file can be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handler = _Handler(self.path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", errors="replace")
        except OSError as error:
            logging.getLogger(__name__).warning("there is no log file: %s", error)
            return False
        handler.setLevel(self._level)
        handler.setFormatter(logging.Formatter(_FORMAT))
        logger = logging.getLogger("avrec_desktop")
        if logger.getEffectiveLevel() > self._level:
            logger.setLevel(self._level)
        logger.addHandler(handler)
        self._handler = handler
        return True

    def close(self) -> None:
        """Write no more and let the file go."""
        if self._handler is not None:
            logging.getLogger("avrec_desktop").removeHandler(self._handler)
            self._handler.close()
            self._handler = None


class _Handler(logging.handlers.RotatingFileHandler):
    """Keeps silent about lines that cannot be written: there is nobody left to tell, and the app goes on."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Drop the line."""


def read_log(directory: Path, lines: int = 400) -> str:
    """Return the last lines of the log, those of the file before included; empty when there is none."""
    path = directory / "logs" / "avrec.log"
    out: list[str] = []
    for part in (path.with_name("avrec.log.1"), path):
        try:
            out += part.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue  # not there yet
    return "\n".join(out[-lines:])
