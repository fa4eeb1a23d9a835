"""Watches folders inside a compute process: setting up watches on a large tree takes long, and a mount may hang."""

from __future__ import annotations

import os
import threading
from typing import Any

from avrec_desktop.jobs.child import ChildContext

#: Milliseconds between signs of life, and over which changes are gathered.
BEAT, GATHER = 1000, 600


class _Stop:
    """The caller's wish to stop, in the shape that watchfiles asks for."""

    def __init__(self, context: ChildContext) -> None:
        self._context = context

    def is_set(self) -> bool:
        """Return whether to stop."""
        return self._context.should_stop()


def watch(args: dict[str, Any], context: ChildContext) -> None:
    """Send changes below folders until the caller stops.

    Args:
        args: ``roots``: bytes of the file system.
        context: Gets ``{"starting": number}`` and ``{"ready": number}`` for each root in turn, ``{"root": number,
            "folders": [bytes]}`` for changes in these folders, ``{"root": number, "error": text}`` when a root cannot
            be watched, and ``{}`` as a sign of life.
    """
    threads = []
    for number, root in enumerate(args["roots"]):
        context.event({"starting": number})
        ready = threading.Event()
        thread = threading.Thread(target=_watch_one, args=(number, root, context, ready), daemon=True)
        thread.start()
        threads.append(thread)
        while not ready.wait(BEAT / 1000) and not context.should_stop():
            context.event({})
    stop = threading.Event()
    while not context.should_stop() and any(thread.is_alive() for thread in threads):
        stop.wait(BEAT / 1000)
        context.event({})
    for thread in threads:
        thread.join(2 * BEAT / 1000)


def _watch_one(number: int, root: bytes, context: ChildContext, ready: threading.Event) -> None:
    from watchfiles import watch as changes

    try:
        path = root.decode("utf-8")  # what takes the paths there knows only text
        for found in changes(
            path,
            watch_filter=None,
            debounce=GATHER,
            rust_timeout=BEAT,
            yield_on_timeout=True,
            stop_event=_Stop(context),
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            if not ready.is_set():
                ready.set()
                context.event({"ready": number})
            if found:
                folders = sorted({os.path.dirname(os.fsencode(name)) for _, name in found})
                context.event({"root": number, "folders": folders})
    except Exception as error:  # noqa: BLE001 - told to the caller, which watches this folder in another way
        context.event({"root": number, "error": f"{type(error).__name__}: {error}"})
    finally:
        ready.set()
