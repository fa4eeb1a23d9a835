"""The process that reads search texts ends for good with its library."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from avrec_desktop.features.neighbours import QueryProcess


def test_a_search_that_comes_after_the_end_leaves_no_process() -> None:
    plugins: Any = SimpleNamespace(load_args=lambda: {"plugins": [], "data": ""})
    query = QueryProcess(plugins)
    query.close()
    assert query.embed("calm piano", [cast("Any", SimpleNamespace(id="text"))]) == {}
    assert not query._process.alive
    query.close()  # and the timer that a search starts
