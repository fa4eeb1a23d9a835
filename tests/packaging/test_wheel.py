"""The wheel holds everything the app needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=240,
    )
    (path,) = out.glob("*.whl")
    return path


def test_wheel_has_resources_and_bundled_plugins(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "avrec_desktop/_resources/migrations/0001_initial.sql" in names
    for manifest in ROOT.glob("plugins/*/src/*/avrec-plugin.toml"):
        assert f"avrec_desktop/_bundled/{manifest.relative_to(ROOT / 'plugins')}" in names
    for project in ROOT.glob("plugins/*/pyproject.toml"):
        assert f"avrec_desktop/_bundled/{project.parent.name}/pyproject.toml" in names
    assert not [n for n in names if "__pycache__" in n or n.startswith("tests/")]


def test_wheel_runs_from_an_unpacked_folder(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, the package finds its resources and plugins inside itself."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "from avrec_desktop import paths; import avrec_desktop; print(avrec_desktop.__file__);"
        "print((paths.resources() / 'migrations').is_dir(), sorted(p.name for p in paths.bundled_plugins().iterdir()))"
    )
    environment = {"PYTHONPATH": str(tmp_path / "site"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=environment
    )
    where, found = done.stdout.splitlines()
    assert where.startswith(str(tmp_path))
    assert found.startswith("True")
    for folder in ROOT.glob("plugins/*/"):
        assert folder.name in found
