"""Rules of the code base that no linter knows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "tensorflow",
    "keras",
    "moviepy",
    "matplotlib",
    "librosa",
    "pandas",
    "scipy",
    "av",
    "PIL",
    "faiss",
    "onnxruntime",
)


def _loaded_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(' '.join(sorted({{n.split('.')[0] for n in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["avrec_desktop.api", "avrec_desktop.cli.main", "avrec_desktop.session"])
def test_heavy_modules_are_not_loaded_at_start(module: str) -> None:
    assert _loaded_after(f"import {module}").isdisjoint(HEAVY)


def test_the_plugin_interface_loads_neither_qt_nor_a_database() -> None:
    assert _loaded_after("import avrec_desktop.api").isdisjoint({"PySide6", "sqlite3", *HEAVY})


def test_opening_a_library_loads_no_heavy_module(tmp_path: Path) -> None:
    opened = f"Session.open(Path({str(tmp_path)!r})).close()"
    statement = f"from pathlib import Path; from avrec_desktop.session import Session; {opened}"
    assert _loaded_after(statement).isdisjoint({*HEAVY, "PySide6"})


def _text_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, cwd=ROOT)
    names = [n for n in done.stdout.decode().split("\0") if n]
    suffixes = {".py", ".md", ".toml", ".txt", ".sql", ".qss", ".ts", ".json", ".yml", ""}
    return [ROOT / n for n in names if Path(n).suffix in suffixes and (ROOT / n).is_file()]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")
def test_no_file_names_a_machine_or_a_download_address() -> None:
    forbidden = re.compile(r"(?<![\w.])/(root|home/\w+)/|https?://\S*(/simple/|\.whl|/debian)|\bindex-url\b")
    bad = []
    for path in _text_files():
        if path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if forbidden.search(line):
                bad.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert bad == []


def test_constraints_pin_versions_without_addresses() -> None:
    lines = [x for x in (ROOT / "constraints.txt").read_text().splitlines() if x and not x.startswith("#")]
    assert len(lines) > 50
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)


def test_every_runtime_dependency_is_pinned() -> None:
    import tomllib

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = {
        canonicalize_name(line.split("==")[0])
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    wanted = {Requirement(d) for d in project["dependencies"]}
    missing = {r.name for r in wanted if canonicalize_name(r.name) not in pinned and r.name != "tensorflow"}
    assert missing == set()
