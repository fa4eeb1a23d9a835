"""Files of an export: a single file, a folder or a zip archive, read with limits and never unpacked."""

from __future__ import annotations

import contextlib
import hashlib
import io
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from avrec_desktop.api.errors import InputError

#: Largest file that is read, bytes; most files of a folder or archive that are looked at.
MAX_SIZE, MAX_FILES = 16 << 30, 200_000
#: An archive's file that grows more than this many times beyond 64 MB is taken for a bomb.
MAX_RATIO = 300
_SMALL = 64 << 20
_BAD_ARCHIVE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, OSError),
)


@contextlib.contextmanager
def explained(path: Path, name: str = "") -> Iterator[None]:
    """Turn failures of reading into errors that name the file.

    Raises:
        InputError: Whatever went wrong inside.
    """
    where = f"its file {name} " if name else "it "
    try:
        yield
    except InputError:
        raise
    except UnicodeDecodeError as error:
        raise InputError(f"{where}has text in an unknown encoding: {error.reason}", path=path) from error
    except OSError as error:
        raise InputError(f"{where}cannot be read: {error.strerror or error}", path=path) from error
    except _BAD_ARCHIVE as error:
        raise InputError(f"{where}cannot be read: {error}", path=path, hint="Download the export again.") from error


class _Limited(io.RawIOBase):
    """A stream that refuses to give more bytes than announced."""

    def __init__(self, inner: BinaryIO, limit: int, path: Path, name: str) -> None:
        self._inner = inner
        self._left = self._limit = limit
        self._path = path
        self._name = name

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read some bytes."""
        with explained(self._path, self._name):
            data = self._inner.read(min(len(buffer), 1 << 20))
        self._left -= len(data)
        if self._left < 0:
            raise InputError(f"its file {self._name} is larger than it says", path=self._path)
        buffer[: len(data)] = data
        return len(data)

    def tell(self) -> int:
        """Return the number of bytes read."""
        return self._limit - self._left

    def close(self) -> None:
        """Close both."""
        self._inner.close()
        super().close()


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its name inside the folder or archive, with ``/`` between the parts, and its size in bytes."""

    name: str
    size: int

    @property
    def base(self) -> str:
        """The last part of the name in lower case."""
        return PurePosixPath(self.name).name.lower()


class Files:
    """The files of an export. Nothing is ever written or unpacked, so names in an archive can do no harm.

    Args:
        path: A file, a folder or a zip archive.

    Raises:
        InputError: There is no such file, or the archive is damaged, encrypted or a bomb.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with explained(path):
            if not path.exists():
                raise InputError("there is no such file", path=path)
            self.is_folder = path.is_dir()
            self.is_archive = not self.is_folder and path.is_file() and zipfile.is_zipfile(path)
            if not (self.is_folder or path.is_file()):
                raise InputError("it is neither a file nor a folder", path=path)
            self.entries: tuple[Entry, ...] = tuple(self._list())

    def _list(self) -> Iterator[Entry]:
        if self.is_archive:
            yield from self._list_archive()
        elif self.is_folder:
            yield from self._list_folder()
        else:
            yield self._checked(Entry(self.path.name, self.path.stat().st_size))

    def _list_archive(self) -> Iterator[Entry]:
        with zipfile.ZipFile(self.path) as archive:
            infos = archive.infolist()
        if len(infos) > MAX_FILES:
            raise InputError(f"the archive has {len(infos):,} files", path=self.path, hint="Unpack what is needed.")
        for info in infos:
            if info.is_dir() or not _plain(info.filename):
                continue
            if info.flag_bits & 1:
                raise InputError("the archive is encrypted", path=self.path, hint="Unpack it first.")
            if info.file_size > _SMALL and info.file_size > MAX_RATIO * max(1, info.compress_size):
                raise InputError(f"its file {info.filename} would unpack to {info.file_size:,} bytes", path=self.path)
            yield self._checked(Entry(info.filename, info.file_size))

    def _list_folder(self) -> Iterator[Entry]:
        count = 0
        for folder, folders, names in os.walk(self.path):
            folders.sort()
            for name in sorted(names):
                full = Path(folder) / name
                count += 1
                if count > MAX_FILES:
                    raise InputError(f"the folder has more than {MAX_FILES:,} files", path=self.path)
                with contextlib.suppress(OSError):  # gone meanwhile, or a broken link
                    if full.is_file():
                        yield Entry(full.relative_to(self.path).as_posix(), full.stat().st_size)

    def _checked(self, entry: Entry) -> Entry:
        if entry.size > MAX_SIZE:
            raise InputError(f"{entry.name} is larger than {MAX_SIZE >> 30} GB", path=self.path, hint="Split it.")
        return entry

    def find(self, *patterns: str, top: bool = False) -> list[Entry]:
        """Return the files whose name (or last parts of it) matches one of the patterns, in order.

        Args:
            patterns: As of :meth:`pathlib.PurePath.match`, without regard to case.
            top: Only the files that lie the highest.
        """
        found = [e for e in self.entries if any(PurePosixPath(e.name.lower()).match(p) for p in patterns)]
        if top and found:
            height = min(e.name.count("/") for e in found)
            found = [e for e in found if e.name.count("/") == height]
        return found

    def open(self, entry: Entry) -> BinaryIO:
        """Open a file for reading; close it.

        Raises:
            InputError: It cannot be opened; also while reading, when it is damaged or larger than announced.
        """
        with explained(self.path, entry.name):
            if self.is_archive:
                archive = zipfile.ZipFile(self.path)
                try:
                    inner = archive.open(entry.name)
                except BaseException:
                    archive.close()
                    raise
                archive.close()  # the open member keeps the file until it is closed
                return io.BufferedReader(_Limited(inner, entry.size, self.path, entry.name), 1 << 20)  # type: ignore[arg-type]
            target = self.path / entry.name if self.is_folder else self.path
            return target.open("rb", buffering=1 << 20)

    def digest(self, entries: Iterable[Entry]) -> bytes:
        """Return the hash of the contents of some files.

        Raises:
            InputError: One cannot be read.
        """
        whole = hashlib.sha256()
        for entry in entries:
            with self.open(entry) as stream, explained(self.path, entry.name):
                part = hashlib.sha256()
                while data := stream.read(1 << 20):
                    part.update(data)
                whole.update(part.digest())
        return whole.digest()

    def size(self, entries: Sequence[Entry]) -> int:
        """Return the bytes of some files."""
        return sum(e.size for e in entries)

    def label(self, entry: Entry) -> str:
        """Return the name to give with a bad row: nothing for a single file."""
        return entry.name if self.is_folder or self.is_archive else ""


def _plain(name: str) -> bool:
    """Whether a name in an archive stays inside it."""
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0] if path.parts else False
