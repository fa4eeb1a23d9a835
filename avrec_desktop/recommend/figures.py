"""Plots as pictures in the colours of the window, drawn by matplotlib in a compute process."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from avrec_desktop.jobs import ComputeProcess

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

#: Seconds that drawing may take, the import of matplotlib on a busy machine included.
_TIMEOUT = 120.0
#: Fonts with Chinese signs, by system; the first that is there helps out where the window's font has no sign.
_CJK = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Noto Serif CJK SC", "Noto Sans CJK JP", "Noto Serif CJK JP",
    "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How figures look.

    Attributes:
        text: Colour of titles, ``#rrggbb`` like all of them.
        muted: Of labels.
        grid: Of lines and frames.
        background: Of the card the picture lies on.
        series: Of the data, in order.
        font: The window's font.
        size: Its size in device-independent pixels.
        ratio: Device pixels per device-independent one.
    """

    text: str
    muted: str
    grid: str
    background: str
    series: tuple[str, ...]
    font: str
    size: float = 12.0
    ratio: float = 1.0


@dataclass(frozen=True)
class FigureSpec:
    """A figure to draw.

    Attributes:
        kind: ``intervals`` (a dot and an interval per row, one panel per measure), ``bars`` (a bar per row, likewise),
            ``lines`` (one panel, or one per entry of ``panels``), or ``stack`` (shares that add up, over time).
        width: Device-independent pixels.
        height: Likewise.
        data: Depends on the kind; see the functions below.
    """

    kind: str
    width: int
    height: int
    data: dict[str, Any] = field(default_factory=dict)


class Painter:
    """Draws figures in a compute process that is kept until :meth:`rest`. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = ComputeProcess("figures", threads=1, nice=2)

    def draw(self, specs: Sequence[FigureSpec], look: Look) -> list[bytes]:
        """Return a PNG for each figure.

        Raises:
            ComputeError: The process crashed or did not answer.
        """
        with self._lock:
            args = {"figures": [asdict(s) for s in specs], "look": asdict(look)}
            return list(self._process.call("avrec_desktop.recommend.figures:draw", args, timeout=_TIMEOUT)["pictures"])

    def rest(self) -> None:
        """End the process until figures are wanted again."""
        with self._lock:
            self._process.close()

    def close(self) -> None:
        """End the process for good, also while it draws."""
        self._process.end()


def draw(args: dict[str, Any], context: Any) -> dict[str, Any]:
    """Draw ``figures`` in a ``look``; runs in the compute process.

    Returns:
        ``pictures``, PNG files in the order asked.
    """
    del context
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    look = Look(**{**args["look"], "series": tuple(args["look"]["series"])})
    painters: dict[str, Callable[[MplFigure, dict[str, Any], Look], None]] = {
        "intervals": _intervals,
        "bars": _bars,
        "lines": _lines,
        "stack": _stack,
    }
    pictures = []
    with mpl.rc_context():
        for name, value in _style(look).items():
            mpl.rcParams[name] = value  # type: ignore[index]
        for spec in args["figures"]:
            dpi = 96 * look.ratio
            figure = Figure(figsize=(spec["width"] / 96, spec["height"] / 96), dpi=dpi, layout="constrained")
            painters[spec["kind"]](figure, spec["data"], look)
            out = io.BytesIO()
            figure.savefig(out, format="png", dpi=dpi)
            pictures.append(out.getvalue())
    return {"pictures": pictures}


def _style(look: Look) -> dict[str, Any]:
    from matplotlib import font_manager

    there = {entry.name for entry in font_manager.fontManager.ttflist}
    fonts = [name for name in (look.font, *_CJK) if name in there]
    points = look.size * 72 / 96
    return {
        "font.family": [*fonts[:3], "DejaVu Sans"],
        "font.size": points,
        "axes.titlesize": points,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": points,
        "axes.labelcolor": look.muted,
        "axes.titlecolor": look.text,
        "axes.edgecolor": look.grid,
        "axes.facecolor": look.background,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": look.grid,
        "grid.linewidth": 0.8,
        "figure.facecolor": look.background,
        "savefig.facecolor": look.background,
        "text.color": look.text,
        "xtick.color": look.muted,
        "ytick.color": look.muted,
        "xtick.labelsize": points * 0.92,
        "ytick.labelsize": points,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "legend.frameon": False,
        "legend.fontsize": points * 0.95,
        "legend.labelcolor": look.text,
        "lines.linewidth": 2.0,
        "lines.solid_capstyle": "round",
    }


def _colour(look: Look, number: int) -> str:
    return look.series[number % len(look.series)]


def _percent(axes: Axes, which: str = "x", decimals: int = 0) -> None:
    from matplotlib.ticker import PercentFormatter

    getattr(axes, f"{which}axis").set_major_formatter(PercentFormatter(1.0, decimals=decimals, symbol="%"))


def _intervals(figure: MplFigure, data: dict[str, Any], look: Look) -> None:
    """``panels``: ``title, percent, means, lows, highs``; ``rows``: names; ``strong``: which rows stand out."""
    axes = figure.subplots(1, len(data["panels"]), sharey=True, squeeze=False)[0]
    at = np.arange(len(data["rows"]))[::-1]
    colours = [_colour(look, 0) if strong else look.muted for strong in data["strong"]]
    for number, (ax, panel) in enumerate(zip(axes, data["panels"], strict=True)):
        means, lows, highs = (np.array(panel[k], float) for k in ("means", "lows", "highs"))
        ax.hlines(at, lows, highs, colors=colours, linewidth=3, alpha=0.45)
        ax.scatter(means, at, s=46, c=colours, zorder=3, clip_on=False)  # whole dots at 0
        for y, high, mean in zip(at, highs, means, strict=True):
            text = f"{100 * mean:.0f}%" if panel["percent"] else f"{mean:.3f}"
            ax.annotate(text, (high, y), (7, 0), textcoords="offset points", va="center", color=look.text)
        ax.set_title(panel["title"], pad=10)
        ax.set_xlim(0, max(0.05, float(highs.max(initial=0)) * 1.22))
        ax.set_ylim(-0.6, len(at) - 0.4)
        ax.grid(visible=False, axis="y")
        if panel["percent"]:
            _percent(ax)
        if not number:
            ax.set_yticks(at, data["rows"])
            ax.tick_params(axis="y", pad=9)
            for tick, strong in zip(ax.get_yticklabels(), data["strong"], strict=True):
                tick.set_color(look.text if strong else look.muted)
        ax.spines["left"].set_visible(False)


def _bars(figure: MplFigure, data: dict[str, Any], look: Look) -> None:
    """``panels``: ``title, percent, values`` (None: not known); ``rows``: names; ``strong``: which rows stand out."""
    axes = figure.subplots(1, len(data["panels"]), sharey=True, squeeze=False)[0]
    at = np.arange(len(data["rows"]))[::-1]
    colours = [_colour(look, 0) if strong else look.muted for strong in data["strong"]]
    for number, (ax, panel) in enumerate(zip(axes, data["panels"], strict=True)):
        values = np.array([np.nan if v is None else v for v in panel["values"]], float)
        shown = np.nan_to_num(values)
        ax.barh(at, shown, height=0.56, color=colours, alpha=0.85)
        span = max(float(shown.max(initial=0)), 0.0) - min(float(shown.min(initial=0)), 0.0)
        for y, value in zip(at, values, strict=True):
            text = "–" if np.isnan(value) else (f"{100 * value:.0f}%" if panel["percent"] else f"{value:.2f}")
            ax.annotate(
                text, (max(0.0, float(np.nan_to_num(value))), y), (4, 0), textcoords="offset points", va="center",
                color=look.text,
            )  # fmt: skip
        ax.set_xlim(min(0.0, float(shown.min(initial=0))) * 1.1, max(0.0, float(shown.max(initial=0))) + 0.34 * span)
        ax.set_ylim(-0.6, len(at) - 0.4)
        ax.set_title(panel["title"], pad=8)
        ax.grid(visible=False)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        if not number:
            ax.set_yticks(at, data["rows"])
            for tick in ax.get_yticklabels():
                tick.set_color(look.text)


def _lines(figure: MplFigure, data: dict[str, Any], look: Look) -> None:
    """``panels``: ``title, x_label, percent, x`` (words, or None: 1, 2, …), ``series``: ``name, values, counts``.

    Values that are not known (None) leave a gap; ``counts`` scales the dots.
    """
    panels = data["panels"]
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    for ax, panel in zip(axes, panels, strict=False):
        length = max((len(s["values"]) for s in panel["series"]), default=0)
        for number, series in enumerate(panel["series"]):
            values = np.array([np.nan if v is None else v for v in series["values"]], float)
            x = np.arange(1, len(values) + 1)
            colour = _colour(look, number)
            ax.plot(
                x,
                values,
                color=colour,
                label=series["name"],
                marker="o" if length <= 30 else "",
                markersize=4.5,
                clip_on=False,
            )
        if panel.get("x"):
            step = max(1, -(-len(panel["x"]) // 8))
            places = np.arange(1, len(panel["x"]) + 1)[::step]
            ax.set_xticks(places, [panel["x"][p - 1] for p in places])
        else:
            from matplotlib.ticker import MaxNLocator

            ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        if panel.get("percent"):
            _percent(ax, "y")
            ax.set_ylim(0, max(0.1, ax.get_ylim()[1]))
        ax.set_xlim(0.7, max(2, length) + 0.3)
        ax.set_title(panel["title"], pad=8)
        ax.set_xlabel(panel.get("x_label", ""))
        if len(panel["series"]) > 1:
            ax.legend(loc="best")


def _stack(figure: MplFigure, data: dict[str, Any], look: Look) -> None:
    """``x``: words, ``series``: ``name, values`` (shares; None: nothing known at that time)."""
    ax = figure.subplots()
    at = np.arange(len(data["x"]))
    below = np.zeros(len(at))
    for number, series in enumerate(data["series"]):
        values = np.array([0.0 if v is None else v for v in series["values"]], float)
        ax.bar(at, values, bottom=below, width=0.72, color=_colour(look, number), label=series["name"])
        below = below + values
    step = max(1, -(-len(at) // 12))
    ax.set_xticks(at[::step], [data["x"][i] for i in at[::step]])
    ax.set_xlim(-0.6, max(3.4, len(at) - 0.4))
    ax.set_ylim(0, max(0.05, float(below.max(initial=0)) * 1.05))
    _percent(ax, "y")
    ax.grid(visible=False, axis="x")
    handles, names = ax.get_legend_handles_labels()
    figure.legend(handles[::-1], names[::-1], loc="outside right upper")  # in the order of the stack
