"""A library without media files whose items have made-up content in clear clusters."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from avrec_desktop import paths
from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.behaviour.store import Behaviour
from avrec_desktop.features.indexes import IndexKeeper
from avrec_desktop.jobs.events import EventBus
from avrec_desktop.library.catalogue import Library
from avrec_desktop.plugin_host.host import PluginHost
from avrec_desktop.recommend.service import Recommendations

STYLES = ("ambient", "drums", "strings", "noise")
DAY = 86400.0


class FakeFeatures:
    """Gives made-up features of the items that are available, a new object whenever it is asked."""

    def __init__(self, library: Library, n: int, dim: int, analysed: bool) -> None:
        rng = np.random.default_rng(5)
        self.library = library
        self.indexes = IndexKeeper(library.directory / "vectors" / "index")
        self.asked = 0
        self.style = np.arange(n) % len(STYLES)
        centres = np.linalg.qr(rng.normal(size=(dim, len(STYLES))))[0].T
        content = centres[self.style] + 0.25 * rng.normal(size=(n, dim))
        self.content = (content / np.linalg.norm(content, axis=1, keepdims=True)).astype(np.float32)
        if not analysed:
            self.content[:] = 0

    def item_features(self) -> ItemFeatures:
        self.asked += 1
        with self.library.database.read() as db:
            rows = db.execute("SELECT id, added_at, duration FROM items WHERE presence = 2 ORDER BY id").fetchall()
        ids = np.array([r["id"] for r in rows], np.int64)
        own = ids - 1
        return ItemFeatures(
            ids=ids,
            content=self.content[own],
            tags=np.eye(len(STYLES), dtype=np.float32)[self.style[own]] * 0.9,
            tag_names=STYLES,
            groups=(own // 8).astype(np.int32),
            added=np.array([r["added_at"] for r in rows]),
            durations=np.array([r["duration"] for r in rows], np.float32),
        )


class World:
    """The rooms below recommendations over ``n`` items with ids 1 to n; item i has style (i - 1) % 4.

    Attributes:
        features: The stand-in for the extraction pipeline.
    """

    def __init__(self, folder: Path, n: int = 80, *, dim: int = 16, analysed: bool = True) -> None:
        self.bus = EventBus()
        self.library = Library.open(folder / "library", events=self.bus)
        now = time.time()
        with self.library.database.write(durable=False) as db:
            db.execute("INSERT INTO folders (id, path, added_at) VALUES (1, ?, 0)", (b"/m",))
            db.executemany(
                "INSERT INTO items (id, kind, status, title, duration, added_at, updated_at)"
                " VALUES (?, ?, 'ready', ?, 100, ?, 0)",
                [(i, "video" if i % 3 == 0 else "audio", f"Title {i}", now - i * DAY) for i in range(1, n + 1)],
            )
            db.executemany(
                "INSERT INTO files (item_id, folder_id, path, size, mtime_ns, state) VALUES (?, 1, ?, 1, 1, 'present')",
                [(i, b"/m/%d.ogg" % i) for i in range(1, n + 1)],
            )
        self.behaviour = Behaviour(self.library.database, events=self.bus)
        self.features = FakeFeatures(self.library, n, dim, analysed)
        self.plugins = PluginHost(folder / "library", paths.bundled_plugins(), folder / "user", events=self.bus)
        self.recommend = self.open_recommend()

    def open_recommend(self) -> Recommendations:
        features: Any = self.features
        return Recommendations(self.library, self.behaviour, features, self.plugins, events=self.bus)

    def style(self, item: int) -> str:
        return STYLES[self.features.style[item - 1]]

    def of_style(self, style: str) -> list[int]:
        return [i for i in range(1, len(self.features.style) + 1) if self.style(i) == style]

    def set_files(self, items: list[int], state: str) -> None:
        with self.library.database.write() as db:
            db.executemany("UPDATE files SET state = ? WHERE item_id = ?", [(state, i) for i in items])

    def close(self) -> None:
        self.recommend.close()
        self.features.indexes.close()
        self.plugins.close()
        self.library.close()
