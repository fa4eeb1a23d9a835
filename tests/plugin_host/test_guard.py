"""What a plugin did not declare it may not do; what libraries merely try does not break them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin_host.conftest import BundledHost

THREAD = """import threading
caught = []
def work():
    import urllib.request
    try:
        urllib.request.urlopen("http://127.0.0.1:9/", timeout=0.2)
    except Exception as error:
        caught.append(error)
thread = threading.Thread(target=work); thread.start(); thread.join()
raise caught[0]
"""

REFUSED = {
    "thread": (THREAD, "may not use the network"),
    "name": ("import socket; socket.getaddrinfo('localhost', 80)", "may not use the network"),
    "server": ("import socket; socket.socket().bind(('127.0.0.1', 0))", "may not use the network"),
    "shell": ("import os; os.system('true')", "may not start programs"),
    "fork": ("import os; os.fork()", "may not start programs"),
    "write": ("open({victim!r}, 'a')", "may not change"),
    "bytes": ("import os; os.open(os.fsencode({victim!r}), os.O_WRONLY)", "may not change"),
    "pathlib": ("import pathlib; pathlib.Path({victim!r}).unlink()", "may not change"),
    "rename": ("import os; os.rename({victim!r}, {victim!r} + '2')", "may not change"),
    "tree": ("import shutil; shutil.rmtree({folder!r})", "may not change"),
    "truncate": ("import os; os.truncate({victim!r}, 0)", "may not change"),
    "link": ("import os, tempfile; os.symlink({victim!r}, {folder!r} + '/link')", "may not change"),
    "database": ("import sqlite3; sqlite3.connect({victim!r})", "may not change"),
    "library": ("import numpy; numpy.save({victim!r}, numpy.zeros(3))", "may not change"),
}
ALLOWED = {
    "temporary": "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'x')",
    "reading": "assert open({victim!r}).read() == 'precious'",
    "memory": "import sqlite3; sqlite3.connect(':memory:').close()",
    "nothing": "import os; open(os.devnull, 'w').close()",
    "machine": "import platform; platform.processor(); platform.uname()",
    "library": "import ctypes.util; ctypes.util.find_library('c')",
    "keras": "import keras; keras.layers.Dense(2)",
}


@pytest.fixture
def victim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a file that is not the plugin's; the temporary folder is moved away from it."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        (tmp_path / "temporary").mkdir(exist_ok=True)
        monkeypatch.setenv(name, str(tmp_path / "temporary"))
    file = tmp_path / "media" / "song.flac"
    file.parent.mkdir()
    file.write_text("precious")
    return file


def prepend(sources: Path, code: str) -> None:
    """Make the good plugin do something while it is imported."""
    file = sources / "good" / "src" / "sample_good" / "__init__.py"
    text = file.read_text().replace(
        "from __future__ import annotations\n", f"from __future__ import annotations\n{code}\n"
    )
    file.write_text(text)


@pytest.mark.parametrize("deed", sorted(REFUSED))
def test_refused(host_of: BundledHost, sources: Path, victim: Path, deed: str) -> None:
    code, message = REFUSED[deed]
    prepend(sources, code.format(victim=str(victim), folder=str(victim.parent)))
    host = host_of("good")
    assert host.extractors() == []
    assert message in str(host.info("good").error)
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("deed", sorted(ALLOWED))
def test_allowed(host_of: BundledHost, sources: Path, victim: Path, deed: str) -> None:
    prepend(sources, ALLOWED[deed].format(victim=str(victim)))
    host = host_of("good")
    assert [e.id for e in host.extractors()] == ["title-length"], host.info("good").error
