"""Walks folders for media files: names, sizes and times, nothing opened."""

# Paths are bytes of the file system here; pathlib knows only text.
# ruff: noqa: PTH116, PTH120

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from avrec_desktop.library.kinds import AUDIO_EXTENSIONS, OTHER_EXTENSIONS, VIDEO_EXTENSIONS

#: Folders of systems and tools that hold no media of the user's.
SKIPPED_FOLDERS = frozenset(
    b"$RECYCLE.BIN|System Volume Information|lost+found|@eaDir|"
    b"#recycle|__MACOSX|.git|.svn|.hg|.cache|.thumbnails|.Trashes|"
    b".Trash|.Spotlight-V100|.fseventsd|.DocumentRevisions-V100|.TemporaryItems|.stversions|.stfolder".split(b"|")
)
_MEDIA = AUDIO_EXTENSIONS | VIDEO_EXTENSIONS
_TRASH = b".Trash-"


@dataclass(slots=True)
class Listing:
    """The candidates of one directory.

    Attributes:
        directory: Its path, bytes of the file system.
        files: ``(path, size, mtime_ns)`` of each file whose name does not rule it out.
        errors: ``(path, reason)`` of what could not be read.
        unread: Whether the directory itself could not be read, so that nothing is known of its files.
        n_entries: Number of entries of any kind.
    """

    directory: bytes
    files: list[tuple[bytes, int, int]] = field(default_factory=list)
    errors: list[tuple[bytes, str]] = field(default_factory=list)
    unread: bool = False
    n_entries: int = 0


def reason_of(error: OSError) -> str:
    """Return what an operating-system error means, for people."""
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "it vanished while it was being read"
    return f"it cannot be read: {error.strerror or error}"


def walk(root: bytes, excluded: frozenset[tuple[int, int]] = frozenset()) -> Iterator[Listing]:
    """Yield the listing of a folder and of all below it.

    Symbolic links are followed, each directory is visited once however many links lead to it, and real directories
    come before linked ones, so that a file is found under its real path if that is inside the folder.

    Args:
        root: The folder; bytes of the file system.
        excluded: ``(st_dev, st_ino)`` of directories to leave out.
    """
    seen = set(excluded)
    real, linked = [root], list[bytes]()
    while real or linked:
        directory = real.pop() if real else linked.pop()
        listing = Listing(directory)
        try:
            info = os.stat(directory)
            key = (info.st_dev, info.st_ino)
            if key in seen:
                continue
            seen.add(key)
            with os.scandir(directory) as entries:
                for entry in entries:
                    listing.n_entries += 1
                    _look(entry, listing, real, linked)
        except OSError as error:
            listing.unread = True
            listing.errors.append((directory, reason_of(error)))
        yield listing


def _look(entry: os.DirEntry[bytes], listing: Listing, real: list[bytes], linked: list[bytes]) -> None:
    name = entry.name
    try:
        if entry.is_dir(follow_symlinks=False):
            if name not in SKIPPED_FOLDERS and not name.startswith(_TRASH):
                real.append(entry.path)
            return
        dot = name.rfind(b".")
        extension = name[dot + 1 :] if dot > 0 else b""
        if extension not in _MEDIA:  # the usual case needs no folding
            extension = extension.lower()
            if extension in OTHER_EXTENSIONS:
                return
        if name.startswith(b"._"):
            return
        info = entry.stat()
        mode = info.st_mode
        if stat.S_ISREG(mode):
            listing.files.append((entry.path, info.st_size, info.st_mtime_ns))
        elif stat.S_ISDIR(mode):
            linked.append(entry.path)
    except FileNotFoundError:
        return  # removed since it was listed, or a link to nothing
    except OSError as error:
        listing.errors.append((entry.path, reason_of(error)))


def single(path: bytes) -> Listing:
    """Return a listing of one file that was named by itself."""
    listing = Listing(os.path.dirname(path))
    try:
        info = os.stat(path)
    except OSError as error:
        listing.errors.append((path, reason_of(error)))
        return listing
    listing.files.append((path, info.st_size, info.st_mtime_ns))
    return listing
