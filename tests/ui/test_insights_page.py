"""The insights page: words, figures, measuring, exports, comparing models, correcting the taste."""

from __future__ import annotations

import csv
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from avrec_desktop.api.errors import ModelError
from avrec_desktop.behaviour.taste import TasteEdit, TasteStore
from avrec_desktop.recommend.figures import FigureSpec, Look, Painter
from avrec_desktop.recommend.insights import Figure, ModelReport, Report
from avrec_desktop.recommend.interleaving import Pair, preference
from avrec_desktop.recommend.satisfaction import Outcome, Satisfaction
from avrec_desktop.recommend.service import ModelInfo
from avrec_desktop.recommend.taste import Term
from avrec_desktop.ui.pages import insights_words as words
from avrec_desktop.ui.pages.insights_taste import TermRow
from avrec_desktop.ui.window import Parts
from tests.ui.conftest import World


def model(model_id: str, hits: float, p: float | None, **more: Any) -> ModelReport:
    figure = Figure(hits, max(0.0, hits - 0.1), hits + 0.1)
    values: dict[str, Any] = {
        "id": model_id, "name": model_id.title(), "plugin": "x", "baseline": model_id in {"popularity", "random"},
        "figures": dict.fromkeys(("hr@10", "ndcg@10", "recall@20", "mrr", "auc"), figure),
        "beyond": {"coverage@10": 0.25, "diversity@10": 0.5}, "p": p,
        "gain": None if p is None else Figure(0.2, 0.1, 0.3),
        "faithful": {"named": 12.0, "random": 2.0, "cases": 8.0}, "seconds": 1.5,
    }  # fmt: skip
    return ModelReport(**{**values, **more})


def report(*models: ModelReport, held_out: int = 40) -> Report:
    return Report("default", 1.76e9, 200, held_out, 1.7e9, 1.75e9, 5000, list(models), ["Fusion"])


GOOD = (model("dot", 0.31, 0.004), model("popularity", 0.09, None), model("random", 0.02, 1.0))


def text_of(parts: Parts) -> str:
    page = parts.insights_page
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


def show(parts: Parts, qtbot: QtBot) -> None:
    parts.go("insights")
    qtbot.waitUntil(lambda: not parts._window.runner.busy)


def test_a_model_is_put_into_words_beside_popularity() -> None:
    first, *rest = words.sentences(report(*GOOD), "dot")
    assert first.startswith(
        "On your last 40 likes, Dot had one in its first ten 31% of the time; popularity 9%. That is better"
    )
    assert rest == []


def test_a_model_that_does_not_beat_popularity_says_so() -> None:
    (first,) = words.sentences(report(model("dot", 0.1, 0.3), GOOD[1]), "dot")
    assert "It does not beat popularity: the difference may be chance (p = 0.30)." in first.replace("\u00a0", " ")
    worse = model("dot", 0.01, 1.0, gain=Figure(-0.08, -0.1, -0.02))
    assert "It does worse than popularity." in words.sentences(report(worse, GOOD[1]), "dot")[0]


def test_failures_and_few_likes_are_told() -> None:
    broken = ModelReport("bad", "Bad", "y", False, error="boom")
    said = words.sentences(report(*GOOD, broken, held_out=7), "dot")
    assert "Bad could not be measured: boom" in said
    assert "rough" in said[-1]
    assert words.cells(broken)[1] == "boom"
    assert len(words.cells(broken)) == len(words.cells(GOOD[0])) == len(words.column_titles())


def test_too_little_history_says_what_is_missing(world: World, parts: Parts, qtbot: QtBot) -> None:
    world.recommend.insights.lacking = 6
    show(parts, qtbot)
    assert "You have 4 of the 10 likes" in text_of(parts)
    assert not parts.insights_page.measure.isEnabled()
    assert not parts.insights_page.has_report()


def test_measuring_runs_as_a_job_and_shows_what_was_found(world: World, parts: Parts, qtbot: QtBot) -> None:
    world.recommend.insights.next_report = report(*GOOD)
    show(parts, qtbot)
    assert "How good are your recommendations?" in text_of(parts)
    parts.insights_page.measure.click()
    qtbot.waitUntil(parts.insights_page.has_report)
    shown = text_of(parts)
    assert "your last 40 of 200 likes" in shown
    assert "31% of the time; popularity 9%" in shown
    assert "Not trained, so not measured: Fusion." in shown
    table = parts.insights_page.quality.table
    assert [table.item(r, 0).text() for r in range(table.rowCount())] == ["Dot", "Popularity", "Random"]
    assert table.item(0, 13).text() == "6.0 ×"
    plot = parts.insights_page.quality.accuracy
    qtbot.waitUntil(lambda: plot.png is not None, timeout=60_000)
    assert not plot.pixmap().isNull()
    assert "31%" in plot.accessibleName()


def test_measuring_can_be_cancelled(world: World, parts: Parts, qtbot: QtBot) -> None:
    world.recommend.insights.wait = threading.Event()
    show(parts, qtbot)
    page = parts.insights_page
    page.measure.click()
    qtbot.waitUntil(lambda: world.recommend.insights.started == 1 and page.progress.isVisible())
    qtbot.waitUntil(lambda: page.bar.value() == 250)
    assert not page.measure.isEnabled()
    page.cancel_wanted.emit()
    qtbot.waitUntil(lambda: not page.progress.isVisible())
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    assert not page.has_report()
    assert page.measure.isEnabled()


def test_untrained_models_are_trained_then_measured(
    world: World, parts: Parts, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[str] = []

    def train(model: str, profile: str, job: object) -> None:
        trained.append(model)
        if model == "poor":
            raise ModelError("it needs more likes")

    infos = [ModelInfo(i, i.title(), "x", run, None, {}, {}, i == "dot") for i, run in
             (("dot", "1"), ("poor", None), ("fusion", None))]  # fmt: skip
    monkeypatch.setattr(world.recommend, "train", train)
    monkeypatch.setattr(world.recommend, "models", lambda: infos)
    world.recommend.insights.report = world.recommend.insights.next_report = report(*GOOD)
    show(parts, qtbot)
    with qtbot.waitSignal(parts.insights.problem) as said:
        parts.insights_page.quality.train.click()
    assert "Poor: It needs more likes" in said.args[0]
    assert trained == ["poor", "fusion"]
    qtbot.waitUntil(lambda: world.recommend.insights.started == 1)
    qtbot.waitUntil(lambda: not parts._window.runner.busy)


def test_exports_write_all_tables_and_all_figures_also_those_never_looked_at(
    world: World, parts: Parts, qtbot: QtBot, tmp_path: Path
) -> None:
    world.recommend.insights.report = report(*GOOD)
    outcome = Outcome("dot", "", 40, 10, 20, 5, 3, 1)
    weeks = [Outcome("dot", week, 20, 5, 10, 2, 1, 1) for week in ("2026-11-09", "2026-11-16")]
    world.recommend.outcomes = Satisfaction([outcome], weeks)
    world.recommend.compared = (Pair(1, "dot", "ease", 0), preference("dot", "ease", [(1, 0)] * 3))
    world.recommend.found_terms = [Term("tag", "jazz", 0.8, 12, TasteEdit("tag", "jazz", 0.5))]
    show(parts, qtbot)
    with qtbot.waitSignal(parts.insights.told):
        parts.insights.export("csv", tmp_path)
    written = {p.name.removeprefix("insights-"): p for p in tmp_path.glob("*.csv")}
    tables = {n: list(csv.DictReader(p.read_text(encoding="utf-8-sig").splitlines())) for n, p in written.items()}
    leaders = [(r["model"], float(r["hr@10"])) for r in tables["leaderboard.csv"]]
    assert leaders == [("dot", 0.31), ("popularity", 0.09), ("random", 0.02)]
    assert [(r["week"], r["shown"]) for r in tables["satisfaction.csv"]] == [
        ("", "40"), ("2026-11-09", "20"), ("2026-11-16", "20")
    ]  # fmt: skip
    assert [(r["wins_a"], r["wins_b"]) for r in tables["comparison.csv"]] == [("3", "0")]
    assert [(r["name"], r["correction"]) for r in tables["taste.csv"]] == [("jazz", "0.5")]
    # only the first part was ever on show, and the figures of the others are written all the same
    assert parts.insights_page.satisfaction.weeks.png is None
    with qtbot.waitSignal(parts.insights.told, timeout=60_000):
        parts.insights.export("png", tmp_path)
    assert {p.name for p in tmp_path.glob("*.png")} == {
        "insights-accuracy.png", "insights-lists.png", "insights-weeks.png"
    }  # fmt: skip
    assert QImage(str(tmp_path / "insights-weeks.png")).width() >= 1600
    with qtbot.waitSignal(parts.insights.problem):
        parts.insights.export("csv", tmp_path / "insights-taste.csv")


def test_where_nothing_is_known_there_is_nothing_to_export(
    world: World, parts: Parts, qtbot: QtBot, tmp_path: Path
) -> None:
    show(parts, qtbot)
    with qtbot.waitSignal(parts.insights.problem, timeout=60_000) as said:
        parts.insights.export("png", tmp_path)
    assert said.args == ["There is nothing to export yet."]
    assert not list(tmp_path.glob("insights-*"))
    assert not parts.insights_page.export.isEnabled()


def test_what_became_of_the_picks_and_the_preference_are_shown(world: World, parts: Parts, qtbot: QtBot) -> None:
    outcome = Outcome("dot", "", 40, 10, 20, 5, 3, 1)
    week = Outcome("dot", "2026-11-16", 40, 10, 20, 5, 3, 1)
    world.recommend.outcomes = Satisfaction([outcome], [week])
    pair = Pair(1, "dot", "ease", 0)
    world.recommend.compared = (pair, preference("dot", "ease", [(1, 0)] * 11 + [(0, 1)]))
    show(parts, qtbot)
    parts.insights_page.choose(1)
    part = parts.insights_page.satisfaction
    assert "In 11 of 12 decided sittings you took more of Dot than of ease." in part.comparison.text()
    assert "You prefer Dot." in part.comparison.text()
    assert [part.table.item(0, c).text() for c in (0, 1, 3)] == ["Dot", "40", "25%"]
    assert part.table.item(0, 2).text().startswith("25% (14% – 40%)")
    part.stop.click()
    qtbot.waitUntil(lambda: world.recommend.asked == [("stop",)])
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.actions.undo()
    qtbot.waitUntil(lambda: world.recommend.asked[1:] == [("go on", world.recommend.compared[0])])


@pytest.mark.parametrize(
    ("sittings", "expected"),
    [
        ([], "share the panel"),
        ([(0, 1)] * 3, "Too early to tell: 7 more"),
        ([(0, 1), (1, 0)] * 8, "No clear preference yet."),
        ([(0, 1)] * 12, "more of b than of Model A"),
    ],
)
def test_a_preference_in_words(sittings: list[tuple[int, int]], expected: str) -> None:
    assert expected in words.preference_words(Pair(1, "a", "b", 0), preference("a", "b", sittings), {"a": "Model A"})


def test_the_taste_is_corrected_by_its_buttons_and_undone(world: World, parts: Parts, qtbot: QtBot) -> None:
    world.recommend.found_terms = [
        Term("tag", "jazz", 0.8, 12, TasteEdit("tag", "jazz")),
        Term("artist", "Artist 1", -0.4, 0, TasteEdit("artist", "Artist 1", -0.5)),
    ]
    show(parts, qtbot)
    parts.insights_page.choose(2)
    rows = parts.insights_page.taste.findChildren(TermRow)
    named = {b.accessibleName(): b for row in rows for b in row.findChildren(QPushButton)}
    assert named["Less of Artist 1"].isChecked()
    assert named["As learned: Jazz"].isChecked()
    named["Never Jazz"].click()
    taste = TasteStore(world.behaviour)
    qtbot.waitUntil(lambda: taste.edits("default") == [TasteEdit("tag", "jazz", 0.0, blocked=True)])
    qtbot.waitUntil(lambda: not parts._window.runner.busy)
    parts.actions.undo()
    qtbot.waitUntil(lambda: taste.edits("default") == [])


def test_a_left_out_item_is_listed_and_let_in_again(world: World, parts: Parts, qtbot: QtBot) -> None:
    taste = TasteStore(world.behaviour)
    taste.block_seed("default", 3)
    show(parts, qtbot)
    parts.insights_page.choose(2)
    buttons = parts.insights_page.taste.findChildren(QPushButton)
    next(b for b in buttons if b.accessibleName() == "Use Cold River again").click()
    qtbot.waitUntil(lambda: taste.blocked_seeds("default") == [])


LOOK = Look("#ffffff", "#aaaaaa", "#333333", "#191b22", ("#9a94ff", "#5fd19a"), "No such font", ratio=2.0)


def test_figures_come_in_the_colours_and_the_resolution_asked_for() -> None:
    curves = {"panels": [{"title": "初雪", "percent": True, "x": ["a", "b"],
                          "series": [{"name": "x", "values": [0.1, None]}]}]}  # fmt: skip
    stack = {"x": ["2026-01"], "series": [{"name": "jazz", "values": [0.5]}]}
    rows = {"rows": ["One"], "strong": [True]}
    dots = rows | {"panels": [{"title": "t", "percent": True, "means": [0.2], "lows": [0.1], "highs": [0.4]}]}
    bars = rows | {"panels": [{"title": "t", "percent": False, "values": [None]}]}
    painter = Painter()
    try:
        kinds = (("lines", curves), ("stack", stack), ("intervals", dots), ("bars", bars))
        pictures = painter.draw([FigureSpec(kind, 400, 150, data) for kind, data in kinds], LOOK)
    finally:
        painter.close()
    for picture in pictures:
        image = QImage.fromData(picture)
        assert (image.width(), image.height()) == (800, 300)
        assert image.pixelColor(799, 299).name() == "#191b22"
    drawn = QImage.fromData(pictures[2])
    colours = {drawn.pixelColor(x, y).name() for x in range(0, 800, 2) for y in range(0, 300, 2)}
    assert "#9a94ff" in colours


def test_a_panel_is_as_high_as_what_it_holds(world: World, parts: Parts, qtbot: QtBot) -> None:
    world.recommend.outcomes = Satisfaction([Outcome("dot", "", 40, 10, 20, 5, 3, 1)], [])
    parts._window.resize(1800, 1000)
    show(parts, qtbot)
    parts.insights_page.choose(1)
    part = parts.insights_page.satisfaction
    qtbot.waitUntil(part.table.isVisible)
    frame = part.table.parentWidget()
    assert frame is not None
    qtbot.waitUntil(lambda: frame.height() < part.table.height() + 140)
