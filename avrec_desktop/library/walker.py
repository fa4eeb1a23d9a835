"""Walks folders for media files: names, sizes and times, nothing opened."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from avrec_desktop.library.kinds import AUDIO_EXTENSIONS, OTHER_EXTENSIONS, VIDEO_EXTENSIONS
from avrec_desktop.library.sidecars import SUBTITLE_EXTENSIONS

#: Folders of systems and tools that hold no media of the user's.
SKIPPED_FOLDERS = frozenset(
    b"$RECYCLE.BIN|System Volume Information|lost+found|@eaDir|"
    b"#recycle|__MACOSX|.git|.svn|.hg|.cache|.thumbnails|.Trashes|"
    b".Trash|.Spotlight-V100|.fseventsd|.DocumentRevisions-V100|.TemporaryItems|.stversions|.stfolder".split(b"|")
)
_MEDIA = AUDIO_EXTENSIONS | VIDEO_EXTENSIONS
_TRASH = b".Trash-"
#: Ends of the names of files that tell of the media beside them.
_TELLING = frozenset({b".nfo", b".lrc", *(b"." + extension for extension in SUBTITLE_EXTENSIONS)})


#: Entries of one directory handed on at a time, so that a huge one shows its first files at once.
PORTION = 2000
#: What the catalogue knows of a file: path, size, mtime_ns, whether it is in good order, row id.
Known = tuple[bytes, int, int, int, int]


@dataclass(slots=True)
class Listing:
    """What is new in one directory.

    Attributes:
        directory: Its path, bytes of the file system.
        files: ``(path, size, mtime_ns, known)`` of each file that is new (``known`` is None) or not as it was.
        unchanged: Number of files that are as they were.
        errors: ``(path, reason)`` of what could not be read.
        unread: Whether the directory itself could not be read, so that nothing is known of its files.
        n_entries: Number of entries of any kind seen in this directory so far.
        beside: ``(path, moment)`` of each file that tells of media beside it, and when it came or changed, in seconds.
    """

    directory: bytes
    files: list[tuple[bytes, int, int, Known | None]] = field(default_factory=list)
    unchanged: int = 0
    errors: list[tuple[bytes, str]] = field(default_factory=list)
    unread: bool = False
    n_entries: int = 0
    beside: list[tuple[bytes, float]] = field(default_factory=list)


def below(folder: bytes) -> bytes:
    """Return what the paths of all files in a folder begin with."""
    separator = os.sep.encode()
    return folder if folder.endswith(separator) else folder + separator


def behind(folder: bytes) -> bytes:
    """Return the first path in byte order behind those of all files in a folder."""
    prefix = below(folder)
    return prefix[:-1] + bytes([prefix[-1] + 1])


def inside(path: bytes, folder: bytes) -> bool:
    """Return whether a path is a folder or lies in it."""
    return path == folder or path.startswith(below(folder))


def inside_any(path: bytes, places: frozenset[bytes]) -> bool:
    """Return whether a path is one of the places or lies in one."""
    while path not in places:
        above = os.path.dirname(path)
        if above == path:
            return False
        path = above
    return True


def reason_of(error: OSError) -> str:
    """Return what an operating-system error means, for people."""
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "it vanished while it was being read"
    return f"it cannot be read: {error.strerror or error}"


def walk(
    root: bytes, known: dict[bytes, Known] | None = None, excluded: frozenset[tuple[int, int]] = frozenset()
) -> Iterator[Listing]:
    """Yield the listing of a folder and of all below it.

    Symbolic links are followed, each directory is visited once however many links lead to it, and real directories
    come before linked ones, so that a file is found under its real path if that is inside the folder.

    Args:
        root: The folder; bytes of the file system.
        known: The catalogue's files by path; those that are met are taken out.
        excluded: ``(st_dev, st_ino)`` of directories to leave out.
    """
    known = {} if known is None else known
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
                while _look(itertools.islice(entries, PORTION), listing, known, real, linked):
                    yield listing
                    listing = Listing(directory, n_entries=listing.n_entries)
        except OSError as error:
            listing.unread = True
            listing.errors.append((directory, reason_of(error)))
        yield listing


def _look(
    entries: Iterator[os.DirEntry[bytes]],
    listing: Listing,
    known: dict[bytes, Known],
    real: list[bytes],
    linked: list[bytes],
) -> bool:
    """Sort some entries of a directory; returns whether there may be more.

    The way of an unchanged file through the loop is kept short, 100,000 of them go it at every scan.
    """
    take = known.pop
    count = unchanged = 0
    for entry in entries:
        count += 1
        before = None
        try:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED_FOLDERS and not entry.name.startswith(_TRASH):
                    real.append(entry.path)
                continue
            path = entry.path
            before = take(path, None)
            if before is None and _set_aside(entry, listing):
                continue
            info = entry.stat()
            if before is not None and before[1] == info.st_size and before[2] == info.st_mtime_ns and before[3]:
                unchanged += 1
            elif stat.S_ISREG(info.st_mode):
                listing.files.append((path, info.st_size, info.st_mtime_ns, before))
            elif stat.S_ISDIR(info.st_mode):
                linked.append(path)
        except FileNotFoundError:
            if before is not None:
                known[path] = before  # removed since it was listed, or a link to nothing
        except OSError as error:
            if before is not None:
                known[entry.path] = before
            listing.errors.append((entry.path, reason_of(error)))
    listing.n_entries += count
    listing.unchanged += unchanged
    return count == PORTION


def _set_aside(entry: os.DirEntry[bytes], listing: Listing) -> bool:
    """Return whether an entry is ruled out by its name; one that tells of the media beside it is noted."""
    if not _ruled_out(entry.name):
        return False
    if entry.name[-4:].lower() in _TELLING:
        info = entry.stat()
        listing.beside.append((entry.path, max(info.st_mtime, info.st_ctime)))
    return True


def _ruled_out(name: bytes) -> bool:
    """Return whether a name cannot be that of a media file."""
    dot = name.rfind(b".")
    extension = name[dot + 1 :] if dot > 0 else b""
    if extension not in _MEDIA and extension.lower() in OTHER_EXTENSIONS:
        return True
    return name.startswith(b"._")  # resource forks that macOS leaves on other file systems


def single(path: bytes, known: dict[bytes, Known] | None = None) -> Listing:
    """Return a listing of one file that was named by itself."""
    listing = Listing(path, n_entries=1)
    before = None if known is None else known.pop(path, None)
    try:
        info = os.stat(path)
    except FileNotFoundError as error:
        if before is not None and known is not None:
            known[path] = before
        if not os.path.isdir(os.path.dirname(path)):  # as when its drive is away
            listing.unread = True
            listing.errors.append((path, reason_of(error)))
        return listing
    except OSError as error:
        if before is not None and known is not None:
            known[path] = before
        listing.errors.append((path, reason_of(error)))
        return listing
    if before is not None and before[1:3] == (info.st_size, info.st_mtime_ns) and before[3]:
        listing.unchanged = 1
    else:
        listing.files.append((path, info.st_size, info.st_mtime_ns, before))
    return listing
