"""Finding plugins: three sources, who wins, and nothing is imported."""

from __future__ import annotations

import logging
import shutil
import sys
from pathlib import Path

import pytest

from avrec_desktop.api.errors import PluginError
from avrec_desktop.plugin_host.discovery import Found, discover, read_site, read_source_folder

POINT = "[avrec.plugins]\n{name} = {package}\n"


def set_version(manifest: Path, version: str, api: str = ">=1.0,<2") -> None:
    """Write another version into a manifest."""
    text = manifest.read_text(encoding="utf-8")
    text = text.replace('version = "1.2.3"', f'version = "{version}"').replace('api = ">=1.0,<2"', f'api = "{api}"')
    manifest.write_text(text, encoding="utf-8")


def make_site(source: Path, site: Path, version: str, api: str = ">=1.0,<2") -> Path:
    """Install a test plugin as ``pip install --target`` does."""
    name, (package,) = source.name, list((source / "src").iterdir())
    shutil.copytree(package, site / package.name)
    set_version(site / package.name / "avrec-plugin.toml", version, api)
    info = site / f"avrec_test_{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: avrec-test-{name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(POINT.format(name=name, package=package.name))
    return site


def only(found: list[Found]) -> tuple[str, str]:
    """Return source and version of the one plugin found."""
    (one,) = [f for f in found if f.key == "good"]
    assert one.manifest is not None
    return one.source, one.manifest.version


def test_installed_wins_over_environment_over_bundled(
    tmp_path: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, environment = tmp_path / "user", tmp_path / "environment"
    bundled = Path(shutil.copytree(sources, tmp_path / "bundled"))
    set_version(bundled / "good" / "src" / "sample_good" / "avrec-plugin.toml", "9.0")
    assert only(discover(bundled, [user])) == ("bundled", "9.0")
    monkeypatch.syspath_prepend(str(make_site(sources / "good", environment, "2.0")))
    assert only(discover(bundled, [user])) == ("environment", "2.0")
    make_site(sources / "good", user / "good" / "1.0" / "site", "1.0")
    make_site(sources / "good", user / "good" / "1.10" / "site", "1.10")
    make_site(sources / "good", user / "good" / "1.9" / "site", "1.9")
    assert only(discover(bundled, [user])) == ("installed", "1.10"), "the higher version, not the later text"
    assert "sample_good" not in sys.modules, "finding imports nothing"


def test_unusable_copy_does_not_hide_one_that_works(tmp_path: Path, sources: Path) -> None:
    user = tmp_path / "user"
    make_site(sources / "good", user / "good" / "5.0" / "site", "5.0", api=">=99")
    assert only(discover(sources, [user])) == ("bundled", "1.2.3")
    (user / "good" / "5.0" / "site" / "sample_good" / "avrec-plugin.toml").write_text("[plugin")
    assert only(discover(sources, [user])) == ("bundled", "1.2.3")
    (found,) = discover(tmp_path / "none", [user])
    assert found.manifest is None
    assert "not valid TOML" in str(found.error)


def test_id_that_is_there_twice_is_reported(sources: Path, caplog: pytest.LogCaptureFixture) -> None:
    shutil.copytree(sources / "good", sources / "good-again")
    with caplog.at_level(logging.WARNING):
        found = discover(sources, [])
    assert [f.key for f in found if f.key == "good"] == ["good"]
    assert any("is there twice" in r.getMessage() for r in caplog.records)


def test_leftovers_of_an_installation_are_no_plugins(tmp_path: Path, sources: Path) -> None:
    make_site(sources / "good", tmp_path / "user" / ".old-x" / "1.0" / "site", "1.0")
    make_site(sources / "good", tmp_path / "user" / "good" / ".previous" / "site", "1.0")
    assert discover(tmp_path / "none", [tmp_path / "user"]) == []


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "pyproject.toml").unlink(), "pyproject.toml cannot be read"),
        (lambda f: (f / "pyproject.toml").write_text("[["), "pyproject.toml cannot be read"),
        (lambda f: (f / "pyproject.toml").write_bytes(b"\xff"), "pyproject.toml cannot be read"),
        (lambda f: (f / "pyproject.toml").write_text("[project]"), "exactly one entry point"),
        (lambda f: (f / "src" / "sample_good" / "avrec-plugin.toml").unlink(), "there is no avrec-plugin.toml"),
    ],
)
def test_source_folder_that_is_no_plugin_says_why(sources: Path, spoil: object, message: str) -> None:
    spoil(sources / "good")  # type: ignore[operator]
    with pytest.raises(PluginError, match=message) as caught:
        read_source_folder(sources / "good")
    assert caught.value.path is not None


def test_site_without_or_with_two_plugins_says_so(tmp_path: Path, sources: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PluginError, match="no entry point"):
        read_site(tmp_path / "empty")
    site = make_site(sources / "good", tmp_path / "two", "1.0")
    make_site(sources / "hangs", site, "1.0")
    with pytest.raises(PluginError, match="more than one entry point"):
        read_site(site)


@pytest.mark.parametrize(
    ("point", "message"), [("a.b", "must name a top-level package"), ("no_such_package_here", "is not there")]
)
def test_bad_entry_point_of_the_environment_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, message: str
) -> None:
    info = tmp_path / "environment" / "odd-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINT.format(name="odd", package=point))
    monkeypatch.syspath_prepend(str(tmp_path / "environment"))
    (found,) = [f for f in discover(tmp_path / "none", []) if f.key == "odd"]
    assert message in str(found.error)
