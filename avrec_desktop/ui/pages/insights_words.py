"""What the insights say in words, and the figures that go with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QDate, QDateTime, QLocale, Qt

from avrec_desktop.recommend.insights import ModelReport, Report
from avrec_desktop.recommend.interleaving import ENOUGH, Pair, Preference
from avrec_desktop.recommend.runs import RunRecord
from avrec_desktop.recommend.satisfaction import Outcome, Satisfaction
from avrec_desktop.recommend.taste import Course
from avrec_desktop.ui.said import said
from avrec_desktop.ui.texts import amount, concept_name, decimal, percent, signed, tr

#: Rows of a figure.
_MOST = 10
#: Columns of the table and of the CSV file: key, then figure (F), beyond accuracy (B) or something else.
COLUMNS = (
    "hr@10", "ndcg@10", "recall@20", "mrr", "auc", "gain", "p", "coverage@10", "diversity@10", "novelty@10",
    "popularity_lift@10", "miscalibration@10", "reasons", "seconds",
)  # fmt: skip


def date(at: float) -> str:
    """Return a day and time in the manner of the place."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(at)), QLocale.FormatType.ShortFormat)


def _date(day: str, form: str) -> str:
    """Return a day ``YYYY-MM-DD`` in a form and language of the place."""
    return QLocale().toString(QDate.fromString(day, Qt.DateFormat.ISODate), form)


def summary(report: Report) -> str:
    """Return what was measured on what, and when."""
    text = tr("Measured on {when}: your last {n} of {all} likes, each among {items} items, in the order you made them.")
    values = {"when": date(report.at), "n": report.held_out, "all": report.likes, "items": amount(report.items)}
    return text.format(**values)


def sentences(report: Report, chosen: str) -> list[str]:
    """Return what the leaderboard says, the model in use first.

    Args:
        report: The leaderboard.
        chosen: Id of the model in use.
    """
    out: list[str] = []
    popular = report.model("popularity")
    others = [m for m in report.models if not m.baseline and m.figures and m.id != chosen]
    own = report.model(chosen)
    for model in [*([own] if own is not None and own.figures else []), *others]:
        hits = percent(model.figures["hr@10"].mean)
        if popular is not None and popular.figures and model.id != "popularity":
            text = tr("On your last {n} likes, {model} had one in its first ten {hits} of the time; popularity {base}.")
            base = percent(popular.figures["hr@10"].mean)
            text = text.format(n=report.held_out, model=said(model.name), hits=hits, base=base)
        else:
            text = tr("On your last {n} likes, {model} had one in its first ten {hits} of the time.")
            text = text.format(n=report.held_out, model=said(model.name), hits=hits)
        out.append(f"{text} {_verdict(model)}".strip().replace("(p ", "(p\u00a0"))
    out += [
        tr("{model} could not be measured: {why}").format(model=said(m.name), why=said(m.error or ""))
        for m in report.models
        if m.error is not None
    ]
    if report.held_out < 20:
        out.append(tr("With so few likes the figures are rough: the bars show how rough."))
    return out


def _verdict(model: ModelReport) -> str:
    if model.beats_popularity is None:
        return ""
    if model.beats_popularity:
        return tr("That is better than popularity beyond chance (p {p}).").format(p=_p(model.p or 0.0))
    if model.gain is not None and model.gain.high < 0:
        return tr("It does worse than popularity.")
    return tr("It does not beat popularity: the difference may be chance (p {p}).").format(p=_p(model.p or 0.0))


def _p(p: float) -> str:
    text = f"< {decimal(0.001, 3)}" if p < 0.001 else f"= {decimal(p, 3 if p < 0.1 else 2)}"
    return text.replace(" ", "\u00a0")  # a sentence is not broken inside of it


def column_titles() -> list[str]:
    """Return the titles of the table."""
    return [
        tr("Model"), tr("In first ten"), "NDCG@10", tr("In first twenty"), "MRR", "AUC", tr("Above popularity"), "p",
        tr("Coverage"), tr("Variety"), tr("Novelty"), tr("Popularity bias"), tr("Miscalibration"), tr("Reasons hold"),
        tr("Seconds"),
    ]  # fmt: skip


def cells(model: ModelReport) -> list[str]:
    """Return a row of the table."""
    out = [said(model.name)]
    if model.error is not None:
        return [*out, model.error, *[""] * (len(COLUMNS) - 1)]
    f, b = model.figures, model.beyond
    out += [f"{percent(f[k].mean)} ({percent(f[k].low)} – {percent(f[k].high)})" if k in f else "" for k in ("hr@10",)]
    out.append(f"{decimal(f['ndcg@10'].mean, 3)} ({decimal(f['ndcg@10'].low, 3)} – {decimal(f['ndcg@10'].high, 3)})")
    out += [percent(f["recall@20"].mean), decimal(f["mrr"].mean, 3), decimal(f["auc"].mean, 3)]
    out.append("" if model.gain is None else signed(model.gain.mean, 3))
    out.append("" if model.p is None else f"< {decimal(0.001, 3)}" if model.p < 0.001 else decimal(model.p, 3))
    for key, share in (
        ("coverage@10", True),
        ("diversity@10", False),
        ("novelty@10", False),
        ("popularity_lift@10", True),
        ("miscalibration@10", False),
    ):
        out.append("" if key not in b else percent(b[key]) if share else decimal(b[key], 2))
    out.append(_reasons(model))
    out.append(decimal(model.seconds, 1))
    return out


def _reasons(model: ModelReport) -> str:
    """Return how many times farther items fall without their named causes than without others."""
    named, random = model.faithful.get("named", 0.0), model.faithful.get("random", 0.0)
    if not model.faithful.get("cases"):
        return ""
    if random <= 0:
        return tr("yes") if named > 0 else tr("no")
    return f"{decimal(named / random, 1)} ×"


def leaderboard(report: Report, chosen: str) -> tuple[int, dict[str, Any]]:
    """Return height and data of the figure of accuracy."""
    shown = [m for m in report.models if m.figures][:_MOST]
    panels = []
    for key, title, share in (("hr@10", tr("A like in the first ten"), True), ("ndcg@10", "NDCG@10", False)):
        figures = [m.figures[key] for m in shown]
        values = {"means": [f.mean for f in figures], "lows": [f.low for f in figures]}
        panels.append({"title": title, "percent": share, "highs": [f.high for f in figures], **values})
    rows = {"rows": [said(m.name) for m in shown], "strong": [not m.baseline or m.id == chosen for m in shown]}
    return 70 + 34 * len(shown), {**rows, "panels": panels}


def beyond_accuracy(report: Report, chosen: str) -> tuple[int, dict[str, Any]]:
    """Return height and data of the figure of what the lists are like."""
    shown = [m for m in report.models if m.figures][:_MOST]
    panels = [
        {"title": title, "percent": share, "values": [m.beyond.get(key) for m in shown]}
        for key, title, share in (
            ("coverage@10", tr("Coverage"), True),
            ("diversity@10", tr("Variety"), False),
            ("novelty@10", tr("Novelty (bits)"), False),
            ("popularity_lift@10", tr("Popularity bias"), True),
            ("miscalibration@10", tr("Miscalibration"), False),
        )
        if any(key in m.beyond for m in shown)
    ]
    rows = {"rows": [said(m.name) for m in shown], "strong": [not m.baseline or m.id == chosen for m in shown]}
    return 50 + 30 * len(shown), {**rows, "panels": panels}


def training_curves(runs: Sequence[RunRecord], names: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Return height and data of the figure of the newest run of each model that has a curve."""
    newest: dict[str, RunRecord] = {}
    for run in runs:
        if any(len(v) > 1 for v in run.summary.get("history", {}).values()):
            newest.setdefault(run.model, run)
    panels = []
    for model, run in list(newest.items())[:6]:
        history = {k: v for k, v in run.summary["history"].items() if len(v) > 1}
        called = {"loss": tr("In training"), "val_loss": tr("On what was held out")}
        series = [{"name": called.get(k, k), "values": list(values)} for k, values in list(history.items())[:3]]
        panels.append(
            {"title": model_name(model, names), "x": None, "x_label": tr("Epoch"), "percent": False, "series": series}
        )
    return 220 * -(-len(panels) // 3), {"panels": panels}


def course_figure(course: Course) -> tuple[int, dict[str, Any]]:
    """Return height and data of the figure of taste over time."""
    series = [
        {"name": concept_name(key), "values": [None if v != v else float(v) for v in course.shares[:, n]]}
        for n, key in enumerate(course.keys)
    ]
    return 260, {"x": [_date(f"{month}-01", tr("MMM yyyy")) for month in course.months], "series": series}


def acceptance_figure(found: Satisfaction, names: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Return height and data of the figure of acceptance by model and week."""
    weeks = sorted({o.week for o in found.weeks})
    models = [o.model for o in found.models if o.model][:5]
    by = {(o.model, o.week): o for o in found.weeks}

    def values(model: str) -> list[float | None]:
        return [by[model, w].acceptance if (model, w) in by else None for w in weeks]

    series = [{"name": model_name(m, names), "values": values(m)} for m in models]
    panel = {
        "title": tr("Accepted of what was shown"),
        "x": [_date(week, tr("d MMM")) for week in weeks],
        "percent": True,
        "series": series,
    }
    return 230, {"panels": [panel | {"x_label": tr("Week from")}]}


def model_name(model: str, names: Mapping[str, str]) -> str:
    """Return a model as people call it; a model that is gone is called by its id."""
    return {"content": tr("By content"), "": tr("By rule (other shelves)")}.get(model, names.get(model, model))


def outcome_cells(outcome: Outcome, names: Mapping[str, str]) -> list[str]:
    """Return a row of the table of satisfaction."""
    low, high = outcome.interval()
    skip = "–" if outcome.skip_rate != outcome.skip_rate else percent(outcome.skip_rate)
    accepted = f"{percent(outcome.acceptance)} ({percent(low)} – {percent(high)})"
    return [
        model_name(outcome.model, names),
        amount(outcome.shown),
        accepted,
        skip,
        amount(outcome.up),
        amount(outcome.down),
    ]


def outcome_titles() -> list[str]:
    """Return the titles of the table of satisfaction."""
    return [tr("Model"), tr("Shown"), tr("Accepted"), tr("Skipped of played"), tr("Liked"), tr("Disliked")]


def preference_words(pair: Pair, found: Preference, names: Mapping[str, str]) -> str:
    """Return how a comparison stands, in words."""
    n = found.wins_a + found.wins_b
    a, b = model_name(pair.a, names), model_name(pair.b, names)
    if not n:
        if pair.ended is not None:
            return tr("{a} and {b} shared the panel, and nothing of it was taken.").format(a=a, b=b)
        return tr("{a} and {b} share the panel. Play or like what you want; that decides.").format(a=a, b=b)
    better, worse = (a, b) if found.share >= 0.5 else (b, a)
    wins = max(found.wins_a, found.wins_b)
    share, low, high = found.share, found.low, found.high
    if found.share < 0.5:
        share, low, high = 1 - share, 1 - high, 1 - low
    text = tr("In {wins} of {n} decided sittings you took more of {better} than of {worse}.")
    line = text.format(wins=wins, n=n, better=better, worse=worse)
    text = tr("It would win {share} of sittings (95% sure: {low} to {high}; sign test p {p}).")
    found_p = f"\u00a0{_p(found.p)}"  # a sentence is not broken inside of it
    line += " " + text.format(share=percent(share), low=percent(low), high=percent(high), p=found_p).replace(
        " \u00a0", "\u00a0"
    )
    if found.decided:
        return line + " " + tr("You prefer {better}.").format(better=better)
    if n < ENOUGH:
        return line + " " + tr("Too early to tell: {n} more sittings at least.").format(n=ENOUGH - n)
    return line + " " + tr("No clear preference yet.")
