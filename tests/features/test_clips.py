"""Clips made ahead: newest first, only while the machine is idle, never twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from avrec_desktop.features import clips


class _Strips:
    def __init__(self) -> None:
        self.made: list[tuple[int, float]] = []

    def wants_clips(self, item_ids: list[int]) -> list[int]:
        return [i for i in item_ids if i not in {m[0] for m in self.made}]

    def make_clip(self, item_id: int, start: float, seconds: float) -> Path | None:
        self.made.append((item_id, start))
        return Path("clip.mp4")

    def close(self) -> None:
        pass


@pytest.fixture
def strips(rig, monkeypatch: pytest.MonkeyPatch) -> _Strips:
    ids = rig.add("old.wav", "song.wav", "new.wav")
    with rig.library.database.write() as db:
        for item, kind, added in zip(ids, ("video", "audio", "video"), (1, 2, 3), strict=True):
            db.execute("UPDATE items SET kind = ?, added_at = ?, presence = 2 WHERE id = ?", (kind, added, item))
    stand_in = _Strips()
    stand_in.ids = ids  # type: ignore[attr-defined]
    monkeypatch.setattr(rig.library, "strips", stand_in)
    monkeypatch.setattr(clips, "machine_is_busy", lambda: False)
    monkeypatch.setattr(clips, "on_battery", lambda: False)
    return stand_in


def test_clips_of_films_are_made_the_newest_first(rig, strips) -> None:
    old, _, new = strips.ids
    assert clips.make_ahead(rig.library, 1, lambda: True) == 1
    assert [item for item, _ in strips.made] == [new]
    assert clips.make_ahead(rig.library, 5, lambda: True) == 1
    assert [item for item, _ in strips.made] == [new, old]
    assert clips.make_ahead(rig.library, 5, lambda: True) == 0


@pytest.mark.parametrize("reason", ["busy", "battery", "told"])
def test_nothing_is_made_when_the_machine_is_needed(rig, strips, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    monkeypatch.setattr(clips, "machine_is_busy", lambda: reason == "busy")
    monkeypatch.setattr(clips, "on_battery", lambda: reason == "battery")
    assert clips.make_ahead(rig.library, 5, lambda: reason != "told") == 0
    assert strips.made == []
