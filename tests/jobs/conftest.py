"""A compute process for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from avrec_desktop.jobs import ComputeProcess


@pytest.fixture
def process() -> Iterator[ComputeProcess]:
    """Give a process that has already answered once."""
    with ComputeProcess("test") as made:
        made.call("avrec_desktop.jobs.selftest:echo")
        yield made
