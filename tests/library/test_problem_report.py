"""The log file and the problem report made from it."""

from __future__ import annotations

import getpass
import logging
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.jobs.logfile import KEPT, SIZE, LogFile, read_log
from avrec_desktop.privacy.report import mask, problem_report

log = logging.getLogger("avrec_desktop.test")


def test_the_log_is_turned_over_and_does_not_grow_without_end(tmp_path: Path) -> None:
    file = LogFile(tmp_path)
    assert file.start()
    for n in range(6 * SIZE // 1000):
        log.info("%s %s", n, "x" * 960)
    file.close()
    log.info("after the end")
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == KEPT + 1
    assert sum(f.stat().st_size for f in files) <= (KEPT + 1) * SIZE
    last = read_log(tmp_path, 10).splitlines()
    assert len(last) == 10
    assert f" {6 * SIZE // 1000 - 1} xxx" in last[-1]


def test_a_folder_that_cannot_be_written_costs_the_log_only(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    file = LogFile(tmp_path)
    assert not file.start()
    file.close()
    assert read_log(tmp_path) == ""


@pytest.mark.parametrize(
    "line",
    [
        "cannot read /Users/zoe/Music/Secret Band/01 Quiet Song.flac: truncated",
        "cannot read '/Users/zoe/My Films/quiet.mkv'",
        r"cannot read C:\Users\zoe\Secret\quiet.mp3: gone",
        r'the share "\\nas\secret\quiet.avi" is away',
        "scan of ~/secret/quiet.ogg ended",
        "/Users/zoe/Secret Band.Vol.2/zoe quiet.mp3 failed",
        "'/Users/zoe/It's secret/quiet.mp3' failed",
        r"'/Users/zoe/It\'s secret/quiet.mp3' failed",
        "/Users/zoe/It's secret/quiet.mp3: failed",
        "moved from /Users/zoe/Secret A.B C/quiet.mp3",
        "file:///Users/zoe/quiet.ogg failed",
        "smb://zoe/secret films/quiet.mkv: gone",
        "../zoe/secret.ogg",
    ],
)
def test_paths_are_masked_and_their_kind_stays(line: str) -> None:
    out = mask(line)
    for word in ("zoe", "Secret", "secret", "uiet", "Films"):
        assert word not in out
    assert "<path " in out
    assert any(out.count(ending) == 1 for ending in (".flac", ".mkv", ".mp3", ".avi", ".ogg"))


@pytest.mark.parametrize(
    "line", ["/Users/zoe/Secret Folder: no permission", "/Volumes/Zoe Secret/Quiet Songs", "zoe@secret.example wrote"]
)
def test_folders_with_spaces_are_masked_whole(line: str) -> None:
    out = mask(line).casefold()
    assert not [word for word in ("zoe", "secret", "folder", "songs") if word in out]


def test_logins_of_addresses_are_masked_and_hosts_stay() -> None:
    assert mask("see http://zoe:pw@host.example/x: 404") == "see http://<user>@host.example/x: 404"


def test_paths_that_are_known_are_masked_whatever_is_in_them() -> None:
    paths = ['/m/Sub: Secret/quiet, "song".mp3', "/m/Sub: Secret", "/m/Sub: Secret, too"]
    out = mask(f"{paths[0]}: broken; {paths[1]}/new.mp3 is new; {paths[2]}: {paths[1]}", (), paths)
    assert not [word for word in ("Sub", "Secret", "quiet", "too") if word in out]
    assert ".mp3: broken; <path" in out


def test_a_long_line_of_names_is_masked_in_time() -> None:
    began = time.process_time()
    out = mask("/a.b" + " a.b" * 20_000 + "x/y.mp3")
    assert out.startswith("<path ")
    assert time.process_time() - began < 5


def test_names_mails_and_the_user_are_masked_the_same_way_each_time() -> None:
    text = f"Quiet Song failed; quiet song failed; bob@example.org; {getpass.getuser()} asked"
    out = mask(text, ["Quiet Song", "Unrelated", "abc"])
    assert "quiet" not in out.casefold()
    assert "bob" not in out
    first, second, *_ = out.split("; ")
    assert first == second


def test_what_helps_stays_readable() -> None:
    line = "2026-11-24 13:04:08,123 ERROR avrec_desktop.library.scanner: 3 of 10 files failed (and/or were skipped)"
    assert mask(line) == line
    report = problem_report(line, {"items": 10})
    assert "items: 10" in report
    assert line in report


@given(
    st.text(alphabet="abc/ .'\"\\:~@é\n", max_size=60),
    st.lists(st.text("ÄÖÜñøåß ", min_size=4, max_size=8), max_size=3),
)
def test_any_text_can_be_masked_and_no_name_survives(text: str, names: list[str]) -> None:
    out = mask(f"{text} {' '.join(names)}", names)
    assert not [name for name in names if name.strip() and name in out]
