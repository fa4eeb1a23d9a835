"""What a compute process can be asked in order to prove itself: answer, report, stop, fail, die.

``avrec doctor`` and the tests of this room use it. Only functions of the app are served, so that tests need these here.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from avrec_desktop.api.errors import MediaError
from avrec_desktop.jobs.child import ChildContext


def echo(args: dict[str, Any], context: ChildContext) -> Any:
    """Return the arguments; sends each of ``args["events"]`` before."""
    for payload in args.get("events", ()):
        context.event(payload)
    return args


def about(args: dict[str, Any], context: ChildContext) -> dict[str, Any]:
    """Return ``pid``, ``niceness`` and the limits of native threads."""
    del args, context
    niceness = os.getpriority(os.PRIO_PROCESS, 0) if hasattr(os, "getpriority") else 0
    return {"pid": os.getpid(), "niceness": niceness, "threads": os.environ.get("OMP_NUM_THREADS")}


def wait(args: dict[str, Any], context: ChildContext) -> None:
    """Announce itself, then wait: until told to stop, or, if ``args["deaf"]``, until killed."""
    context.event({"pid": os.getpid()})
    while True:
        time.sleep(0.01)
        if not args.get("deaf"):
            context.check()


def fail(args: dict[str, Any], context: ChildContext) -> Any:
    """Fail in the way ``args["how"]``: ``"error"``, ``"fault"``, ``"memory"`` or ``"unsendable"``."""
    del context
    if args["how"] == "error":
        raise MediaError("the file is cut off", path=args.get("path"), hint="Copy it again.", plugin="some-plugin")
    if args["how"] == "fault":
        raise RuntimeError("a fault of the program")
    if args["how"] == "memory":
        raise MemoryError
    return object()


def die(args: dict[str, Any], context: ChildContext) -> None:
    """Die by the signal ``args["signal"]``, or leave with ``args["code"]``."""
    del context
    sys.stderr.write("last words\n")
    sys.stderr.flush()
    if "signal" in args:
        signal.signal(args["signal"], signal.SIG_DFL)  # without the traceback of faulthandler
        os.kill(os.getpid(), args["signal"])
    os._exit(args.get("code", 3))


def chatter(args: dict[str, Any], context: ChildContext) -> int:
    """Write ``args["lines"]`` lines to what is standard output for Python and for C; returns the bytes written."""
    del context
    line = b"noise\x00\xff" * 10 + b"\n"
    written = 0
    for _ in range(args["lines"]):
        print("noise")
        written += os.write(1, line)
    return written
