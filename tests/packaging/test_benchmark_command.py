"""The command that runs the benchmarks tells about them without running any."""

from __future__ import annotations

import sys

import pytest

from tests.benchmarks.__main__ import main


@pytest.mark.parametrize("name", ["kill", "lists", "scan"])
def test_help_of_a_benchmark_tells_its_variables_and_runs_nothing(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, f"tests.benchmarks.bench_{name}", None)  # importing it would raise
    assert main([name, "--help"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{name}: ")
    assert "AVREC_BENCH_" in told


def test_help_lists_every_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert {"kill", "recommend", "first_minute"} <= {line.split()[0] for line in told.splitlines() if line[:2] == "  "}


@pytest.mark.parametrize(("name", "says"), [("nothing", "there is no benchmark 'nothing'"), ("recommend", "--help")])
def test_what_cannot_be_run_is_a_wrong_usage(name: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
