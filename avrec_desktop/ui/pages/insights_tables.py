"""What the insights page shows as tables of plain numbers, to be written as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from avrec_desktop.recommend.insights import Report
from avrec_desktop.recommend.interleaving import Pair, Preference
from avrec_desktop.recommend.runs import RunRecord
from avrec_desktop.recommend.satisfaction import Outcome, Satisfaction
from avrec_desktop.recommend.taste import Course, Term

Rows = list[list[str]]


def csv_tables(found: dict[str, Any]) -> dict[str, Rows]:
    """Return every table of the page that holds anything, by name; the first row of each has the titles.

    Args:
        found: What the page was filled from: ``report``, ``satisfaction``, ``comparison``, ``runs``, ``terms`` and
            ``course``; what is missing or None is left out.
    """
    tables: dict[str, Rows] = {}
    if found.get("report") is not None:
        tables["leaderboard"] = leaderboard_rows(found["report"])
    if found.get("satisfaction") is not None:
        tables["satisfaction"] = satisfaction_rows(found["satisfaction"])
    if found.get("comparison") is not None:
        tables["comparison"] = comparison_rows(*found["comparison"])
    tables["training"] = training_rows(found.get("runs") or [])
    tables["taste"] = taste_rows(found.get("terms") or [])
    if found.get("course") is not None:
        tables["taste-over-time"] = course_rows(found["course"])
    return {name: rows for name, rows in tables.items() if len(rows) > 1}


def leaderboard_rows(report: Report) -> list[list[str]]:
    """Return the leaderboard."""
    names = ["hr@10", "ndcg@10", "recall@20", "mrr", "auc"]
    beyond = ["coverage@10", "diversity@10", "novelty@10", "popularity_lift@10", "miscalibration@10"]
    head = ["model", "name", "plugin", "baseline", "error"]
    for name in names:
        head += [name, f"{name}_low", f"{name}_high"]
    head += ["gain_ndcg@10", "gain_low", "gain_high", "p", *beyond, "fall_named", "fall_random", "seconds"]
    rows = [head]
    for m in report.models:
        row = [m.id, m.name, m.plugin, str(int(m.baseline)), m.error or ""]
        for name in names:
            f = m.figures.get(name)
            row += ["", "", ""] if f is None else [f"{v:.6f}" for v in (f.mean, f.low, f.high)]
        row += ["", "", ""] if m.gain is None else [f"{v:.6f}" for v in (m.gain.mean, m.gain.low, m.gain.high)]
        row.append("" if m.p is None else f"{m.p:.6f}")
        row += [f"{m.beyond[k]:.6f}" if k in m.beyond else "" for k in beyond]
        row += [f"{m.faithful[k]:.3f}" if k in m.faithful else "" for k in ("named", "random")]
        rows.append([*row, f"{m.seconds:.3f}"])
    return rows


def satisfaction_rows(found: Satisfaction) -> Rows:
    """Return what became of the picks by model, over all weeks (an empty ``week``) and in each."""
    head = ["model", "week", "shown", "accepted", "acceptance", "low", "high", "played", "skipped", "up", "down"]
    return [head, *(_outcome(o) for o in (*found.models, *found.weeks))]


def _outcome(outcome: Outcome) -> list[str]:
    share = f"{outcome.acceptance:.6f}" if outcome.shown else ""
    low, high = (f"{v:.6f}" if outcome.shown else "" for v in outcome.interval())
    counts = (outcome.played, outcome.skipped, outcome.up, outcome.down)
    return [
        outcome.model, outcome.week, str(outcome.shown), str(outcome.accepted), share, low, high, *map(str, counts)
    ]  # fmt: skip


def comparison_rows(pair: Pair, found: Preference) -> Rows:
    """Return how the comparison of two models stands; times in seconds since the epoch."""
    head = ["a", "b", "started", "ended", "wins_a", "wins_b", "ties", "share_a", "low", "high", "p"]
    ended = "" if pair.ended is None else f"{pair.ended:.0f}"
    counts = (found.wins_a, found.wins_b, found.ties)
    figures = (f"{v:.6f}" for v in (found.share, found.low, found.high, found.p))
    return [head, [pair.a, pair.b, f"{pair.started:.0f}", ended, *map(str, counts), *figures]]


def training_rows(runs: Sequence[RunRecord]) -> Rows:
    """Return the curves of the newest run of each model that has any, one number a row."""
    rows = [["model", "run", "epoch", "curve", "value"]]
    seen = set[str]()
    for run in runs:
        curves = {k: v for k, v in run.summary.get("history", {}).items() if len(v) > 1}
        if not curves or run.model in seen:
            continue
        seen.add(run.model)
        for name, values in curves.items():
            rows += [[run.model, run.id, str(n), name, f"{v:.6f}"] for n, v in enumerate(values, 1)]
    return rows


def taste_rows(terms: Sequence[Term]) -> Rows:
    """Return what was learned, with the corrections."""
    head = ["kind", "name", "learned", "liked", "correction", "never"]
    return [
        head,
        *(
            [t.kind, t.key, f"{t.weight:.6f}", str(t.liked), f"{t.edit.weight:g}", str(int(t.edit.blocked))]
            for t in terms
        ),
    ]


def course_rows(course: Course) -> Rows:
    """Return the share of each topic month by month; empty where nothing was liked."""
    rows = [["month", "likes", *course.keys]]
    for month, count, shares in zip(course.months, course.counts, course.shares, strict=True):
        rows.append([month, str(int(count)), *("" if v != v else f"{v:.6f}" for v in shares)])
    return rows
