"""Archives that mean harm, and those that are merely broken."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from avrec_desktop.api.errors import InputError
from avrec_desktop.behaviour.imports import archive as archive_module
from avrec_desktop.behaviour.imports.archive import Files


def test_names_that_leave_the_archive_are_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in (
            "../../diary.csv",
            "/etc/diary.csv",
            "C:/diary.csv",
            "a/../../b.csv",
            "..\\x.csv",
            "good/diary.csv",
        ):
            archive.writestr(name, "x")
    assert [e.name for e in Files(path).entries] == ["good/diary.csv"]


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("diary.csv", bytes(archive_module._SMALL + 1))
    with pytest.raises(InputError, match="would unpack to"):
        Files(path)


def test_a_file_larger_than_announced_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lies.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("diary.csv", b"a" * 5000)
    data = bytearray(path.read_bytes())
    central = data.find(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 100)  # uncompressed size in the directory
    path.write_bytes(data)
    files = Files(path)
    assert files.entries[0].size == 100
    with files.open(files.entries[0]) as stream:
        try:
            held = stream.read()
        except InputError as error:
            held = b""
            refused = error.message
        else:
            refused = "diary.csv"
    assert len(held) <= 100
    assert "diary.csv" in refused


def test_an_encrypted_and_a_damaged_archive_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("diary.csv", b"Date,Name\n" * 500)
    whole = path.read_bytes()
    data = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match="encrypted"):
        Files(path)
    broken = bytearray(whole)
    broken[45:60] = b"\xff" * 15
    path.write_bytes(broken)
    files = Files(path)
    with files.open(files.entries[0]) as stream, pytest.raises(InputError, match="cannot be read") as caught:
        stream.read()
    assert caught.value.path == str(path)


def test_a_folder_with_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_FILES", 3)
    for n in range(5):
        (tmp_path / f"{n}.csv").touch()
    with pytest.raises(InputError, match="more than 3 files"):
        Files(tmp_path)
