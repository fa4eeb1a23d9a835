"""Main module of a compute process: serves calls from its parent until the pipe closes."""

from __future__ import annotations

import faulthandler
import importlib
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from avrec_desktop.api.errors import AvrecError, Cancelled
from avrec_desktop.jobs import wire

#: Environment variable with the number of the pipe end that closes when the parent is gone.
LIFELINE = "AVREC_LIFELINE"


class ChildContext:
    """What a served function gets beside its arguments."""

    def __init__(self, stream: BinaryIO, lock: threading.Lock, call_id: int, stop: threading.Event) -> None:
        self._stream = stream
        self._lock = lock
        self._call_id = call_id
        self._stop = stop

    def event(self, payload: dict[str, Any]) -> None:
        """Send a progress event to the caller."""
        with self._lock:
            wire.send(self._stream, {"kind": "event", "id": self._call_id, "payload": payload})

    def should_stop(self) -> bool:
        """Return whether the caller cancelled this call."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raise when the caller cancelled.

        Raises:
            Cancelled: The caller cancelled.
        """
        if self._stop.is_set():
            raise Cancelled


Served = Callable[[dict[str, Any], ChildContext], Any]


def resolve(target: str) -> Served:
    """Return the function named ``"package.module:function"``; only the app's own modules are served."""
    module, _, name = target.partition(":")
    if module.split(".")[0] != "avrec_desktop":
        raise AvrecError(f"{target} is not a function of this app")
    function: Served = getattr(importlib.import_module(module), name)
    return function


def main() -> None:
    """Serve calls on standard input and output; anything printed goes to standard error."""
    faulthandler.enable()
    _end_with_parent()
    source: BinaryIO = os.fdopen(os.dup(0), "rb")
    sink: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what plugins print must not enter the message stream
    devnull = os.open(os.devnull, os.O_RDONLY)
    os.dup2(devnull, 0)
    sys.stdout = sys.stderr
    lock = threading.Lock()
    calls: queue.Queue[dict[str, Any]] = queue.Queue()
    stops: dict[int, threading.Event] = {}

    def read() -> None:
        try:
            while True:
                message = wire.receive(source)
                if message["kind"] == "call":
                    stops[message["id"]] = threading.Event()
                    calls.put(message)
                elif message["kind"] == "stop" and message["id"] in stops:
                    stops[message["id"]].set()
        except (EOFError, OSError):
            pass
        finally:
            os._exit(0)  # the parent is gone: leave no orphan, even inside native code

    threading.Thread(target=read, name="compute-reader", daemon=True).start()
    while True:
        message = calls.get()
        call_id = message["id"]
        context = ChildContext(sink, lock, call_id, stops[call_id])
        reply = _serve(message, context)
        stops.pop(call_id, None)
        with lock:
            try:
                wire.send(sink, reply)
            except (TypeError, ValueError, OverflowError) as error:
                wire.send(sink, {"kind": "fault", "id": call_id, "message": str(error), "details": ""})


def _end_with_parent() -> None:
    """Let the system end this process and what it started when the parent is gone.

    The thread that reads the messages notices as well, but not while native code holds the interpreter. The signal of
    the life line, whose other end only the parent holds, needs no interpreter: left alone, it ends the process.
    """
    number = os.environ.pop(LIFELINE, "")
    if not number or os.name != "posix":
        return
    import fcntl
    import signal

    line = int(number)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(line, fcntl.F_SETOWN, -os.getpid())  # the whole group: this process leads one
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)
    try:
        if not os.read(line, 1):
            os._exit(0)  # it was gone before the signal was set up
    except BlockingIOError:
        pass


def _serve(message: dict[str, Any], context: ChildContext) -> dict[str, Any]:
    call_id = message["id"]
    try:
        result = resolve(message["target"])(message["args"], context)
    except Cancelled:
        return {"kind": "cancelled", "id": call_id}
    except AvrecError as error:
        return {"kind": "error", "id": call_id, "error": error.to_dict()}
    except MemoryError:
        return {"kind": "fault", "id": call_id, "message": "out of memory", "details": ""}
    except Exception as error:  # noqa: BLE001 - other people's code: everything becomes a reply
        text = f"{type(error).__name__}: {error}"
        return {"kind": "fault", "id": call_id, "message": text, "details": traceback.format_exc()}
    return {"kind": "result", "id": call_id, "value": result}


if __name__ == "__main__":
    main()
