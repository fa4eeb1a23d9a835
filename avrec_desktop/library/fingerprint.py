"""Identity of a file by its media data: unchanged by tags, name and place.

The media region of the container (without tags, art and index) is sampled at its start, middle and end; the digest is
over the region's length and the samples, and over all of it where the samples are nothing but silence. Runs in compute
processes.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from avrec_desktop.api.errors import MediaError

#: Bytes of each of the three samples.
SAMPLE = 8 * 1024
#: Most bytes read of a file whose samples are all silence.
_MAX_SILENT = 256 << 20
#: Length of a fingerprint in bytes.
DIGEST = 16


@dataclass(frozen=True, slots=True)
class Region:
    """Where the media data lies.

    Attributes:
        spans: ``(start, end)`` byte ranges, in order.
        claimed_end: Where the container says that the data ends; beyond the file's size when it is cut short.
        ogg: Whether the spans are Ogg pages, whose headers change when tags change.
    """

    spans: tuple[tuple[int, int], ...]
    claimed_end: int = 0
    ogg: bool = False

    @property
    def length(self) -> int:
        """Bytes of media data."""
        return sum(end - start for start, end in self.spans)


def fingerprint(source: BinaryIO, size: int, family: str | None) -> tuple[bytes, Region]:
    """Return the identity of the media data, 16 bytes, and where it lies.

    Args:
        source: The file, open for reading.
        size: Its size in bytes.
        family: Container family as :func:`avrec_desktop.library.kinds.container_of` says.

    Raises:
        MediaError: There is no media data.
        OSError: The file cannot be read.
    """
    region = find_region(source, size, family)
    length = region.length
    if length <= 0:
        raise MediaError("it has the frame of a media file but no sound or video data in it")
    digest = hashlib.blake2b(struct.pack("<Q", length), digest_size=DIGEST)
    silent = True
    for offset in sorted({0, max(0, (length - SAMPLE) // 2), max(0, length - SAMPLE)}):
        data = _sample(source, region, offset, min(SAMPLE, length - offset))
        silent = silent and data.count(data[:1]) == len(data)
        digest.update(_without_page_headers(data, aligned=offset == 0) if region.ogg else data)
    if silent:  # tracks of one recording session have one length, and silence at the same places: only all of it tells
        for offset in range(0, min(length, _MAX_SILENT), 1 << 20):
            digest.update(_sample(source, region, offset, min(1 << 20, length - offset)))
    return digest.digest(), region


def find_region(source: BinaryIO, size: int, family: str | None) -> Region:
    """Return where the media data lies; the whole file (less tags at both ends) where the container is not known."""
    finder = _FINDERS.get(family or "")
    try:
        region = finder(source, size) if finder is not None else None
    except (struct.error, ValueError, OverflowError):
        region = None
    if region is None or (family not in ("wav", "aiff", "asf", "mp4") and region.length <= 0):
        return _between_tags(source, size)
    return region


def _sample(source: BinaryIO, region: Region, offset: int, count: int) -> bytes:
    parts = []
    for start, end in region.spans:
        length = end - start
        if offset >= length:
            offset -= length
            continue
        take = min(count, length - offset)
        source.seek(start + offset)
        parts.append(source.read(take))
        count -= take
        offset = 0
        if count <= 0:
            break
    return b"".join(parts)


def _read_at(source: BinaryIO, offset: int, count: int) -> bytes:
    source.seek(offset)
    return source.read(count)


# Tags around the data: ID3v2 in front, ID3v1, APEv2 and Lyrics3 behind.


def after_id3v2(source: BinaryIO, size: int, start: int = 0) -> int:
    """Return the offset behind all ID3v2 tags that begin at ``start``."""
    while start + 10 <= size:
        head = _read_at(source, start, 10)
        if len(head) < 10 or head[:3] != b"ID3" or max(head[6:10]) > 0x7F or head[3] == 0xFF:
            break
        length = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        start = start + 10 + length + (10 if head[5] & 0x10 else 0)
    return min(start, size)


def before_trailing_tags(source: BinaryIO, start: int, size: int) -> int:
    """Return the offset where tags at the end of the file begin."""
    end = size
    for _ in range(8):  # each kind at most once in practice; the bound keeps a crafted file from looping
        tail = _read_at(source, max(start, end - 355), min(355, end - start))
        shorter = end - _trailing_tag(source, tail, start, end)
        if shorter >= end or shorter < start:
            break
        end = shorter
    return end


def _trailing_tag(source: BinaryIO, tail: bytes, start: int, end: int) -> int:
    """Return the length of the tag that ends at ``end``, 0 when there is none."""
    if len(tail) >= 32 and tail[-32:-24] == b"APETAGEX":  # first: its header can look like "TAG" in the right place
        length, _, flags = struct.unpack_from("<III", tail, len(tail) - 20)
        return int(length) + (32 if flags & 0x80000000 else 0)
    if len(tail) >= 128 and tail[-128:-125] == b"TAG":
        return 355 if tail[-355:-351] == b"TAG+" else 128
    if tail.endswith(b"LYRICS200") and len(tail) >= 15 and tail[-15:-9].isdigit():
        return int(tail[-15:-9]) + 15
    if tail.endswith(b"LYRICSEND"):
        back = _read_at(source, max(start, end - 5120), min(5120, end - start))
        found = back.rfind(b"LYRICSBEGIN")
        return len(back) - found if found >= 0 else 0
    if len(tail) >= 10 and tail[-10:-7] == b"3DI" and max(tail[-4:]) <= 0x7F:
        return (tail[-4] << 21 | tail[-3] << 14 | tail[-2] << 7 | tail[-1]) + 20
    return 0


def _between_tags(source: BinaryIO, size: int) -> Region:
    start = after_id3v2(source, size)
    return Region(((start, before_trailing_tags(source, start, size)),), size)


def _flac(source: BinaryIO, size: int) -> Region | None:
    start = after_id3v2(source, size)
    if _read_at(source, start, 4) != b"fLaC":
        return None
    start += 4
    last = False
    while not last:
        head = source.read(4)
        if len(head) < 4:
            return Region((), size + 1)
        last = bool(head[0] & 0x80)
        start += 4 + int.from_bytes(head[1:], "big")
        source.seek(start)
    return Region(((min(start, size), before_trailing_tags(source, min(start, size), size)),), max(start, size))


def _ogg(source: BinaryIO, size: int) -> Region | None:
    """Region from the first page with a time stamp; the pages before hold the header packets, tags among them."""
    offset = after_id3v2(source, size)
    while offset + 27 <= size:
        head = _read_at(source, offset, 27)
        if head[:4] != b"OggS":
            return None
        if head[6:14] not in (b"\0" * 8, b"\xff" * 8):
            end = before_trailing_tags(source, offset, size)
            return Region(((offset, end),), _ogg_end(source, offset, end), ogg=True)
        lacing = source.read(head[26])
        offset += 27 + len(lacing) + sum(lacing)
    return Region((), size, ogg=True)


def _ogg_end(source: BinaryIO, start: int, end: int) -> int:
    """Return where the last page claims to end."""
    tail_start = max(start, end - 65_307)
    tail = _read_at(source, tail_start, end - tail_start)
    at = tail.rfind(b"OggS")
    while at >= 0:
        if at + 27 <= len(tail) and tail[at + 4] == 0:
            lacing = tail[at + 27 : at + 27 + tail[at + 26]]
            if len(lacing) == tail[at + 26]:
                return tail_start + at + 27 + len(lacing) + sum(lacing)
        elif at + 27 > len(tail):
            return end + 1
        at = tail.rfind(b"OggS", 0, at)
    return end


def _without_page_headers(data: bytes, *, aligned: bool) -> bytes:
    """Return a piece of an Ogg file without the parts of its page headers that tag writers change.

    A piece that is not aligned to a page may begin inside a header, so it counts from its first whole page.
    """
    parts: list[bytes] = []
    first = 0 if aligned else data.find(b"OggS\0")
    at = 27 if first < 0 else first
    while (found := data.find(b"OggS\0", at)) >= 0:
        if found + 27 > len(data):
            break
        parts += (data[at:found], data[found + 6 : found + 14], data[found + 26 : found + 27])
        at = found + 27  # serial, sequence number and checksum are left out
    parts.append(data[at : len(data) if found < 0 else found])
    return b"".join(parts)


def boxes(source: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start of payload, claimed end) of the top-level boxes of an MP4 or QuickTime file."""
    offset = 0
    while offset + 8 <= size:
        head = _read_at(source, offset, 16)
        length, kind = struct.unpack_from(">I4s", head)
        payload = 8
        if length == 1 and len(head) == 16:
            (length,) = struct.unpack_from(">Q", head, 8)
            payload = 16
        elif length == 0:
            length = size - offset
        if length < payload:
            return
        yield kind, offset + payload, offset + length
        offset += length


def _mp4(source: BinaryIO, size: int) -> Region | None:
    spans = []
    claimed = 0
    for kind, start, end in boxes(source, size):
        claimed = max(claimed, end)
        if kind == b"mdat" and min(end, size) > start:
            spans.append((start, min(end, size)))
    return Region(tuple(spans), claimed)


def chunks(source: BinaryIO, size: int, order: str) -> Iterator[tuple[bytes, int, int]]:
    """Yield (name, start of data, claimed end) of the chunks of a RIFF (``"<"``) or IFF (``">"``) file."""
    offset = 12
    while offset + 8 <= size:
        name, length = struct.unpack(order + "4sI", _read_at(source, offset, 8))
        yield name, offset + 8, offset + 8 + length
        offset += 8 + length + (length & 1)


def _wav(source: BinaryIO, size: int) -> Region | None:
    long_length = None
    for name, start, end in chunks(source, size, "<"):
        if name == b"ds64":
            (long_length,) = struct.unpack_from("<Q", _read_at(source, start + 8, 8))
        if name == b"data":
            length = end - start
            if length in (0xFFFFFFFF, 0):  # written by a recorder that never knew the length
                return Region(((start, min(size, start + long_length) if long_length else size),), size)
            return Region(((start, min(end, size)),), end)
    return Region((), size)


def _aiff(source: BinaryIO, size: int) -> Region | None:
    for name, start, end in chunks(source, size, ">"):
        if name == b"SSND":
            return Region(((min(start + 8, size), min(end, size)),), end)
    return Region((), size)


_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")


def _asf(source: BinaryIO, size: int) -> Region | None:
    offset = 0
    while offset + 24 <= size:
        head = _read_at(source, offset, 24)
        (length,) = struct.unpack_from("<Q", head, 16)
        if head[:16] == _ASF_DATA:
            end = size if length < 50 else offset + length  # a live recording does not know its length
            return Region(((min(offset + 50, size), min(end, size)),), end)
        if length < 24:
            break
        offset += length
    return Region((), size)


def _avi(source: BinaryIO, size: int) -> Region | None:
    spans = []
    claimed = offset = 0
    while offset + 12 <= size:
        head = _read_at(source, offset, 12)
        name, length = struct.unpack_from("<4sI", head)
        if name == b"RIFF":
            claimed = max(claimed, offset + 8 + length)
            offset += 12
            continue
        end = offset + 8 + length
        if name == b"LIST" and head[8:12] == b"movi":
            end = size if length == 0 else end
            spans.append((offset + 12, min(end, size)))
        offset = end + (length & 1)
    return Region(tuple(spans), claimed)


# Matroska: identifiers with their length markers, as they stand in the file.
_SEGMENT, _SEEK_HEAD, _CLUSTER = 0x18538067, 0x114D9B74, 0x1F43B675
_SEEK, _SEEK_POSITION = 0x4DBB, 0x53AC


def _element(data: bytes, at: int) -> tuple[int, int, int | None] | None:
    """Return (id, offset of the payload, length or None for unknown) of the EBML element at ``at``."""
    if at >= len(data) or not data[at]:
        return None
    width = 9 - data[at].bit_length()
    if width > 4 or at + width >= len(data) or not data[at + width]:
        return None
    identifier = int.from_bytes(data[at : at + width], "big")
    at += width
    width = 9 - data[at].bit_length()
    if at + width > len(data):
        return None
    value = int.from_bytes(data[at : at + width], "big") & ((1 << 7 * width) - 1)
    return identifier, at + width, None if value == (1 << 7 * width) - 1 else value


def _matroska(source: BinaryIO, size: int) -> Region | None:
    """Region from the first cluster to the first later element that the seek head names, else to the end."""
    offset, base, claimed = 0, 0, size
    positions: list[int] = []
    while offset < size:
        found = _element(_read_at(source, offset, 12), 0)
        if found is None:
            return Region((), claimed)
        identifier, payload, length = found
        if identifier == _SEGMENT:
            base = offset = offset + payload
            claimed = size if length is None else base + length
        elif identifier == _CLUSTER:
            later = [p for p in positions if p > offset]
            return Region(((offset, min([*later, claimed, size])),), claimed)
        else:
            if length is None:
                return Region((), claimed)
            if identifier == _SEEK_HEAD:
                positions += [base + p for p in _seek_positions(_read_at(source, offset + payload, min(length, 65536)))]
            offset += payload + length
    return Region((), claimed)


def _seek_positions(data: bytes) -> list[int]:
    """Return the positions named in a seek head, relative to the segment."""
    found: list[int] = []
    stack = [(0, len(data))]
    while stack:
        at, end = stack.pop()
        while at < end and (element := _element(data, at)) is not None:
            identifier, payload, length = element
            stop = min(end, payload + (length or 0))
            if identifier == _SEEK:
                stack.append((payload, stop))
            elif identifier == _SEEK_POSITION:
                found.append(int.from_bytes(data[payload:stop], "big"))
            at = max(stop, at + 1)
    return found


_FINDERS: dict[str, Callable[[BinaryIO, int], Region | None]] = {
    "flac": _flac,
    "ogg": _ogg,
    "mp4": _mp4,
    "wav": _wav,
    "aiff": _aiff,
    "asf": _asf,
    "avi": _avi,
    "matroska": _matroska,
}
