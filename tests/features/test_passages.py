"""What is said in the items: from the extractor to the store, back out, and into the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, Passage, PluginError
from avrec_desktop.features import passages
from avrec_desktop.features.check import MAX_PASSAGE, MAX_PASSAGES, checked
from avrec_desktop.jobs import wire
from avrec_desktop.jobs.job import Job
from avrec_desktop.library import mediatext
from tests.features.conftest import Rig, close_rig, open_rig

NOTHING = np.zeros(0, np.float32)


class Hears(FeatureExtractor):
    id = "hears"
    modality = "audio"
    dim = 0

    def extract(self, media: MediaSource) -> Features:
        raise NotImplementedError


@pytest.fixture
def spoken(tmp_path: Path) -> Iterator[Rig]:
    """An empty library with an extractor that hears and one that reads."""
    opened = open_rig(tmp_path, Path(__file__).parent / "data_speech")
    yield opened
    close_rig(opened)


def say(rig: Rig, name: str, *lines: str) -> None:
    (rig.folder / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")


def put(rig: Rig, item: int, lines: list[str], extractor: str = "hears") -> float | None:
    with rig.library.database.write() as db:
        rows = [(float(i), float(i) + 1.0, line) for i, line in enumerate(lines)]
        at = passages.store(db, item, extractor, rows, "done")
        db.execute(
            "INSERT OR REPLACE INTO extractions (item_id, extractor, version, state, at, said_at)"
            " VALUES (?, ?, 1, 'done', 1, ?)",
            (item, extractor, at),
        )
    return at


def test_words_that_have_to_be_read_again_wait_and_are_not_done_as_well(spoken: Rig) -> None:
    talk, _ = spoken.add("talk.wav", "song.wav")
    spoken.features.extract(["probe-reader"], job=Job(), workers=1)
    with spoken.library.database.write() as db:
        db.execute("UPDATE items SET updated_at = updated_at + 1000 WHERE id = ?", (talk,))
    status = {s.id: s for s in spoken.features.status()}["probe-reader"]
    assert (status.done, status.pending) == (1, 1)


def indexed(rig: Rig) -> int:
    with rig.library.database.read() as db:
        return int(db.execute("SELECT count(*) FROM passage_search").fetchone()[0])


def test_a_transcript_is_stored_found_and_read_by_the_extractors_of_words(spoken: Rig) -> None:
    talk, song = spoken.add("talk.wav", "song.wav")
    say(spoken, "talk.wav", "Welcome to the garden.", "Today we plant tomatoes.")
    result = spoken.features.extract(job=Job(), workers=1)
    assert spoken.features.passages(talk) == [
        Passage(0.0, 2.0, "Welcome to the garden."),
        Passage(2.0, 4.0, "Today we plant tomatoes."),
    ]
    assert spoken.features.language(talk) == "en"
    assert spoken.features.passages(song) == []
    assert spoken.features.language(song) is None
    assert spoken.state(talk, "probe-speech") == ("done", None)
    assert spoken.state(song, "probe-speech") == ("empty", None)
    assert not len(spoken.features.vectors("probe-speech"))
    (found,) = spoken.features.find_passages("TOMATO")
    assert (found.item_id, found.start, found.end) == (talk, 2.0, 4.0)
    # its words were read twice: before and after the transcript was there
    assert result.done == 5
    assert spoken.features.pending() == {"probe-speech": 0, "probe-reader": 0}
    vectors = spoken.features.vectors("probe-reader")
    heard, unheard = (vectors.matrix[vectors.ids.tolist().index(i)] for i in (talk, song))
    assert np.count_nonzero(heard) > np.count_nonzero(unheard) + 4


def test_words_are_pending_again_when_the_run_ended_before_they_were_read_again(spoken: Rig) -> None:
    talk, song = spoken.add("talk.wav", "song.wav")
    say(spoken, "talk.wav", "Welcome to the garden.")
    spoken.features.extract(["probe-reader"], job=Job())
    spoken.features.extract(["probe-speech"], job=Job())
    assert spoken.features.pending() == {"probe-speech": 0, "probe-reader": 1}
    assert spoken.features.extract(["probe-reader"], job=Job()).done == 1
    assert spoken.features.pending() == {"probe-speech": 0, "probe-reader": 0}
    assert song != talk


def test_a_newer_transcript_replaces_the_older_and_a_failure_keeps_it(spoken: Rig) -> None:
    (talk,) = spoken.add("talk.wav")
    for lines, left in ((["one two", "three"], 2), (["four"], 1), (["noise"], 1), ([], 0)):
        say(spoken, "talk.wav", *lines)
        with spoken.library.database.write() as db:
            db.execute("DELETE FROM extractions WHERE extractor = 'probe-speech'")
        spoken.features.extract(["probe-speech"], job=Job())
        assert len(spoken.features.passages(talk)) == indexed(spoken) == left
    assert spoken.features.find_passages("four") == []


def test_an_item_that_goes_takes_its_passages_along(rig: Rig) -> None:
    first, second = rig.add("one.wav", "two.wav")
    put(rig, first, ["a storm is coming", "from the sea"])
    put(rig, second, ["a storm in a teacup"])
    with rig.library.database.write() as db:
        db.execute("DELETE FROM files WHERE item_id = ?", (first,))
        db.execute("DELETE FROM items WHERE id = ?", (first,))
    assert [p.item_id for p in rig.features.find_passages("storm")] == [second]
    assert indexed(rig) == 1


def test_the_transcript_of_the_extractor_that_ran_last_counts(rig: Rig) -> None:
    (item,) = rig.add("one.wav")
    put(rig, item, ["rough"], "small")
    put(rig, item, ["exact", "words"], "large")
    assert [p.text for p in rig.features.passages(item)] == ["exact", "words"]
    assert rig.library.media_text(item).transcript == "exact words"


def test_chinese_accents_and_beginnings_of_words_are_found(rig: Rig) -> None:
    one, two = rig.add("one.wav", "two.wav")
    put(rig, one, ["今天我们讨论激烈的战斗", "Ein schöner Tag"])
    put(rig, two, ["战争与和平", "It's a beautiful day in Zürich"])
    find = rig.features.find_passages
    assert [p.text for p in find("战斗")] == ["今天我们讨论激烈的战斗"]
    assert {p.item_id for p in find("战")} == {one, two}
    assert [p.text for p in find("斗战")] == []
    assert [p.text for p in find("zurich beaut")] == ["It's a beautiful day in Zürich"]
    assert find("schoner")[0].item_id == one
    for text in ("", '"', "* AND (", "NEAR/3", "-x", "beautiful missing"):
        assert find(text) == []
    assert find("day", 0) == []


def test_what_says_it_more_in_fewer_words_comes_first(rig: Rig) -> None:
    (item,) = rig.add("one.wav")
    long = "and then we went on to talk about the weather and about the rain in spain for a very long time indeed"
    put(rig, item, [long, "rain", "rain and rain again"])
    found = rig.features.find_passages("rain")
    assert [p.text for p in found][-1] == long
    assert all(0 < p.score <= 1 for p in found)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert len(rig.features.find_passages("rain", 1)) == 1


def test_only_items_that_can_be_played_are_found(rig: Rig) -> None:
    (item,) = rig.add("one.wav")
    put(rig, item, ["a storm"])
    (rig.folder / "one.wav").unlink()
    rig.library.scan(None, Job())
    assert rig.features.find_passages("storm") == []


def test_a_long_transcript_is_given_from_beginning_to_end(rig: Rig) -> None:
    (item,) = rig.add("one.wav")
    put(rig, item, [f"passage number {i} of a film that is three hours long" for i in range(4000)])
    text = rig.library.media_text(item).transcript
    assert len(text) <= mediatext.MAX_TRANSCRIPT
    assert text.startswith("passage number 0 of")
    assert int(re.findall(r"number (\d+)", text)[-1]) > 3900


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"passages": ("x",)}, "as a passage"),
        ({"passages": (Passage(0.0, 1.0, b"x"),)}, "as a passage"),
        ({"passages": (Passage(2.0, 1.0, "x"),)}, "ends before it starts"),
        ({"passages": (Passage(-1.0, 1.0, "x"),)}, "ends before it starts"),
        ({"passages": (Passage(0.0, float("nan"), "x"),)}, "to nan"),
        ({"passages": (Passage(0.0, 1.0, "x"),) * (MAX_PASSAGES + 1)}, "at most"),
        ({"language": "English please"}, "language"),
        ({"language": 7}, "language"),
    ],
)
def test_wrong_passages_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(PluginError, match=message) as caught:
        checked(Features(NOTHING, **given), Hears())
    assert "hears" in caught.value.message


def test_passages_are_cleaned_cut_and_put_in_order() -> None:
    said = (Passage(3.0, 4.0, "  two\n\tlines "), Passage(1.0, 2.0, "x" * 5000), Passage(0.0, 1.0, " \x00 "))
    found = checked(Features(NOTHING, passages=said, language="zh-Hans"), Hears())
    assert found["state"] == "done"
    assert found["passages"] == [[1.0, 2.0, "x" * MAX_PASSAGE], [3.0, 4.0, "two lines"]]
    assert found["language"] == "zh-hans"
    assert wire.unpack(wire.pack(found))["passages"] == found["passages"]
    assert checked(Features(NOTHING), Hears())["state"] == "empty"
