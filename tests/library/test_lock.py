from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from avrec_desktop.api.errors import LibraryError
from avrec_desktop.library.lock import DirectoryLock


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    first, second = DirectoryLock(tmp_path / "x.lock"), DirectoryLock(tmp_path / "x.lock")
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    assert second.owner() == os.getpid()
    first.release()
    assert second.acquire()
    second.release()


def test_lock_ends_with_the_process_that_held_it(tmp_path: Path) -> None:
    script = (
        "import sys, os; from pathlib import Path; from avrec_desktop.library.lock import DirectoryLock\n"
        "lock = DirectoryLock(Path(sys.argv[1])); print(lock.acquire(), flush=True); sys.stdin.read(); os._exit(9)"
    )
    path = tmp_path / "x.lock"
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "True"
        lock = DirectoryLock(path)
        assert not lock.acquire()
        assert lock.owner() == other.pid
        other.kill()
        other.wait()
        assert lock.acquire()
        lock.release()


def test_unwritable_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="cannot be written"):
        DirectoryLock(tmp_path / "file" / "x.lock").acquire()


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_disk_without_room_for_the_number_does_not_keep_the_lock(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from avrec_desktop.library.lock import DirectoryLock\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "path = Path(sys.argv[1]); first, second = DirectoryLock(path), DirectoryLock(path)\n"
        "taken = [first.acquire(), second.acquire()]; first.release(); print(taken, second.acquire())"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "x.lock")], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[True, False] True", "")
