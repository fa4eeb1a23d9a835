"""Installing wheels and folders: what is needed, what is left behind, and the way back."""

from __future__ import annotations

import json
import os
import shutil
import time
import zipfile
from pathlib import Path

import pytest

from avrec_desktop.api.errors import Cancelled, PluginError
from avrec_desktop.jobs import Job, Progress
from avrec_desktop.plugin_host import installer, requirements
from avrec_desktop.plugin_host.host import PluginHost, PluginState
from tests.plugin_host.conftest import BundledHost


def build(source: Path, to: Path, *, version: str = "1.2.3", needs: tuple[str, ...] = ()) -> Path:
    """Write the wheel of a test plugin, without a build tool."""
    name = f"avrec_test_{source.name.replace('-', '_')}"
    (package,) = list((source / "src").iterdir())
    to.mkdir(parents=True, exist_ok=True)
    wheel = to / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files = {
        f"{package.name}/{p.name}": p.read_text().replace('version = "1.2.3"', f'version = "{version}"')
        for p in package.glob("*.*")
    }
    files[f"{info}/METADATA"] = head + "".join(f"Requires-Dist: {n}\n" for n in needs)
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = f"[avrec.plugins]\n{source.name} = {package.name}\n"
    files[f"{info}/RECORD"] = "".join(f"{f},,\n" for f in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel


@pytest.fixture
def host(host_of: BundledHost) -> PluginHost:
    return host_of()


def listing(folder: Path) -> list[str]:
    """Return what lies in a folder, compiled code left out."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if "__pycache__" not in p.parts)


def test_wheel_is_installed_used_replaced_rolled_back_and_removed(
    host: PluginHost, sources: Path, tmp_path: Path
) -> None:
    needs = ("avrec-desktop>=0.1", "numpy>=2.0", "no-such-package; extra == 'docs'", "other; python_version < '3'")
    seen: list[Progress] = []
    status = host.install(str(build(sources / "good", tmp_path / "w", needs=needs)), Job("install", seen.append))
    assert (status.state, status.source, status.version) == (PluginState.ACTIVE, "installed", "1.2.3")
    assert [e.id for e in host.extractors()] == ["title-length"]
    assert seen[-1].fraction == 1.0
    home = tmp_path / "user" / "good"
    assert not (home / "1.2.3" / "site" / "numpy").exists(), "what the app has is not installed again"

    # an older version, chosen by the user, is used as well: one version is in place
    assert host.install(str(build(sources / "good", tmp_path / "w", version="1.1")), Job()).version == "1.1"
    assert host.rollback("good").version == "1.2.3"
    assert host.rollback("good").version == "1.1"
    assert [p.name for p in home.iterdir() if not p.name.startswith(".")] == ["1.1"]
    host.remove("good")
    assert host.plugins() == []
    assert listing(tmp_path / "user") == []


def test_without_an_earlier_version_there_is_no_way_back(host: PluginHost, sources: Path, tmp_path: Path) -> None:
    host.install(str(build(sources / "good", tmp_path / "w")), Job())
    with pytest.raises(PluginError, match="no earlier version"):
        host.rollback("good")
    assert host.info("good").state is PluginState.ACTIVE


def test_failing_update_leaves_the_working_version(host: PluginHost, sources: Path, tmp_path: Path) -> None:
    host.install(str(build(sources / "good", tmp_path / "w")), Job())
    before = listing(tmp_path / "user")
    code = sources / "good" / "src" / "sample_good" / "__init__.py"
    code.write_text("raise RuntimeError('spoilt')\n")
    with pytest.raises(PluginError, match="spoilt"):
        host.install(str(build(sources / "good", tmp_path / "w", version="2.0")), Job())
    assert listing(tmp_path / "user") == before
    assert host.info("good").version == "1.2.3"
    assert [e.id for e in host.extractors()] == ["title-length"]


def test_folder_that_cannot_be_put_into_place_changes_nothing(
    host: PluginHost, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.install(str(build(sources / "good", tmp_path / "w")), Job())
    before = listing(tmp_path / "user")
    rename = Path.rename

    def full(self: Path, target: Path) -> Path:
        if self.name.startswith(".staging-"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(PluginError, match="No space left on device"):
        host.install(str(build(sources / "good", tmp_path / "w", version="2.0")), Job())
    assert listing(tmp_path / "user") == before


@pytest.mark.parametrize(
    ("need", "message"),
    [
        ("numpy<1.5", r"needs numpy<1\.5, and this app has numpy "),
        ("avrec-desktop>=99", r"needs avrec-desktop>=99, and this app has avrec-desktop 0\."),
        ("!!", "unusable requirement"),
    ],
)
def test_requirement_that_the_app_cannot_meet_is_told_before_anything_is_fetched(
    host: PluginHost, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, need: str, message: str
) -> None:
    monkeypatch.setattr(requirements, "run_pip", lambda *_: pytest.fail("pip was called"))
    with pytest.raises(PluginError, match=message):
        host.install(str(build(sources / "good", tmp_path / "w", needs=(need,))), Job())
    assert listing(tmp_path / "user") == []


def test_only_what_is_missing_is_planned_with_the_apps_packages_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []

    def pip(words: list[str], job: Job) -> None:
        calls.append(list(words))
        constraints = Path(words[words.index("--constraint") + 1]).read_text().splitlines()
        assert any(line.startswith("numpy==") for line in constraints)
        entries = [("New_Thing", "1.0"), ("its-helper", "2.0"), ("numpy", "9.9"), ("avrec-desktop", "7")]
        report = {"install": [{"metadata": {"name": n, "version": v}} for n, v in entries]}
        Path(words[words.index("--report") + 1]).write_text(json.dumps(report))

    monkeypatch.setattr(requirements, "run_pip", pip)
    assert requirements.plan([], Job()) == []
    assert calls == []
    assert requirements.plan(["New.Thing>=1"], Job()) == ["its-helper==2.0", "new-thing==1.0"]
    assert calls[0][-1] == "New.Thing>=1"
    assert "--dry-run" in calls[0]


def test_offline_is_said(host: PluginHost, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "PIP_FIND_LINKS",
        "PIP_NO_INDEX",
        "PIP_EXTRA_INDEX_URL",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    with pytest.raises(PluginError, match="could not install it") as caught:
        host.install("avrec-no-such-plugin", Job())
    assert "Is this machine online?" in str(caught.value.hint)


def test_wheel_that_is_none_and_missing_pip_are_clear(
    host: PluginHost, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x-1.0-py3-none-any.whl").write_bytes(b"text")
    with pytest.raises(PluginError, match="not a wheel, or damaged"):
        host.install(str(tmp_path / "x-1.0-py3-none-any.whl"), Job())
    (tmp_path / "x.zip").write_bytes(b"text")
    with pytest.raises(PluginError, match=r"not a wheel \(\.whl\)"):
        host.install(str(tmp_path / "x.zip"), Job())
    monkeypatch.setattr("avrec_desktop.plugin_host.installer.importlib.util.find_spec", lambda _: None)
    with pytest.raises(PluginError, match="pip is not in this environment"):
        host.install(str(sources / "good"), Job())


def test_taken_id_is_refused_and_the_owner_stays(host_of: BundledHost, sources: Path, tmp_path: Path) -> None:
    host = host_of("good")
    host.extractors()
    shutil.copy(sources / "good" / "src" / "sample_good" / "__init__.py", sources / "hangs" / "src" / "sample_hangs")
    with pytest.raises(PluginError, match="'title-length' is taken by the plugin 'good'"):
        host.install(str(build(sources / "hangs", tmp_path / "w")), Job())
    assert [p.id for p in host.plugins()] == ["good"]


def test_cancel_while_it_loads_leaves_nothing(host: PluginHost, sources: Path, tmp_path: Path) -> None:
    def cancel(progress: Progress) -> None:
        if progress.message.startswith("Loading"):
            job.cancel()

    job = Job("install", cancel)
    with pytest.raises(Cancelled):
        host.install(str(build(sources / "hangs", tmp_path / "w")), job)
    assert listing(tmp_path / "user") == []


def test_leftovers_of_killed_installations_are_swept(host: PluginHost, sources: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "user" / ".staging-old", tmp_path / "user" / ".staging-new"
    old.mkdir(parents=True)
    new.mkdir()
    past = time.time() - installer.STALE - 1
    os.utime(old, (past, past))
    host.install(str(build(sources / "good", tmp_path / "w")), Job())
    assert not old.exists()
    assert new.exists(), "it may be another process at work"
