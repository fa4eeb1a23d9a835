"""What every recommendation model must do; plugin tests subclass it."""

# ruff: noqa: D102, PT017 - names of tests say what they test; pytest is not imported here

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import Cancelled, ModelError
from avrec_desktop.api.recommend import (
    Explanation,
    History,
    Interactions,
    ItemFeatures,
    Recommender,
    RecommenderConfig,
    TrainingData,
)
from avrec_desktop.api.testing.data import RecordingRun, extended, history_of, likes, make_items, make_training_data


class RecommenderConformance:
    """Tests of the contract of :class:`~avrec_desktop.api.recommend.Recommender`.

    Set :attr:`model`; the other attributes say what the model promises beyond the contract.

    Attributes:
        model: The class under test.
        config: Settings for the tests (small, quick), or None for the defaults.
        personal: Whether the history moves the scores.
        scores_new_items: Whether items that came after the training are scored.
        explains: Whether :meth:`explain` answers for items it scored.
        needs_crowd: Whether the behaviour of one user alone is too little for it.
    """

    model: type[Recommender]
    config: ClassVar[RecommenderConfig | None] = None
    personal: ClassVar[bool] = True
    scores_new_items: ClassVar[bool] = True
    explains: ClassVar[bool] = True
    needs_crowd: ClassVar[bool] = False

    def data(self) -> TrainingData:
        """Return the training data of the tests: users with one style of taste each."""
        return make_training_data()

    def trained(self, data: TrainingData | None = None, seed: int = 1) -> Recommender:
        """Return a model trained on the data; on the usual data and seed it is trained once for the whole class."""
        usual = data is None and seed == 1
        cached: Recommender | None = self.__class__.__dict__.get("_trained")
        if usual and cached is not None:
            cached.bind(self.data().items)
            return cached
        made, run = self.model(self.config), RecordingRun(seed)
        made.fit(data if data is not None else self.data(), run)
        if usual:
            setattr(type(self), "_trained", made)  # noqa: B010 - on the subclass, not shared between suites
            setattr(type(self), "_run", run)  # noqa: B010
        return made

    def reported(self) -> RecordingRun:
        """Return the run of the usual training."""
        self.trained()
        run: RecordingRun = self.__class__.__dict__["_run"]
        return run

    def test_describes_itself(self) -> None:
        assert self.model.id and self.model.id == self.model.id.lower() and " " not in self.model.id
        assert self.model.name, "the model has no name for people"
        assert self.model.version >= 1
        assert issubclass(self.model.Config, RecommenderConfig)

    def test_config_round_trips_through_json(self) -> None:
        config = self.config if self.config is not None else self.model.Config()
        again = type(config).from_dict(json.loads(json.dumps(config.to_dict())))
        assert again == config, f"{again} is not {config}"
        try:
            type(config).from_dict({"no such setting": 1})
        except TypeError:
            return
        raise AssertionError("an unknown setting was accepted")

    def test_scores_are_float32_and_finite_or_nan(self) -> None:
        data = self.data()
        model = self.trained()
        for user in range(3):
            scores = _checked(model.score(history_of(data, user)), len(data.items))
            assert np.isfinite(scores).any(), "a known user gets no score at all"

    def test_reports_its_epochs_in_order(self) -> None:
        run = self.reported()
        numbers = [epoch for epoch, _, _ in run.epochs]
        assert numbers == list(range(1, len(numbers) + 1)) and numbers, f"epochs reported: {numbers}"
        assert all(epoch <= epochs for epoch, epochs, _ in run.epochs)
        assert all(np.isfinite(list(metrics.values())).all() for _, _, metrics in run.epochs), "a metric is not finite"

    def test_batch_agrees_with_single_scores(self) -> None:
        data = self.data()
        model = self.trained()
        histories = [history_of(data, 0), likes([]), history_of(data, 5), likes([3])]
        many = model.score_many(histories)
        assert many.shape == (4, len(data.items)) and many.dtype == np.float32
        single = np.stack([model.score(h) for h in histories])
        assert np.allclose(many, single, atol=1e-4, equal_nan=True), "score_many differs from score"
        assert model.score_many([]).shape == (0, len(data.items)), "no histories must give no rows"

    def test_vectors_of_items_give_the_scores(self) -> None:
        data = self.data()
        model = self.trained()
        vectors, history = model.item_vectors(), history_of(data, 0)
        query = model.query(history)
        if vectors is None or query is None:
            return  # scores of this model are no inner products
        assert vectors.shape == (len(data.items), len(query)) and vectors.dtype == query.dtype == np.float32
        scores = model.score(history)
        told = np.isfinite(scores)
        assert np.allclose((vectors @ query)[told], scores[told], atol=1e-3), "item_vectors @ query differs from score"
        assert not vectors[~told].any(), "an item without a score must have a vector of zeros"

    def test_unknown_user_and_empty_history(self) -> None:
        data = self.data()
        model = self.trained()
        _checked(model.score(likes([], user="never seen")), len(data.items))
        _checked(model.score(likes([0, 4], user="never seen")), len(data.items))

    def test_same_seed_gives_the_same_scores(self) -> None:
        data = self.data()
        history = history_of(data, 1)
        one, two = (self.trained(data, seed=3).score(history) for _ in range(2))
        assert np.allclose(one, two, atol=1e-5, equal_nan=True), "two runs with one seed differ"

    def test_saved_model_gives_the_same_list(self, tmp_path: Path) -> None:
        data = self.data()
        model = self.trained()
        model.save(tmp_path)
        again = self.model.load(tmp_path)
        again.bind(data.items)
        for history in (history_of(data, 2), likes([1, 5])):
            before, after = model.score(history), again.score(history)
            assert np.allclose(before, after, atol=1e-5, equal_nan=True), "the scores changed by saving"
            assert np.array_equal(_top(before, 10), _top(after, 10)), "the list changed by saving"
        assert again.config == model.config, "the settings were not kept"

    def test_loaded_model_can_be_saved_again(self, tmp_path: Path) -> None:
        data = self.data()
        first, second = tmp_path / "first", tmp_path / "second"
        first.mkdir()
        second.mkdir()
        model = self.trained()
        model.save(first)
        self.model.load(first).save(second)
        again = self.model.load(second)
        again.bind(data.items)
        history = history_of(data, 0)
        assert np.allclose(model.score(history), again.score(history), atol=1e-5, equal_nan=True)

    def test_damaged_files_are_a_model_error(self, tmp_path: Path) -> None:
        self.trained().save(tmp_path)
        for file in [f for f in tmp_path.rglob("*") if f.is_file()]:
            whole = file.read_bytes()
            file.write_bytes(whole[: len(whole) // 3])
            try:
                self.model.load(tmp_path)
            except ModelError:
                pass
            else:
                raise AssertionError(f"{file.name} was cut short and loaded all the same")
            file.write_bytes(whole)
        for file in [f for f in tmp_path.rglob("*") if f.is_file()]:
            file.unlink()
        try:
            self.model.load(tmp_path)
        except ModelError:
            return
        raise AssertionError("an empty directory was loaded")

    def test_items_are_matched_by_id_when_the_library_grows(self) -> None:
        data = self.data()
        model = self.trained()
        fresh = make_items(8, seed=9, first_id=100_000)
        before = model.score(likes([0, 4]))
        model.bind(extended(data.items, fresh))
        after = _checked(model.score(likes([8, 12])), len(data.items) + 8)  # the same two items, eight rows further
        both = np.isfinite(before) & np.isfinite(after[8:])
        assert both.any() and np.array_equal(np.isfinite(before), np.isfinite(after[8:]))
        # new items may shift a common level, never the order of the old ones
        kept = np.corrcoef(before[both], after[8:][both])[0, 1] if np.ptp(before[both]) > 0 else 1.0
        assert kept > 0.98, f"scores of known items changed with new ones (correlation {kept:.3f})"
        assert bool(np.isfinite(after[:8]).all()) == self.scores_new_items, "new items: not as promised"

    def test_history_of_unknown_items_only(self) -> None:
        data = self.data()
        model = self.trained()
        model.bind(extended(data.items, make_items(8, seed=9, first_id=100_000)))
        _checked(model.score(likes([0, 1])), len(data.items) + 8)

    def test_a_like_raises_similar_items_and_a_dislike_lowers_them(self) -> None:
        if not self.personal:
            return
        data = self.data()
        model = self.trained()
        style = np.arange(len(data.items)) % 4
        seen = np.bincount(data.interactions.items[data.interactions.values > 0], minlength=len(data.items))
        known = np.flatnonzero(seen > 0)
        seed = next(int(r) for r in known if style[r] == 0)
        base = next(int(r) for r in known if style[r] == 2)
        near = [int(r) for r in known if style[r] == 0 and r != seed]
        far = [int(r) for r in known if style[r] == 1]
        both = np.array([seed, base])
        liked, disliked = (
            model.score(History(both, np.array([value, 1.0], np.float32), np.zeros(2))) for value in (1.0, -1.0)
        )
        for scores, sign in ((liked, 1.0), (disliked, -1.0)):
            assert np.isfinite(scores[near]).any() and np.isfinite(scores[far]).any(), "nothing scored"
            gap = float(np.nanmean(scores[near]) - np.nanmean(scores[far]))
            assert sign * gap > 0, f"items like the {'liked' if sign > 0 else 'disliked'} one lie {gap:+.4f} off others"

    def test_explanations_add_up(self) -> None:
        data = self.data()
        model = self.trained()
        history = history_of(data, 3)
        scores = model.score(history)
        asked = [int(r) for r in _top(scores, 5)]
        for limit in (2, 1000):
            for row in asked:
                found = model.explain(history, row, limit)
                if found is None:
                    assert not self.explains, f"no explanation for item row {row}"
                    continue
                assert self.explains, "it explains: say so in the test class"
                _check_explanation(found, float(scores[row]), history)
        empty = model.explain(likes([]), 0)
        assert empty is None or np.isfinite(empty.score)

    def test_cancel_stops_within_an_epoch_and_leaves_the_model_usable(self, tmp_path: Path) -> None:
        data = self.data()
        model = self.model(self.config)
        run = RecordingRun(1, cancel_at=1)
        try:
            model.fit(data, run)
        except Cancelled:
            pass
        else:
            raise AssertionError("the cancel did not come through")
        assert len(run.epochs) == 1, f"{len(run.epochs)} epochs after the cancel"
        scores = _checked(model.score(history_of(data, 0)), len(data.items))
        assert np.isfinite(scores).any(), "the cancelled model scores nothing"
        model.save(tmp_path)

    def test_stop_ends_the_run_early_with_a_usable_model(self) -> None:
        data = self.data()
        model = self.model(self.config)
        run = RecordingRun(1, stop_after=0)
        model.fit(data, run)
        assert len(run.epochs) <= 1, f"{len(run.epochs)} epochs after it was told to stop"
        assert np.isfinite(model.score(history_of(data, 0))).any(), "the stopped model scores nothing"

    def test_content_of_zeros_gives_no_rubbish(self) -> None:
        data = make_training_data(content=False)
        model = self.trained(data)
        _checked(model.score(history_of(data, 0)), len(data.items))

    def test_one_user_with_one_like(self) -> None:
        data = make_training_data(1, likes=1, dislikes=0)
        model = self.model(self.config)
        try:
            model.fit(data, RecordingRun(1))
        except ModelError as error:
            assert self.needs_crowd and error.message, "one user with one like is refused"
            return
        scores = _checked(model.score(history_of(data, 0)), len(data.items))
        assert self.needs_crowd or np.isfinite(scores).any(), "one like gives no scores"

    def test_no_behaviour_is_a_clear_error_or_an_honest_model(self) -> None:
        data = self.data()
        none = Interactions(
            np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.float64)
        )
        model = self.model(self.config)
        try:
            model.fit(dataclasses.replace(data, interactions=none), RecordingRun(1))
        except ModelError as error:
            assert error.message
            return
        _checked(model.score(likes([0])), len(data.items))

    def test_no_items_bound(self) -> None:
        data = self.data()
        model = self.trained()
        model.bind(_nothing(data.items))
        assert model.score(likes([])).shape == (0,)


def _nothing(items: ItemFeatures) -> ItemFeatures:
    return dataclasses.replace(
        items,
        ids=items.ids[:0],
        content=items.content[:0],
        tags=items.tags[:0],
        modalities={m: v[:0] for m, v in items.modalities.items()},
        groups=None,
        added=None,
        durations=None,
    )


def _checked(scores: NDArray[np.float32], n_items: int) -> NDArray[np.float32]:
    assert scores.shape == (n_items,), f"scores have the shape {scores.shape}, expected ({n_items},)"
    assert scores.dtype == np.float32, f"scores are {scores.dtype}, expected float32"
    assert not np.isinf(scores).any(), "a score is infinite"
    return scores


def _top(scores: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    order = np.argsort(-np.where(np.isfinite(scores), scores, -np.inf), kind="stable")[:n]
    return order[np.isfinite(scores[order])].astype(np.int64)


def _check_explanation(found: Explanation, score: float, history: History) -> None:
    kinds = {part.kind for part in found.parts}
    bias = sum(part.share for part in found.parts if part.kind == "bias")
    tolerance = 1e-4 * max(1.0, abs(found.score))
    assert abs(found.score - score) < tolerance, f"explains {found.score}, scored {score}"
    for kind in kinds - {"bias"} or {"bias"}:
        total = sum(part.share for part in found.parts if part.kind == kind) + (bias if kind != "bias" else 0.0)
        assert abs(total - found.score) < tolerance, f"{kind} shares and bias add up to {total}, not {found.score}"
    named = {part.key for part in found.parts if part.kind == "item"}
    assert named <= set(history.items.tolist()), "it names items that are not in the history"
    shares = [abs(part.share) for part in found.parts if part.kind == "item"]
    assert shares == sorted(shares, reverse=True), "item shares are not largest first"
