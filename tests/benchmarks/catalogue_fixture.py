"""Makes catalogues of a given size without media, for the benchmarks of search and lists."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

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


def add_analysis(directory: Path, seed: int = 5) -> None:
    """Give every item of a library made-up vectors of all bundled extractors that apply to it, and five tags."""
    from avrec_desktop.features.store import Record
    from avrec_desktop.session import Session

    rng = np.random.default_rng(seed)
    with Session.open(directory) as session:
        ids = session.library.all_ids()
        with session.library.database.read() as db:
            videos = {r[0] for r in db.execute("SELECT id FROM items WHERE has_video")}
        with session.features._store.writer() as writer:
            for info in (e for e in session.plugins.extractors() if e.dim):
                for n, item_id in enumerate(int(i) for i in ids):
                    if (info.modality == "video") != (item_id in videos) and info.modality != "text":
                        continue
                    vector = rng.normal(size=info.dim).astype(np.float32)
                    vector /= np.linalg.norm(vector)
                    writer.add(Record(item_id, info.id, info.version, info.dim, "done", vector=vector))
                    if n % 2000 == 1999:
                        writer.flush()
                writer.flush()
        names = [f"tag {n}" for n in range(60)] + ["calm", "happy", "sad", "mellow"]
        picked = rng.integers(0, len(names), (len(ids), 5))
        rows = [
            (int(i), "music", names[c], 0.9 - 0.15 * k)
            for i, own in zip(ids, picked, strict=True)
            for k, c in enumerate(dict.fromkeys(own.tolist()))
        ]
        with session.library.database.write(durable=False) as db:
            db.executemany("INSERT INTO item_tags (item_id, source, name, p) VALUES (?, ?, ?, ?)", rows)
