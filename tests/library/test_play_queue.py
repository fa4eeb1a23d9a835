"""The queue: play next, add, move, remove, and a shuffle that repeats nothing."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.library.play_queue import PlayQueue


def queue(entries: str = "", at: int = 0, seed: int = 1) -> PlayQueue[str]:
    made: PlayQueue[str] = PlayQueue(lambda e: e, lambda e: e[0].lower(), random.Random(seed))
    made.set(entries, at)
    return made


def text(q: PlayQueue[str]) -> str:
    return "".join(q.entries)


def test_next_goes_behind_what_plays_and_add_at_the_end() -> None:
    q = queue("abc", 1)
    q.play_next("xy")
    q.add("z")
    assert (text(q), q.current) == ("abxycz", "b")
    assert [q.next(), q.next(), q.previous()] == ["x", "y", "x"]
    assert q.jump(5) == "z"
    assert q.next() is None
    assert q.current == "z"


def test_what_plays_stays_when_others_go() -> None:
    q = queue("abcde", 2)
    assert q.remove([0, 2, 4, 9]) == 2
    assert (text(q), q.current) == ("bcd", "c")
    before = q.state()
    assert q.clear() == 2
    assert (text(q), q.at) == ("c", 0)
    q.restore(before)
    assert (text(q), q.current) == ("bcd", "c")


def test_an_undo_keeps_what_began_to_play_meanwhile() -> None:
    q = queue("abc", 0)
    before = q.state()
    q.play_next("x")
    q.next()
    q.restore(before)
    assert (text(q), q.current) == ("axbc", "x")


@given(st.integers(0, 6), st.lists(st.integers(-1, 8)), st.integers(0, 7))
def test_moving_keeps_what_plays(at: int, rows: list[int], to: int) -> None:
    q = queue("abcdefg", at)
    q.move(rows, to)
    assert sorted(q.entries) == list("abcdefg")
    assert q.current == "abcdefg"[at]


@given(st.text("abcdeABCDE", min_size=1, max_size=30), st.integers(0, 40))
def test_a_shuffle_repeats_nothing_and_is_undone(entries: str, seed: int) -> None:
    q = queue(entries, 0, seed)
    q.shuffle(True)
    assert sorted(q.entries) == sorted(entries)
    assert q.current == entries[0]
    q.play_next("x")
    q.add("y")
    q.shuffle(False)
    rest = [e for e in q.entries if e not in "xy"]
    assert rest == list(entries)
    assert q.current == entries[0]


def test_a_shuffle_spreads_artists() -> None:
    entries = [f"{a}{i}" for a in "abcd" for i in range(10)]
    close = 0
    for seed in range(20):
        q = queue("", seed=seed)
        q.set(entries)
        q.shuffle(True)
        close += sum(x[0] == y[0] for x, y in zip(q.entries[1:], q.entries[2:], strict=False))
    assert close / 20 < 5  # by chance it would be nine


def test_what_was_heard_lately_comes_late() -> None:
    q = queue("abcdef", 0)
    for _ in range(3):
        q.next()
    q.shuffled = True
    q.set("abcdefghijkl", 11)
    assert set(q.entries[-3:]) == set("abc")
    assert q.entries[0] == "l"
