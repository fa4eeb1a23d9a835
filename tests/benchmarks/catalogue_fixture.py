"""Makes catalogues of a given size without media, for the benchmarks of search and lists."""

from __future__ import annotations

import random
from pathlib import Path

from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library import store
from avrec_desktop.library.catalogue import Library
from avrec_desktop.library.store import FileRef

_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"] + ["sh", "ch", "th", "st"]
_CHINESE = "春夏秋冬风花雪月山水云雨日夜星光海天心情爱梦思念时间世界你我他们一起走过那些年的故事"
_GENRES = ("rock", "jazz", "ambient", "classical", "folk", "metal", "electronic", "drama", "comedy", "documentary")


def words(random_state: random.Random, n: int) -> list[str]:
    """Return ``n`` made-up words whose frequencies, when drawn by :func:`draw`, follow Zipf's law."""
    found: dict[str, None] = {}
    while len(found) < n:
        found["".join(random_state.choices(_SYLLABLES, k=random_state.randint(2, 4)))] = None
    return list(found)


def draw(random_state: random.Random, vocabulary: list[str], k: int) -> str:
    """Return a text of ``k`` words."""
    n = len(vocabulary)
    return " ".join(vocabulary[min(n - 1, int(n ** random_state.random()) - 1)] for _ in range(k))


def make_library(directory: Path, n: int, seed: int = 7) -> Library:
    """Fill a new library with ``n`` ready items, a tenth of them with Chinese titles and a fifth videos."""
    rng = random.Random(seed)
    vocabulary = words(rng, 20_000)
    artists = [draw(rng, vocabulary, 2).title() for _ in range(max(10, n // 40))]
    library = Library.open(directory, events=EventBus())
    with library.database.write(durable=False) as db:
        db.execute("INSERT INTO folders (id, path, added_at, scanned_at) VALUES (1, ?, 0, 0)", (b"/music",))
        for start in range(0, n, 1000):
            refs = [
                (FileRef(b"/music/%d/%d track.mp3" % (i // 12, i), 4_000_000, i, 1), "video" if i % 5 == 0 else "audio")
                for i in range(start, min(n, start + 1000))
            ]
            named = store.insert_named(db, refs, 1.0)  # type: ignore[arg-type]
            for i, file in enumerate(named, start):
                store.store_probe(db, file, _result(rng, vocabulary, artists, i), float(i))
            store.index_items(db, [file.item_id for file in named])
    return library


def _result(rng: random.Random, vocabulary: list[str], artists: list[str], i: int) -> dict[str, object]:
    title = draw(rng, vocabulary, rng.randint(1, 5)).title()
    if i % 10 == 0:
        title = "".join(rng.choices(_CHINESE, k=rng.randint(2, 8)))
    return {
        "title": title, "artist": artists[i // 12 % len(artists)], "album": draw(rng, vocabulary, 2).title(),
        "genre": rng.choice(_GENRES), "genres": [rng.choice(_GENRES)], "year": 1960 + i % 60, "track": i % 12 + 1,
        "duration": 60 + rng.random() * 400, "kind": "video" if i % 5 == 0 else "audio", "has_audio": True,
        "has_video": i % 5 == 0, "fingerprint": i.to_bytes(16, "big"), "description": draw(rng, vocabulary, 12),
    }  # fmt: skip
