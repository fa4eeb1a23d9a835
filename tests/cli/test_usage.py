"""Global options, exit codes and the one JSON document."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.api.errors import MediaError
from avrec_desktop.cli import main as cli
from avrec_desktop.cli.doctor import Check, apt_command, packages_for
from avrec_desktop.cli.output import Console, duration, print_json


def test_global_options_may_follow_the_command() -> None:
    assert cli.hoist(["scan", "a", "--json", "--library", "L", "b"]) == ["--json", "--library", "L", "scan", "a", "b"]
    assert cli.hoist(["items", "--library=L", "-v"]) == ["--library=L", "-v", "items"]
    assert cli.hoist(["rate", "--", "--json"]) == ["rate", "--", "--json"]


@given(st.lists(st.sampled_from(["scan", "--json", "-v", "--library", "x", "--", "--profile=p", "--query", "--limit"])))
def test_hoisting_loses_no_word(words: list[str]) -> None:
    assert sorted(cli.hoist(words)) == sorted(words)


def _exit_code(*words: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    return int(caught.value.code or 0)


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("rate", "1"),
        ("rate", "1", "6"),
        ("items", "--limit", "x"),
        ("screenshot", "--out", "a.png", "--size", "9"),
    ],
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    assert _exit_code(*words) == 2


def test_help_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("--help") == 0
    shown = capsys.readouterr().out
    for command in (
        "scan",
        "items",
        "extract",
        "rate",
        "train",
        "recommend",
        "similar",
        "import",
        "imports",
        "privacy",
        "evaluate",
        "plugins",
    ):
        assert command in shown


def test_json_is_one_valid_document_whatever_the_values(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    print_json({"path": "odd \udcff name", "score": float("nan"), "list": [float("inf"), 1]})
    assert json.loads(capsysbinary.readouterr().out) == {"path": "odd ? name", "score": None, "list": [None, 1]}


def test_error_goes_to_both_channels(capsys: pytest.CaptureFixture[str]) -> None:
    Console.report(MediaError("is damaged", path="a.mp3", hint="Copy it again."), as_json=True)
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["path"] == "a.mp3"
    assert err == "avrec: a.mp3: is damaged. Copy it again.\n"


def test_durations() -> None:
    assert (duration(0), duration(59.6), duration(3661)) == ("0:00", "1:00", "1:01:01")


def test_doctor_names_packages_and_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    packages = packages_for(["libEGL.so.1", "libxcb-cursor.so.0", "libunheard.so.7"])
    assert packages == ["libegl1", "libunheard.so.7", "libxcb-cursor0"]
    monkeypatch.setattr("avrec_desktop.cli.doctor._is_root", lambda: False)
    assert apt_command(["libegl1"])[:3] == ["sudo", "apt-get", "install"]
    assert Check("x", "fail", "y").mark == "✗"
