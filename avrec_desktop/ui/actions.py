"""What a user does with items: rate, hide, play; all of it recorded, and undone on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from avrec_desktop.behaviour.signals import SignalWeights
from avrec_desktop.behaviour.store import SEARCHED, Behaviour, StoredEvent
from avrec_desktop.behaviour.taste import TasteEdit, TasteStore
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.types import Item
from avrec_desktop.ui.player import COMPLETE, SKIP, Player, resume_point
from avrec_desktop.ui.texts import counted, error_text
from avrec_desktop.ui.workers import Runner


class Actions(QObject):
    """Carries out acts on items for one profile.

    Signals:
        noted: (text, can be undone) something was done.
        problem: A message for the user.
    """

    noted = Signal(str, bool)
    problem = Signal(str)

    def __init__(
        self, runner: Runner, library: Library, behaviour: Behaviour, player: Player, profile: str, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._library = library
        self._behaviour = behaviour
        self._player = player
        self.profile = profile
        self._taste = TasteStore(behaviour)
        self._undoable: list[Callable[[], object]] = []
        self._sought: set[int] = set()
        player.left.connect(self._record_playback)
        player.failed.connect(
            lambda item, why: self.problem.emit(
                self.tr("{title} cannot be played: {why}").format(title=item.title, why=why)
            )
        )

    def like(self, item_id: int) -> None:
        """Like an item."""
        self._rate(item_id, "like", self.tr("Liked. Your recommendations follow."))

    def like_all(self, item_ids: Sequence[int]) -> None:
        """Like many items; one undo takes all of it back."""
        ids = [int(i) for i in item_ids]
        if len(ids) == 1:
            self.like(ids[0])
            return

        def work() -> Callable[[], object]:
            events = [self._behaviour.rate(self.profile, i, "like").id for i in ids]
            return lambda: [self._behaviour.undo(event) for event in reversed(events)]

        self.do(
            work,
            counted(
                len(ids),
                self.tr("Liked. Your recommendations follow."),
                self.tr("Liked {n} items. Your recommendations follow."),
            ),
        )

    def dislike(self, item_id: int) -> None:
        """Dislike an item."""
        self._rate(item_id, "dislike", self.tr("Disliked. You will see less like it."))

    def rate(self, item_id: int, stars: int) -> None:
        """Give stars; 0 takes the rating back."""
        text = self.tr("Rated {n} of 5").format(n=stars) if stars else self.tr("Rating taken back")
        self._rate(item_id, str(stars) if stars else "none", text)

    def clear_rating(self, item_id: int) -> None:
        """Take like, dislike and stars back."""
        self._rate(item_id, "none", self.tr("Rating taken back"))

    def refuse(self, item_id: int) -> None:
        """Not interested: hide the item from recommendations."""
        self._store(
            lambda: self._behaviour.record(self.profile, item_id, "hide", context={"from": "panel"}),
            self.tr("It will not be recommended again."),
        )

    def block_seed(self, item_id: int, *, blocked: bool = True) -> None:
        """Leave an item's plays and ratings out of recommendations, or let them count again."""

        def work() -> Callable[[], object]:
            before = self._taste.block_seed(self.profile, item_id, blocked=blocked)
            return lambda: self._taste.block_seed(self.profile, item_id, blocked=before)

        text = self.tr("It is no longer used for recommendations.") if blocked else self.tr("It counts again.")
        self.do(work, text)

    def weigh(self, kind: str, key: str, weight: float, blocked: bool = False) -> None:
        """Have more or less of a tag or artist recommended, or nothing of it; (0, False) is as learned."""

        def work() -> Callable[[], object]:
            before = self._taste.set_edit(self.profile, TasteEdit(kind, key, weight, blocked))  # type: ignore[arg-type]
            return lambda: self._taste.set_edit(self.profile, before)

        if blocked:
            text = self.tr("None of it is recommended any more.")
        elif not weight:
            text = self.tr("It counts as learned.")
        else:
            text = self.tr("You will see more of it.") if weight > 0 else self.tr("You will see less of it.")
        self.do(work, text)

    def set_weights(self, weights: SignalWeights) -> None:
        """Have acts count by other weights."""

        def work() -> Callable[[], object]:
            before = self._behaviour.weights()
            self._behaviour.set_weights(weights)
            return lambda: self._behaviour.set_weights(before)

        self.do(work, self.tr("What you do counts by the new weights."))

    def undo(self) -> None:
        """Take the last act back."""
        if not self._undoable:
            self.noted.emit(self.tr("There is nothing to undo."), False)
            return
        self._runner.run(
            self._undoable.pop(),
            lambda _: self.noted.emit(self.tr("Undone."), False),
            lambda error: self.problem.emit(error_text(error)),
        )

    def do(self, work: Callable[[], Callable[[], object]], text: str) -> None:
        """Carry out ``work`` in a thread and note ``text``; what ``work`` returns takes it back."""
        self._runner.run(
            work, lambda back: self.note_done(text, back), lambda e: self.problem.emit(error_text(e)), priority=10
        )

    def note_done(self, text: str, back: Callable[[], object]) -> None:
        """Note that something was done, which ``back`` takes back in a thread."""
        self._undoable.append(back)
        self.noted.emit(text, True)

    def play(self, item_id: int, queue: Sequence[int] = (), start: float | None = None) -> None:
        """Play an item from a second, or from where it was left; ``queue`` follows it."""

        def load() -> tuple[list[Item], float]:
            ids = [item_id, *(i for i in queue if i != item_id)][:200]
            items = self._library.items_by_id(ids, self.profile)
            position = items[0].position if items else 0.0
            if start is not None:
                position = start
            elif items:
                position = resume_point(items[0], position)
            self._library.path(item_id)  # says clearly when the file is away
            return [i for i in items if i.available], position

        def begin(found: tuple[list[Item], float]) -> None:
            items, position = found
            if items:
                self._player.play_items(items, 0, position)

        self._runner.run(load, begin, lambda e: self.problem.emit(error_text(e)), key="play")

    def sought(self, item_id: int) -> None:
        """Note that an item that is about to be played was searched for."""
        self._sought.add(item_id)

    def play_at(self, item_id: int, seconds: float) -> None:
        """Play an item from a moment; what lies before it does not count as heard."""
        playing = self._player.item
        if playing is not None and playing.id == item_id:
            self._player.seek(round(1000 * seconds))
            if not self._player.playing:
                self._player.toggle()
            return

        def load() -> list[Item]:
            self._library.path(item_id)  # says clearly when the file is away
            return [i for i in self._library.items_by_id([item_id], self.profile) if i.available]

        def start(items: list[Item]) -> None:
            if items:
                self._player.play_items(items, jump=seconds)

        self._runner.run(load, start, lambda e: self.problem.emit(error_text(e)), key="play")

    def _rate(self, item_id: int, value: str, text: str) -> None:
        self._store(lambda: self._behaviour.rate(self.profile, item_id, value), text)

    def _store(self, work: Callable[[], StoredEvent], text: str) -> None:
        def carry_out() -> Callable[[], object]:
            event = work().id
            return lambda: self._behaviour.undo(event)

        self.do(carry_out, text)

    def _record_playback(self, item: Item, fraction: float, position: float) -> None:
        kind = "complete" if fraction >= COMPLETE else "skip" if fraction < SKIP else "play"
        origin = SEARCHED if item.id in self._sought else "app"
        self._sought.discard(item.id)

        def work() -> None:
            self._behaviour.record(self.profile, item.id, kind, fraction, origin=origin)
            self._behaviour.set_position(self.profile, item.id, position)

        self._runner.run(work, None, lambda e: self.problem.emit(error_text(e)))
