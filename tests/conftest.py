"""Fixtures for all tests: isolated folders, and failure on leaked threads and unexpected log errors."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# one thread for small matrix products: two cores are shared by many processes
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

_TOLERATED = ("hypothesis", "pytest", "ThreadPoolExecutor", "Dummy-", "asyncio")


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests away from the user's own library, plugins and settings."""
    for name in ("AVREC_LIBRARY", "AVREC_PLUGINS"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.fixture(autouse=True)
def _no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and not t.name.startswith(_TOLERATED)]
    for thread in left:
        thread.join(timeout=3)
    alive = [t.name for t in left if t.is_alive()]
    assert not alive, f"threads left running: {alive}"


@pytest.fixture(autouse=True)
def _no_logged_errors(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which the app logged an error, unless it is marked ``expects_errors``."""
    caplog.set_level(logging.INFO)
    yield
    if request.node.get_closest_marker("expects_errors"):
        return
    errors = [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.ERROR and record.name.startswith("avrec_desktop")
    ]
    assert not errors, f"errors were logged: {errors}"
