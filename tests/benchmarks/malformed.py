"""Makes damaged media of whole ones: cut, flipped, zeroed, joined, renamed; the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

#: Bytes of a file that hold its headers, and how many damaged versions of each kind are made of one.
HEADER = 4096
CUTS, FLIPS = 24, 12
#: Longest whole file that is damaged, bytes.
LONGEST = 3_000_000


def make_malformed(seeds: Sequence[Path], folder: Path, limit: int) -> int:
    """Write at most ``limit`` damaged files made from ``seeds`` into a folder; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    usable = [p for p in seeds if 0 < p.stat().st_size <= LONGEST]
    rng = random.Random(0)
    makers = [_versions(path, usable, rng) for path in usable]
    written = 0
    while makers and written < limit:
        for maker in list(makers):
            made = next(maker, None)
            if made is None:
                makers.remove(maker)
                continue
            name, data = made
            (folder / f"{written:05}-{name}").write_bytes(data)
            written += 1
            if written >= limit:
                break
    return written


def _versions(path: Path, others: Sequence[Path], rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of damaged versions of one file, the kinds in turn."""
    whole = path.read_bytes()
    stem, suffix = path.stem[:24], path.suffix
    kilobytes = list(range(0, len(whole), 1024))
    cuts = rng.sample(kilobytes, min(CUTS, len(kilobytes)))
    for number in range(max(CUTS, FLIPS)):
        if number < len(cuts):
            yield f"{stem}-cut{cuts[number]}{suffix}", whole[: cuts[number]]
        if number < FLIPS:
            yield f"{stem}-flip{number}{suffix}", _flipped(whole, rng)
        if number == 0:
            yield f"{stem}-text{suffix}", b"This is a text, not a film.\n" * 200
            yield f"{stem}-zero{suffix}", bytes(len(whole))
            yield f"{stem}-head{suffix}", whole[:HEADER] + bytes(max(0, len(whole) - HEADER))
            yield f"{stem}-tail{suffix}", bytes(min(HEADER, len(whole))) + whole[HEADER:]
            other = others[rng.randrange(len(others))]
            yield f"{stem}-joined{suffix}", whole + other.read_bytes()
            yield f"{stem}-as{other.suffix or '.mp3'}", whole
            start = rng.randrange(len(whole))
            yield (
                f"{stem}-hole{suffix}",
                whole[:start] + bytes(min(20_000, len(whole) - start)) + whole[start + 20_000 :],
            )


def _flipped(whole: bytes, rng: random.Random) -> bytes:
    data = bytearray(whole)
    for _ in range(rng.choice((1, 2, 4, 16))):
        data[rng.randrange(min(HEADER, len(data)))] ^= 1 << rng.randrange(8)
    return bytes(data)
