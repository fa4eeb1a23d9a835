"""Checks of the machine, and the installation of system libraries that Qt needs on Linux."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

State = Literal["ok", "warn", "fail"]

#: Debian package of each shared library that Qt's window, sound and video plugins load.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libXext.so.6": "libxext6",
    "libXrandr.so.2": "libxrandr2",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libpulse.so.0": "libpulse0",
    "libasound.so.2": "libasound2",
    "libva.so.2": "libva2",
    "libva-drm.so.2": "libva-drm2",
    "libva-x11.so.2": "libva-x11-2",
    "libdrm.so.2": "libdrm2",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
_NEEDED = ("PySide6-Essentials", "PySide6-Addons", "numpy", "pandas", "pluggy", "moviepy", "av", "mutagen")
#: A CJK font, so that Chinese titles are not boxes.
_FONTS = "fonts-noto-cjk"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: its state, what was found, and what to do."""

    name: str
    state: State
    detail: str
    remedy: str | None = None
    mark: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "mark", {"ok": "✓", "warn": "!", "fail": "✗"}[self.state])


def missing_libraries() -> list[str]:
    """Return the shared libraries that Qt's Linux plugins want and the system lacks (as ``ldd`` says)."""
    spec = importlib.util.find_spec("PySide6")
    if not sys.platform.startswith("linux") or spec is None or spec.origin is None or shutil.which("ldd") is None:
        return []
    root = Path(spec.origin).parent
    plugins = root / "Qt" / "plugins"
    objects = [root / "QtWidgets.abi3.so", root / "QtMultimedia.abi3.so"]
    objects += [plugins / "platforms" / "libqxcb.so", plugins / "multimedia" / "libffmpegmediaplugin.so"]
    names: set[str] = set()
    for path in objects:
        if path.exists():
            done = subprocess.run(["ldd", str(path)], capture_output=True, text=True, check=False, timeout=30)
            names |= {line.split()[0] for line in done.stdout.splitlines() if "not found" in line and line.split()}
    # QtMultimedia resolves its sound server at run time, unseen by ldd
    if not _loads("libpulse.so.0"):
        names.add("libpulse.so.0")
    return sorted(names)


def _loads(name: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def apt_command(packages: list[str]) -> list[str]:
    """Return the command that installs the packages, with ``sudo`` where that is needed."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    return command if _is_root() else ["sudo", *command]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _may_install() -> bool:
    if shutil.which("apt-get") is None:
        return False
    if _is_root():
        return True
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False, timeout=30).returncode == 0


def packages_for(libraries: list[str]) -> list[str]:
    """Return the Debian packages of the libraries; an unknown library stands for itself."""
    return sorted({PACKAGES.get(name, name) for name in libraries})


def install_missing() -> bool:
    """Install missing system libraries with apt when allowed, else print the exact command; returns success."""
    missing = missing_libraries()
    if not missing:
        return True
    packages = packages_for(missing)
    command = apt_command(packages)
    if not _may_install():
        print(f"Qt needs system libraries that are missing: {', '.join(missing)}.", file=sys.stderr)
        print(f"Install them with: {' '.join(command)}", file=sys.stderr)
        return False
    print(f"Installing system libraries for Qt: {' '.join(packages)}", file=sys.stderr)
    prefix = [] if _is_root() else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in ([*prefix, "apt-get", "update", "-q"], command):
        done = subprocess.run(step, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"This failed: {' '.join(step)}\n{done.stderr.strip()[-1000:]}", file=sys.stderr)
            return False
    return True


def diagnose(library: Path) -> list[Check]:
    """Return all checks."""
    return [
        _check_python(),
        *_check_packages(),
        _check_tensorflow(),
        _check_system_libraries(),
        _check_display(),
        _check_sqlite(),
        _check_library(library),
        _check_pip(),
    ]


def _check_python() -> Check:
    version = platform.python_version()
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    remedy = None if good else "Use Python 3.11, 3.12 or 3.13."
    return Check("Python", "ok" if good else "fail", f"{version} on {platform.platform()}", remedy)


def _check_packages() -> list[Check]:
    missing, found = [], []
    for name in _NEEDED:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return [Check("Packages", "fail", f"missing: {', '.join(missing)}", "Run: pip install avrec-desktop")]
    return [Check("Packages", "ok", ", ".join(found))]


def _check_tensorflow() -> Check:
    for name in ("tensorflow", "tensorflow-cpu"):
        try:
            return Check("TensorFlow", "ok", f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return Check("TensorFlow", "fail", "not installed: Keras models cannot train", "Run: pip install tensorflow")


def _check_system_libraries() -> Check:
    missing = missing_libraries()
    if not missing:
        return Check("System libraries", "ok", "all that Qt needs are there")
    remedy = f"Run: {' '.join(apt_command(packages_for(missing)))}"
    return Check("System libraries", "fail", f"missing: {', '.join(missing)}", remedy)


def _check_display() -> Check:
    if not sys.platform.startswith("linux"):
        return Check("Display", "ok", sys.platform)
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(name):
            return Check("Display", "ok", f"{name}={os.environ[name]}")
    return Check(
        "Display", "warn", "none: the window cannot open here", "The command line and screenshots work all the same."
    )


def _check_sqlite() -> Check:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    except sqlite3.OperationalError:
        return Check("SQLite", "fail", f"{sqlite3.sqlite_version} without full-text search", "Use a Python with FTS5.")
    finally:
        connection.close()
    return Check("SQLite", "ok", f"{sqlite3.sqlite_version} with full-text search")


def _check_library(library: Path) -> Check:
    place = next(p for p in (library, *library.parents) if p.exists())
    if not os.access(place, os.W_OK):
        return Check("Library", "fail", f"{library} cannot be written", "Choose another with --library DIR.")
    free = shutil.disk_usage(place).free / 1e9
    state: State = "ok" if free > 1 else "warn"
    return Check("Library", state, f"{library}, {free:.1f} GB free", None if free > 1 else "Make room on this disk.")


def _check_pip() -> Check:
    if importlib.util.find_spec("pip") is None:
        return Check("pip", "warn", "not in this environment: plugins cannot be installed", "Run: python -m ensurepip")
    return Check("pip", "ok", importlib.metadata.version("pip"))
