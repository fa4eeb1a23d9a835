"""The room's face: analysis of the library and everything that is read from its results."""

from __future__ import annotations

import contextlib
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import LibraryError, NotFoundError, PluginError
from avrec_desktop.api.features import Passage
from avrec_desktop.api.recommend import ItemFeatures
from avrec_desktop.features import duplicates, fusion, highlight, journeys, neighbours, passages, plan, policy, search
from avrec_desktop.features.atlas import Atlas, MapLayout
from avrec_desktop.features.cluster import ClusterCrew
from avrec_desktop.features.crew import Crew, LocalCrew
from avrec_desktop.features.duplicates import Duplicates
from avrec_desktop.features.indexes import IndexKeeper
from avrec_desktop.features.ledger import Ledger
from avrec_desktop.features.meaning import Meaning
from avrec_desktop.features.neighbours import Neighbour, QueryProcess
from avrec_desktop.features.passages import FoundPassage
from avrec_desktop.features.plan import ExtractorStatus, ExtractResult, FailedAnalysis
from avrec_desktop.features.policy import AnalysisSettings, Budget, Policy
from avrec_desktop.features.run import Activity, ExtractionRun
from avrec_desktop.features.search import Moment, Wish
from avrec_desktop.features.store import VectorSet, VectorStore, forget
from avrec_desktop.features.understanding import Understanding
from avrec_desktop.jobs.events import EventBus, FeaturesStored, ItemsChanged, PluginsChanged
from avrec_desktop.jobs.job import Job
from avrec_desktop.library import changes
from avrec_desktop.library.query import QueryError
from avrec_desktop.library.types import Failure, ItemQuery

if TYPE_CHECKING:
    from avrec_desktop.library.catalogue import Library
    from avrec_desktop.plugin_host.host import ExtractorInfo, PluginHost

log = logging.getLogger(__name__)

#: What the items were gathered from, and the items.
_Fused = tuple[tuple[object, ...], ItemFeatures]

_WORDS = re.compile(r"\w+")
#: Candidates taken of the full-text rankings of a search.
_DEPTH = 200
#: Seconds between two updates of topics and moods while an analysis runs: each costs a write and news for all views.
UNDERSTAND_SECONDS = 5.0


class Features:
    """Extraction pipeline and vector store of one library. Thread-safe.

    Attributes:
        understanding: Topics and moods of the items.
        policy: Says how much of the machine a run may take now; whoever plays something tells it.

    Args:
        library: The catalogue.
        plugins: The plugin host.
        events: Hears of stored vectors.
    """

    def __init__(self, library: Library, plugins: PluginHost, *, events: EventBus) -> None:
        self._library = library
        self._database = library.database
        self._plugins = plugins
        self._events = events
        self._root = library.directory / "vectors"
        self._store = VectorStore(self._root, self._database)
        self.indexes = IndexKeeper(self._root / "index")
        self._query = QueryProcess(plugins)
        self._meaning = Meaning(self._root, self._query)
        self.understanding = Understanding(self._database, self._store, self._meaning, plugins.extractors, events)
        self._atlas = Atlas(self._root)
        self._map_lock = threading.Lock()
        self._lock = threading.Lock()
        self._fused: _Fused | None = None
        self._fused_at: tuple[int, tuple[tuple[str, int], ...], changes.Moment] | None = None
        self._changes = 0
        self._priority: tuple[int, ...] = ()
        self._run: ExtractionRun | None = None
        self._unread: dict[int, None] = {}
        self._understood = 0.0
        self.policy = Policy(policy.load_settings(self._database))
        self._unsubscribe = events.subscribe(self._on_event)

    def extract(
        self,
        extractors: Sequence[str] | None = None,
        *,
        item_ids: Sequence[int] | None = None,
        workers: int | None = None,
        budget: Budget | None = None,
        cluster: str | None = None,
        job: Job,
    ) -> ExtractResult:
        """Analyse what has no result yet.

        Args:
            extractors: Ids of the extractors to run; None for all that are enabled.
            item_ids: Only these items; None for all that are available.
            workers: Most compute processes; None for what the budget allows.
            budget: How much of the machine to take; None for what the settings say, which then counts at once when
                it is changed.
            cluster: Address of a ``dask.distributed`` scheduler, empty for this machine; None: as the settings say.
            job: Takes progress (pairs done, with ``files_per_minute`` and ``memory_mb``), pause and cancel.

        Raises:
            Cancelled: The job was cancelled; what was finished is stored.
            NotFoundError: There is no such extractor.
            LibraryError: Another process analyses this library, the disk is full, or vectors cannot be read back.
            ComputeError: The compute processes or the cluster cannot work.
        """
        began = time.monotonic()
        chosen = self._chosen(extractors)
        wanted = None if item_ids is None else np.asarray(sorted(set(item_ids)), dtype=np.int64)
        pairs: dict[str, list[int]] = {}
        for extractor in chosen:
            ids = plan.pending_ids(self._database, extractor)
            pairs[extractor.id] = (ids if wanted is None else ids[np.isin(ids, wanted)]).tolist()
        pairs = {name: ids for name, ids in pairs.items() if ids}
        if not pairs:
            self.understanding.refresh(job)
            job.progress(0, 0)
            return ExtractResult(seconds=time.monotonic() - began)
        address = self.policy.settings.cluster if cluster is None else cluster
        load_args = self._plugins.load_args()
        with self._store.writer() as writer:
            ledger = Ledger(self._library, self._plugins, {e.id: e for e in chosen}, writer, self._events)
            modalities: dict[str, str] = {e.id: e.modality for e in chosen}
            run = ExtractionRun(self._library, load_args, ledger, modalities, self.policy, budget, job)
            crew: Crew
            if address:
                crew = ClusterCrew(address, run.inbox, workers)
            else:
                crew = LocalCrew(load_args, job, run.inbox, workers)
            self._run = run
            self._understood = time.monotonic()
            try:
                result = run.run(crew, pairs, lambda: self._priority)
            finally:
                self._run = None
                self._understand((), at_once=True)
            for extractor in chosen:
                writer.compact(extractor.id, extractor.version)
            unreadable = sum(len(self._reread(e)) for e in chosen)
        self.understanding.refresh(job)
        if result.done:
            self.item_features()  # joined here, or the first panel and the first like after it wait for that
        result.seconds = time.monotonic() - began
        if unreadable:
            raise LibraryError(
                f"{unreadable} vectors that were stored cannot be read back",
                path=self._root,
                hint="Look after the disk; these files wait to be analysed again.",
            )
        return result

    def _reread(self, extractor: ExtractorInfo) -> list[int]:
        """Read back what the catalogue calls done; what cannot be read is to be analysed again."""
        bad = self._store.unreadable(extractor.id, extractor.version)
        if bad:
            log.error("%d vectors of %s v%d cannot be read back", len(bad), extractor.id, extractor.version)
            with self._database.write() as connection:
                forget(connection, [(item, extractor.id) for item in bad], {extractor.id: extractor.version})
        return bad

    @property
    def activity(self) -> Activity | None:
        """What the run of this program is doing now; None when there is none. May be asked from any thread."""
        run = self._run
        return None if run is None else run.activity

    def configure(self, settings: AnalysisSettings) -> None:
        """Store how much an analysis may take; a run that is under way follows at its next file."""
        policy.store_settings(self._database, settings)
        self.policy.settings = settings

    def prioritise(self, item_ids: Iterable[int]) -> None:
        """Analyse these items (what the user looks at) first, also in a run that is under way."""
        self._priority = tuple(item_ids)

    def pending(self) -> dict[str, int]:
        """Return how many items wait for each extractor."""
        return {e.id: plan.count_pending(self._database, e) for e in self._plugins.extractors()}

    def status(self) -> list[ExtractorStatus]:
        """Return how far each extractor got."""
        return plan.status(self._database, self._plugins.extractors())

    def failures(self) -> list[Failure]:
        """Return what failed, newest first, with reasons."""
        return [f.failure for f in self.failed_analyses()]

    def failed_analyses(self) -> list[FailedAnalysis]:
        """Return what failed, newest first, with item, reason and time."""
        return plan.failures(self._database, self._plugins.extractors())

    def retry(self, failures: Iterable[Failure]) -> None:
        """Forget failures, so that the next run tries again."""
        listed = list(failures)
        items = plan.items_of_paths(self._database, [f.path for f in listed])
        self.forget([(items[f.path], f.extractor) for f in listed if f.path in items and f.extractor is not None])

    def forget(self, pairs: Iterable[tuple[int, str]]) -> None:
        """Forget the outcome of (item, extractor) pairs, so that the next run analyses them again."""
        versions = {e.id: e.version for e in self._plugins.extractors()}
        with self._database.write() as connection:
            forget(connection, pairs, versions)

    def vectors(self, extractor_id: str) -> VectorSet:
        """Return the vectors of an extractor's current version.

        Raises:
            NotFoundError: There is no such extractor.
        """
        extractor = self._extractor(extractor_id)
        return self._store.vectors(extractor.id, extractor.version)

    def item_features(self, item_ids: Sequence[int] | NDArray[np.int64] | None = None) -> ItemFeatures:
        """Return everything known of the content of the available items, by ascending id.

        Args:
            item_ids: Only these, in this order; None for all.

        Returns:
            Fused content vectors (see :mod:`avrec_desktop.features.space`), tags, senses, groups, times. Kept until
            something in the library changes; do not write into the arrays.
        """
        with self._lock:
            extractors = self._plugins.extractors()
            now, moment = self._changes, self._database.moment()
            current = tuple(sorted((e.id, e.version) for e in extractors))
            fused = self._as_gathered(now, current)
            if fused is None:
                key = (now, current, *fusion.fingerprint(self._database))
                fused = self._fused
                if fused is None or fused[0] != key:
                    fused = key, fusion.gather(self._database, self._store, extractors, self._root / "space.npz")
                self._fused, self._fused_at = fused, (now, current, moment)
            features = fused[1]
        return features if item_ids is None else fusion.subset(features, item_ids)

    def _as_gathered(self, now: int, extractors: tuple[tuple[str, int], ...]) -> _Fused | None:
        """Return what was gathered last, where nothing but acts of users came since."""
        if self._fused_at is None or self._fused_at[:2] != (now, extractors):
            return None
        return None if self._database.since(self._fused_at[2]).everything else self._fused

    def similar(self, item_id: int, n: int = 10, by: neighbours.By = "all") -> list[Neighbour]:
        """Return the nearest items, best first.

        Args:
            item_id: The item.
            n: How many.
            by: ``audio``, ``video``, ``text``, or ``all`` for the fused vectors.
        """
        return neighbours.similar(self.item_features(), item_id, n, by, self.indexes)

    def duplicates(self) -> list[Duplicates]:
        """Return files that are the same to a listener or viewer, those that take most space first."""
        return duplicates.find(self._database, self.item_features())

    def tell_apart(self, item_ids: Iterable[int]) -> Callable[[], None]:
        """Remember that these items are no duplicates of each other; what is returned forgets it again."""
        pairs = duplicates.tell_apart(self._database, item_ids)
        return lambda: duplicates.forget_apart(self._database, pairs)

    def radio(self, item_id: int, n: int = 50) -> list[int]:
        """Return ids of items that go on from an item, another choice every time.

        Raises:
            NotFoundError: The item is unknown or was not analysed yet.
        """
        return journeys.radio(self.item_features(), item_id, n)

    def path(self, first: int, last: int, n: int = 10) -> list[int]:
        """Return the ids of a way from one item to another over ``n`` items between them, both ends included.

        Raises:
            NotFoundError: One of the items is unknown or was not analysed yet.
        """
        return journeys.path(self.item_features(), first, last, n)

    def search(self, text: str, n: int = 50) -> list[Neighbour]:
        """Return items that answer a text by meaning: topics and moods, tags, text vectors and full text together."""
        text = text.strip()
        return self._search(text, n)[1] if text else []

    def search_moments(self, text: str, n: int = 50) -> tuple[list[Neighbour], list[Moment]]:
        """Return items that answer a text by meaning, best first, and the moment in each that answers best."""
        text = text.strip()
        if not text:
            return [], []
        wish, found, passages_found = self._search(text, n)
        said = {p.item_id: p for p in reversed(passages_found)}
        return found, search.moments(self._database, wish, found, self._plugins.extractors(), said)

    def _search(self, text: str, n: int) -> tuple[Wish, list[Neighbour], list[FoundPassage]]:
        features = self.item_features()
        ids = features.ids
        extractors = self._plugins.extractors()
        asked = self._query.embed(text, extractors)
        wish = search.interpret(text, self._meaning.of_vectors(asked, extractors))
        topics = self.understanding.matrix()
        fit = dict(zip(topics.ids.tolist(), search.by_concepts(wish, topics).tolist(), strict=True))
        for item, score in neighbours.score_by_tags(features, text).items():
            fit[item] = max(fit.get(item, 0.0), score)
        tagged = np.array(sorted(fit), dtype=np.int64)
        parts = {"tags": (tagged, np.array([fit[i] for i in tagged.tolist()]))}
        plain, words = " ".join(_WORDS.findall(text)), np.zeros(0, dtype=np.int64)
        if plain:
            with contextlib.suppress(QueryError):  # words that are half a query, like a lone OR, still mean something
                words = self._library.ids(ItemQuery(text=plain, sort="relevance"))[:_DEPTH]
        parts["words"] = (words, search.rank_scores(len(words)))
        found = passages.find(self._database, text, _DEPTH)
        said = list(dict.fromkeys(p.item_id for p in found))
        parts["speech"] = (np.array(said, dtype=np.int64), search.rank_scores(len(said)))
        for name, vector in asked.items():
            vectors = self.vectors(name)
            if "text" not in parts and len(vectors) and vectors.matrix.shape[1] == len(vector):
                parts["text"] = search.by_vector(self.indexes, name, vectors.ids, vectors.matrix, vector)
        other = np.zeros(len(ids), dtype=bool)
        if wish.kind is not None:
            with self._database.read() as connection:
                rows = connection.execute("SELECT id FROM items WHERE kind <> ?", (wish.kind,)).fetchall()
            other = np.isin(ids, np.array([r[0] for r in rows], dtype=np.int64))
        return wish, search.blend(ids, parts, other, n), found

    def map(self, job: Job, *, anew: bool = False) -> MapLayout:
        """Return the map of the library, brought up to date and stored; laid out ``anew`` where that is due.

        Raises:
            Cancelled: The job was cancelled; the map of before stays.
            ComputeError: The process that lays out failed.
            LibraryError: The map cannot be stored.
        """
        with self._map_lock:
            return self._atlas.update(self.item_features(), job, anew=anew)

    def known_map(self) -> MapLayout | None:
        """Return the map as it is, with a few new items, in milliseconds; None when there is none yet."""
        return self._atlas.known(self.item_features())

    def highlight(self, item_id: int) -> tuple[float, float]:
        """Return start and end in seconds of the item's most telling stretch; instant."""
        return highlight.highlight(self._database, item_id)

    def passages(self, item_id: int) -> list[Passage]:
        """Return what is said in an item, by time; empty when nothing is or it was not written down yet."""
        return passages.read(self._database, item_id)

    def language(self, item_id: int) -> str | None:
        """Return the language spoken in an item, ISO 639, where an extractor knows it."""
        return passages.language(self._database, item_id)

    def find_passages(self, text: str, n: int = 20) -> list[FoundPassage]:
        """Return the passages of available items that hold every word of a text, best first; milliseconds."""
        return passages.find(self._database, text, n)

    def close(self) -> None:
        """End the compute processes kept warm."""
        self._unsubscribe()
        self._query.close()
        self.indexes.close()

    def _on_event(self, event: object) -> None:
        if isinstance(event, PluginsChanged):
            self._query.forget()
        elif isinstance(event, ItemsChanged):
            self._changes += 1
        elif isinstance(event, FeaturesStored):
            self._changes += 1
            self._understand(event.item_ids)  # in the thread of the analysis that stored them

    def _understand(self, item_ids: Iterable[int], *, at_once: bool = False) -> None:
        """Work out topics; during a run for the items of some seconds and of all extractors together."""
        self._unread.update(dict.fromkeys(item_ids))
        if self._run is not None and not at_once and time.monotonic() - self._understood < UNDERSTAND_SECONDS:
            return
        waiting, self._unread = list(self._unread), {}
        self.understanding.update(waiting)
        self._understood = time.monotonic()

    def _extractor(self, extractor_id: str) -> ExtractorInfo:
        for extractor in self._plugins.extractors():
            if extractor.id == extractor_id:
                return extractor
        raise NotFoundError(f"there is no extractor {extractor_id!r}")

    def _chosen(self, extractors: Sequence[str] | None) -> list[ExtractorInfo]:
        chosen = self._plugins.extractors() if extractors is None else [self._extractor(e) for e in extractors]
        usable = []
        for extractor in chosen:
            try:
                self._store.check_dim(extractor.id, extractor.version, extractor.dim)
            except PluginError as error:
                self._plugins.report_failure(extractor.plugin, str(error))
                continue
            usable.append(extractor)
        return usable
