"""Shows the subtitle files beside a film over its picture; those inside the film are Qt's own matter."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from PySide6.QtCore import QLocale, QObject

from avrec_desktop.api.features import Passage
from avrec_desktop.library.spoken import Subtitled
from avrec_desktop.ui.player import Player
from avrec_desktop.ui.texts import tr


class SubtitleFiles(QObject):
    """Puts the line of the moment on the picture.

    Attributes:
        files: What there is for the film that plays.
        chosen: Which of them is shown, or -1.
    """

    def __init__(self, player: Player) -> None:
        super().__init__(player)
        self.files: Sequence[Subtitled] = ()
        self.chosen = -1
        self._player = player
        self._wanted: str | None = None  # language that was chosen for a film before
        self._starts: list[float] = []
        self._text = ""
        player.item_changed.connect(lambda _: self.offer(()))
        player.position_changed.connect(lambda position, _: self._show(position / 1000))

    def offer(self, files: Sequence[Subtitled]) -> None:
        """Take the files of the film that plays; the language that was chosen last is shown again."""
        self.files = files
        languages = [file.language for file in files]
        self._use(languages.index(self._wanted) if self._wanted in languages else -1)

    def choose(self, number: int) -> None:
        """Show one of the files, or none with -1."""
        self._wanted = self.files[number].language if number >= 0 else None
        if number >= 0:
            self._player.media.setActiveSubtitleTrack(-1)
        self._use(number)

    def name(self, number: int) -> str:
        """Return what a file is called in a menu."""
        code = self.files[number].language
        language = QLocale(code.partition(".")[0]).language() if code else QLocale.Language.C
        if language == QLocale.Language.C:
            return tr("File beside the film") + (f" ({code})" if code else "")
        return tr("{language}, beside the film").format(language=QLocale.languageToString(language))

    def line(self, seconds: float) -> str:
        """Return what is said at a moment: the lines that began and have not ended, one under the other."""
        if self.chosen < 0:
            return ""
        lines = self.files[self.chosen].lines
        until = bisect.bisect_right(self._starts, seconds)
        now: list[Passage] = [line for line in lines[max(0, until - 4) : until] if line.end > seconds]
        return "\n".join(line.text for line in now)

    def _use(self, number: int) -> None:
        self.chosen = number
        self._starts = [line.start for line in self.files[number].lines] if number >= 0 else []
        self._show(self._player.media.position() / 1000 if number >= 0 else 0.0)

    def _show(self, seconds: float) -> None:
        text = self.line(seconds)
        sink = self._player.media.videoSink()
        if self.chosen < 0 and not self._text:
            return  # what is shown, if anything, is inside the film
        if sink.subtitleText() != text:  # another one, as when the film moves into the mini player, has none yet
            sink.setSubtitleText(text)
        self._text = text
