"""Served in compute processes: decodes files once and runs extractors over them."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING, Any

import numpy as np

from avrec_desktop.api.errors import AvrecError, Cancelled, MediaError, PluginError
from avrec_desktop.api.features import FeatureExtractor
from avrec_desktop.api.media import MediaInfo, MediaText, TimedText
from avrec_desktop.features.check import checked
from avrec_desktop.features.media import DecodedMedia
from avrec_desktop.plugin_host import child

if TYPE_CHECKING:
    from avrec_desktop.jobs.child import ChildContext


def analyse(args: dict[str, Any], context: ChildContext) -> None:
    """Analyse items one after the other, announcing every step.

    Args:
        args: ``plugins`` (arguments of :func:`plugin_host.child.load`) and ``items``, each with ``info`` and ``text``
            (fields of :class:`MediaInfo` and :class:`MediaText`), ``extractors`` (ids), ``blocked`` (decodes not to
            try: ``sound``, ``pictures``).
        context: Takes the events ``{"kind": "step", "item", "extractor", "decode"}`` before each step,
            ``{"kind": "result", "item", "extractor", ...}`` after each extractor and
            ``{"kind": "item", "item", "moments"}`` after each item. What was announced as a result is
            finished: a crash later does not lose it.
    """
    child.load(args["plugins"], context)
    for task in args["items"]:
        context.check()
        moments = _analyse_item(task, context)
        context.event({"kind": "item", "item": task["info"]["item_id"], "moments": moments})


def warm(args: dict[str, Any], context: ChildContext) -> None:
    """Load the plugins ahead of the first item."""
    child.load(args["plugins"], context)


def embed_query(args: dict[str, Any], context: ChildContext) -> dict[str, Any]:
    """Return the vector of a search text per extractor, leaving out those that cannot take one.

    Args:
        args: ``plugins``, ``extractors`` (ids), ``text``.
        context: Asked for cancellation.
    """
    child.load(args["plugins"], context)
    out: dict[str, Any] = {}
    for extractor_id in args["extractors"]:
        context.check()
        try:
            extractor = child.extractor(extractor_id)
            vector = extractor.embed_query(args["text"])
        except (Exception, SystemExit) as error:  # noqa: BLE001 - plugin code; told to the caller, who logs it
            out[extractor_id] = {"error": f"{type(error).__name__}: {error}"}
            continue
        if isinstance(vector, np.ndarray) and vector.shape == (extractor.dim,) and np.isfinite(vector).all():
            norm = float(np.linalg.norm(vector))
            if norm > 0:
                out[extractor_id] = {"vector": (vector / norm).astype(np.float32)}
    return out


def embed_queries(args: dict[str, Any], context: ChildContext) -> dict[str, Any]:
    """Return the vectors of many texts by one extractor.

    Args:
        args: ``plugins``, ``extractor`` (id), ``texts``.
        context: Asked for cancellation.

    Returns:
        ``vectors``: float32 (n_texts, dim) unit rows, or None when the extractor takes no texts.

    Raises:
        PluginError: What it returned is no vector.
    """
    child.load(args["plugins"], context)
    extractor = child.extractor(args["extractor"])
    rows = np.zeros((len(args["texts"]), extractor.dim), dtype=np.float32)
    for row, text in enumerate(args["texts"]):
        context.check()
        vector = extractor.embed_query(text)
        if vector is None:
            return {"vectors": None}
        if vector.shape != (extractor.dim,) or not np.isfinite(vector).all():
            raise PluginError(f"extractor {extractor.id} gave {vector.shape} for a text instead of ({extractor.dim},)")
        rows[row] = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return {"vectors": rows}


def text_to_values(text: MediaText) -> dict[str, Any]:
    """Return the words of an item as plain values for the wire."""
    out = {name: getattr(text, name) for name in MediaText.__slots__ if name != "subtitles"}
    out["subtitles"] = [[line.start, line.end, line.text] for line in text.subtitles]
    return out


def text_from_values(values: dict[str, Any]) -> MediaText:
    """Undo :func:`text_to_values`."""
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k != "subtitles"}
    return MediaText(**fields, subtitles=tuple(TimedText(*line) for line in values.get("subtitles", ())))


def _analyse_item(task: dict[str, Any], context: ChildContext) -> dict[str, Any]:
    info = MediaInfo(**task["info"])
    running = [""]

    def announce(decode: str) -> None:
        context.event({"kind": "step", "item": info.item_id, "extractor": running[0], "decode": decode})

    media = DecodedMedia(
        info,
        text_from_values(task["text"]),
        on_step=announce,
        check=context.check,
        blocked=frozenset(task.get("blocked", ())),
    )
    for extractor_id in task["extractors"]:
        context.check()
        running[0] = extractor_id
        announce("")
        began = time.perf_counter()
        result = _run(extractor_id, media)
        result |= {"kind": "result", "item": info.item_id, "extractor": extractor_id}
        context.event(result | {"seconds": time.perf_counter() - began})
    return {sense: {"times": view[0], "salience": view[1]} for sense, view in media.moments().items()}


def _run(extractor_id: str, media: DecodedMedia) -> dict[str, Any]:
    try:
        extractor: FeatureExtractor = child.extractor(extractor_id)
        if not extractor.applies(media.info):
            return {"state": "empty", "reason": "nothing in it for this analysis"}
        return checked(extractor.extract(media), extractor)
    except Cancelled:
        raise
    except MediaError as error:
        return {"state": "failed", "reason": error.message}
    except (AvrecError, PluginError) as error:
        return {"state": "failed", "reason": error.message, "fault": True}
    except MemoryError:
        return {"state": "failed", "reason": "there was not enough memory", "fault": True}
    except (Exception, SystemExit) as error:  # noqa: BLE001 - plugin code: a reported failure of this item
        reason = f"the extractor {extractor_id} failed: {type(error).__name__}: {error}"
        return {"state": "failed", "reason": reason[:500], "fault": True, "details": traceback.format_exc()[-4000:]}
