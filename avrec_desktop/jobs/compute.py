"""Compute processes: the only place where TensorFlow, native decoders and plugin code run.

A process is started when first used, supervised by the thread that calls it, replaced when it crashes, and ends
when idle or when the app ends (also when the app is killed: it notices the closed pipe).
"""

from __future__ import annotations

import collections
import contextlib
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from avrec_desktop.api.errors import Cancelled, ComputeError, error_from_dict
from avrec_desktop.jobs import wire
from avrec_desktop.jobs.child import LIFELINE

log = logging.getLogger(__name__)

EventHandler = Callable[[dict[str, Any]], None]
#: Seconds between two looks at the cancel flag.
_TICK = 0.05
#: Bytes of a printed line that are kept in one piece.
_LONGEST_LINE = 8192


def child_environment(threads: int = 1, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a compute process, with native thread pools limited to ``threads``."""
    env = dict(os.environ)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        env[name] = str(threads)
    env |= {"TF_NUM_INTEROP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "2", "CUDA_VISIBLE_DEVICES": "-1"}
    env |= {"PYTHONUTF8": "1", "NUMBA_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1"}
    root = str(Path(__file__).resolve().parents[2])
    env["PYTHONPATH"] = os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH")) if p)
    return env | dict(extra or {})


class ComputeProcess:
    """A long-lived child process that serves calls one after the other.

    Use from one thread at a time.

    Attributes:
        nice: Niceness of children that are started; see :meth:`renice` for one that runs.

    Args:
        name: For messages and logs.
        threads: Size of the native thread pools in the child.
        nice: Added to the child's niceness where the system has it.
        env: Extra environment.
        on_start: Called with this process, in the calling thread, whenever a new child was started (at first, and
            after a crash or an idle end), before the call that needed it: for instance to load plugins by a call.
    """

    def __init__(
        self,
        name: str = "compute",
        *,
        threads: int = 1,
        nice: int = 0,
        env: Mapping[str, str] | None = None,
        on_start: Callable[[ComputeProcess], None] | None = None,
    ) -> None:
        self.name = name
        self._on_start = on_start
        self._prepared: int | None = None
        self._ended = False
        self._nice_now = 0
        self._lifeline: int | None = None
        self._threads = threads
        self.nice = nice
        self._env = dict(env or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._errors: collections.deque[str] = collections.deque(maxlen=60)
        self._next_id = 0
        self._lock = threading.Lock()
        self._drains: list[threading.Thread] = []

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id of the child, or None."""
        return self._process.pid if self._process is not None else None

    def call(
        self,
        target: str,
        args: dict[str, Any] | None = None,
        *,
        on_event: EventHandler | None = None,
        should_stop: Callable[[], bool] | None = None,
        timeout: float | None = None,
        grace: float = 5.0,
    ) -> Any:
        """Run ``target`` in the child and return its value.

        Args:
            target: ``"avrec_desktop.package.module:function"``; the function takes ``(args, ChildContext)``.
            args: Plain values, paths and numeric arrays.
            on_event: Called in this thread with each event the function sends.
            should_stop: Asked about 20 times a second; once true, the call is asked to stop, and killed after
                ``grace`` seconds.
            timeout: Seconds after which the child is killed, or None.
            grace: See ``should_stop``.

        Raises:
            Cancelled: ``should_stop`` said so.
            AvrecError: The function raised it.
            ComputeError: The child crashed, hung or the function had a fault; ``details`` has the traceback.
        """
        process = self._ready()
        self._next_id += 1
        call_id = self._next_id
        try:
            self._send(process, {"kind": "call", "id": call_id, "target": target, "args": args or {}})
        except OSError:
            raise self._crash() from None
        try:
            return self._wait(process, call_id, on_event, should_stop, timeout, grace)
        except BaseException:
            # whatever ends the wait (an event handler that cancels, for one) ends the work as well
            if self._process is process:
                with contextlib.suppress(OSError):
                    self._send(process, {"kind": "stop", "id": call_id})
            raise

    def _wait(
        self,
        process: subprocess.Popen[bytes],
        call_id: int,
        on_event: EventHandler | None,
        should_stop: Callable[[], bool] | None,
        timeout: float | None,
        grace: float,
    ) -> Any:
        deadline = None if timeout is None else time.monotonic() + timeout
        stop_deadline: float | None = None
        while True:
            try:
                message = self._inbox.get(timeout=_TICK)
            except queue.Empty:
                message = {}
            if message is None:
                if stop_deadline is not None:
                    self.close()
                    raise Cancelled(self.name)
                raise self._crash()
            if message.get("id") == call_id:
                if message["kind"] != "event":
                    return _unwrap(message)
                if on_event is not None:
                    on_event(message["payload"])
            now = time.monotonic()
            if stop_deadline is None and should_stop is not None and should_stop():
                stop_deadline = now + grace
                with contextlib.suppress(OSError):
                    self._send(process, {"kind": "stop", "id": call_id})
            if stop_deadline is not None and now > stop_deadline:
                self.close()
                raise Cancelled(self.name)
            if deadline is not None and now > deadline:
                self.close()
                raise ComputeError(f"no answer within {timeout:.0f} s", hint="It was stopped.")

    def renice(self) -> None:
        """Bring a child that runs to :attr:`nice`; where the system forbids it, it is ended, to start anew with it.

        Use it between calls only. Systems let everybody get nicer, and hardly anybody less nice.
        """
        if not self.alive or self.nice == self._nice_now or not hasattr(os, "setpriority"):
            return
        try:
            # the group, since the threads of a process have a niceness each
            os.setpriority(os.PRIO_PGRP, cast("int", self.pid), self.nice)
            self._nice_now = self.nice
        except OSError:
            self.close()

    def close(self) -> None:
        """End the child now."""
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        lifeline, self._lifeline = self._lifeline, None
        if lifeline is not None:
            os.close(lifeline)
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        drains, self._drains = self._drains, []
        for thread in drains:  # each closes the stream that it reads
            thread.join(timeout=5)

    def end(self) -> None:
        """End the child for good: calls that come later, or are about to start a child, fail."""
        self._ended = True
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _ready(self) -> subprocess.Popen[bytes]:
        process = self._ensure()
        if self._on_start is not None and self._prepared != process.pid:
            self._prepared = process.pid  # first, since it makes calls itself
            try:
                self._on_start(self)
            except BaseException:
                self._prepared = None
                raise
            process = self._ensure()
        return process

    def _ensure(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._prepared = None
        self._inbox = queue.Queue()
        self._errors.clear()
        environment = child_environment(self._threads, self._env)
        with _lifeline() as (theirs, ours):
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "avrec_desktop.jobs.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment | {LIFELINE: "" if theirs is None else str(theirs)},
                pass_fds=() if theirs is None else (theirs,),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                start_new_session=True,  # Ctrl-C in a terminal is the app's to handle; the group is ended as one
            )
            self._lifeline = ours
        if self.nice and hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, self.nice)
        self._nice_now = self.nice
        self._process = process
        self._drains = [
            threading.Thread(target=self._read, args=(process, self._inbox), name=f"{self.name}-out", daemon=True),
            threading.Thread(target=self._drain, args=(process,), name=f"{self.name}-err", daemon=True),
        ]
        for thread in self._drains:
            thread.start()
        if self._ended:
            self.close()
            raise ComputeError("the work was ended")
        return process

    def _send(self, process: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
        with self._lock:
            wire.send(cast("BinaryIO", process.stdin), message)

    @staticmethod
    def _read(process: subprocess.Popen[bytes], inbox: queue.Queue[dict[str, Any] | None]) -> None:
        stream = cast("BinaryIO", process.stdout)
        try:
            while True:
                inbox.put(wire.receive(stream))
        except (EOFError, OSError, ValueError) as error:
            log.debug("compute process stream ended: %r", error)
        finally:
            inbox.put(None)
            stream.close()

    def _drain(self, process: subprocess.Popen[bytes]) -> None:
        stream = cast("BinaryIO", process.stderr)
        with contextlib.suppress(OSError, ValueError), stream:
            # bounded pieces: what a plugin prints may have no line ends
            while line := stream.readline(_LONGEST_LINE):
                self._errors.append(line.decode("utf-8", "replace").rstrip())

    def _crash(self) -> ComputeError:
        process = self._process
        code = None
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(timeout=1)
        self.close()
        details = "\n".join(self._errors)
        log.warning("compute process %s ended with %s\n%s", self.name, code, details)
        if code is None:
            return ComputeError("the process that did the work sent a damaged message", details=details)
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return ComputeError(f"the process that did the work crashed ({how})", details=details)


@contextlib.contextmanager
def _lifeline() -> Iterator[tuple[int | None, int | None]]:
    """Give the two ends of a pipe that closes when this process is gone; the child's end is closed here at the end."""
    if os.name != "posix":
        yield None, None
        return
    theirs, ours = os.pipe()
    try:
        yield theirs, ours
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the child and whatever it started."""
    if os.name == "posix" and process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
            return
    process.kill()


def _unwrap(message: dict[str, Any]) -> Any:
    kind = message["kind"]
    if kind == "result":
        return message["value"]
    if kind == "cancelled":
        raise Cancelled
    if kind == "error":
        raise error_from_dict(message["error"])
    raise ComputeError(str(message.get("message")), details=str(message.get("details", "")))
