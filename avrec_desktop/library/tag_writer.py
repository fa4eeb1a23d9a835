"""Writes tags into one file: into a copy beside it, which takes its place when sound. Runs in compute processes."""

# Paths are bytes of the file system here; pathlib knows only text.

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from typing import Any

from avrec_desktop.api.errors import MediaError
from avrec_desktop.jobs.child import ChildContext
from avrec_desktop.library import sidecars
from avrec_desktop.library.probe import probe_file
from avrec_desktop.library.tags import TAG_ERRORS


def write_tags(args: dict[str, Any], _context: ChildContext) -> dict[str, list[str]]:
    """Write tags into a file.

    The media data is compared before the copy takes the file's place; whatever fails, the file is as it was.

    Args:
        args: ``path``: bytes of the file system; ``values``: mutagen's common tag name to a list of texts, an empty
            list removes the tag.

    Returns:
        What stood there before, in the same form.

    Raises:
        MediaError: The format takes no such tags, or the file cannot be read or written.
    """
    path = os.path.realpath(args["path"])
    shown = os.fsdecode(path)
    try:
        handle, name = tempfile.mkstemp(prefix=b".avrec-", suffix=os.path.splitext(path)[1], dir=os.path.dirname(path))
        os.close(handle)
    except OSError as error:
        raise MediaError(f"its folder cannot be written: {error.strerror or error}.", path=shown) from error
    try:
        shutil.copy2(path, name)
        before = _change(name, args["values"], shown)
        _compare(path, name, shown)
        with open(name, "rb") as copy:
            os.fsync(copy.fileno())
        os.replace(name, path)
    except OSError as error:
        raise MediaError(f"it cannot be written: {error.strerror or error}.", path=shown) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
    return before


def _change(name: bytes, values: dict[str, list[str]], shown: str) -> dict[str, list[str]]:
    import mutagen

    unfit = MediaError("tags cannot be written into files of this format.", path=shown)
    try:
        found = mutagen.File(name, easy=True)
        if found is None:
            raise unfit
        if found.tags is None:
            found.add_tags()
        before = {key: [str(v) for v in found.tags.get(key) or ()] for key in values}
        for key, texts in values.items():
            if texts:
                found.tags[key] = texts
            elif key in found.tags:
                del found.tags[key]
        found.save(**_dialect(found.tags, name))
    except (mutagen.MutagenError, *TAG_ERRORS) as error:
        raise unfit from error
    return before


def _dialect(tags: Any, name: bytes) -> dict[str, int]:
    """Return how to save: ID3 stays of the version it is of, as many players and Windows know no newer one than 2.3."""
    from mutagen.easyid3 import EasyID3
    from mutagen.id3 import ID3, ID3NoHeaderError

    if isinstance(tags, EasyID3):
        with contextlib.suppress(ID3NoHeaderError):
            return {"v2_version": 3 if ID3(name).version < (2, 4, 0) else 4}
    return {}


def _compare(path: bytes, copy: bytes, shown: str) -> None:
    """Make sure that the copy holds the same recording.

    Raises:
        MediaError: It does not.
    """
    old, new = (probe_file(p, sidecars.Shelf()) for p in (path, copy))
    if "fingerprint" not in old or old.get("fingerprint") != new.get("fingerprint"):
        raise MediaError("writing tags would have changed its sound or picture; it was left alone.", path=shown)
