"""What every feature extractor must do; plugin tests subclass it."""

# ruff: noqa: D102, PT017 - names of tests say what they test; pytest is not imported here

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import MediaError
from avrec_desktop.api.features import FeatureExtractor, Features
from avrec_desktop.api.media import MediaSource, MediaText
from avrec_desktop.api.testing.media import FakeMedia

RATE = 16000


def tone(seconds: float, hertz: float = 440.0, level: float = 0.3, rate: int = RATE) -> NDArray[np.float32]:
    """Return a decaying, repeating tone with two overtones, float32 (seconds * rate,)."""
    t = np.arange(round(seconds * rate)) / rate
    wave = sum(np.sin(2 * np.pi * hertz * k * t) / k for k in (1, 2, 3))
    return np.asarray(level * wave * np.exp(-3 * (t % 0.5)), np.float32)


def moving_square(n_frames: int, height: int = 48, width: int = 64) -> NDArray[np.uint8]:
    """Return frames of a bright square that crosses a coloured ground, uint8 (n_frames, height, width, 3)."""
    frames = np.zeros((n_frames, height, width, 3), np.uint8)
    frames[..., 2] = 90
    for k in range(n_frames):
        left = (k * 7) % max(1, width - 16)
        frames[k, height // 4 : height // 2, left : left + 16] = (230, 180, 40)
    return frames


class ExtractorConformance:
    """Tests of the contract of :class:`~avrec_desktop.api.features.FeatureExtractor`.

    Set :attr:`extractor`; override :meth:`make` to build it with settings. Cases that do not fit the modality are
    passed over. Override :meth:`typical` where the synthetic media are not telling enough.

    Attributes:
        extractor: The class under test.
    """

    extractor: type[FeatureExtractor]

    def make(self) -> FeatureExtractor:
        """Return an opened extractor."""
        made = self.extractor()
        made.open()
        return made

    def typical(self) -> Sequence[MediaSource]:
        """Return media with clear content in the extractor's modality; the first two differ."""
        if self.extractor.modality == "audio":
            noise = 0.2 * np.random.default_rng(0).standard_normal(RATE * 8)
            return [FakeMedia(sound=tone(8)), FakeMedia(sound=noise)]
        if self.extractor.modality == "video":
            return [FakeMedia(pictures=moving_square(8)), FakeMedia(pictures=255 - moving_square(8)[:, ::-1])]
        first = MediaText(title="Calm piano at night", artist="Ensemble", genre="ambient", tags=("piano", "calm"))
        second = MediaText(title="城市追逐", description="汽车追逐与爆炸", genre="action", file_name="chase.mkv")
        return [FakeMedia(text=first), FakeMedia(text=second)]

    def poor(self) -> Sequence[MediaSource]:
        """Return media with little or nothing to analyse: too short, silent, black, single, empty."""
        if self.extractor.modality == "audio":
            return [
                FakeMedia(sound=tone(0.05)),
                FakeMedia(sound=tone(0.0001)),
                FakeMedia(sound=np.zeros(RATE * 5)),
                FakeMedia(sound=np.ones(RATE * 4)),
                FakeMedia(sound=tone(40)),
            ]
        if self.extractor.modality == "video":
            return [
                FakeMedia(pictures=np.zeros((5, 48, 64, 3), np.uint8)),
                FakeMedia(pictures=np.full((5, 48, 64, 3), 255, np.uint8)),
                FakeMedia(pictures=moving_square(1)),
                FakeMedia(pictures=moving_square(3, 9, 16)),
                FakeMedia(pictures=moving_square(40)),
            ]
        return [
            FakeMedia(text=MediaText()),
            FakeMedia(text=MediaText(title=" \n\t ")),
            FakeMedia(text=MediaText(title="\udcff\udc80 \U0001f3b5", file_name="a" * 250)),
            FakeMedia(text=MediaText(title="?", lyrics="la " * 20000)),
        ]

    def test_describes_itself(self) -> None:
        made = self.extractor
        assert made.id and made.id == made.id.lower() and " " not in made.id, made.id
        assert made.name, "the extractor has no name for people"
        assert made.version >= 1
        assert made.dim >= 0
        assert made.modality in ("audio", "video", "text")
        assert len(set(made.tags)) == len(made.tags), "a tag is twice in the vocabulary"

    def test_typical_media_give_a_unit_vector(self) -> None:
        extractor = self.make()
        for media in self.typical():
            features = extractor.extract(media)
            self.check(features, media)
            if self.extractor.dim == 0:
                assert features.tags or features.descriptors or features.passages, "nothing found in clear content"
                continue
            assert abs(float(np.linalg.norm(features.vector)) - 1) < 1e-3, "no unit vector for clear content"
        extractor.close()

    def test_different_media_differ_and_equal_media_agree(self) -> None:
        extractor = self.make()
        first, second = self.typical()[:2]
        one, two, again = (extractor.extract(media) for media in (first, second, self.typical()[0]))
        if self.extractor.dim:
            assert float(one.vector @ two.vector) < 0.999, "two different files have the same vector"
        else:
            assert _words(one) != _words(two), "two different files give the same"
        assert np.allclose(one.vector, again.vector, atol=1e-5), "the same file gives two vectors"
        assert [p.text for p in one.passages] == [p.text for p in again.passages], "the same file gives two transcripts"
        extractor.close()

    def test_poor_media_give_features_or_a_clear_error(self) -> None:
        extractor = self.make()
        for number, media in enumerate(self.poor()):
            try:
                features = extractor.extract(media)
            except MediaError as error:
                assert error.message, f"poor case {number}: an error without a message"
            else:
                self.check(features, media)
        extractor.close()

    def test_missing_modality_is_an_error_or_nothing_to_say(self) -> None:
        if self.extractor.modality == "text":
            return
        lacking = FakeMedia(text=MediaText(title="only words"))
        extractor = self.make()
        assert not extractor.applies(lacking.info), "it claims a file that lacks its modality"
        try:
            features = extractor.extract(lacking)
        except MediaError:
            pass
        else:
            assert not features.vector.any(), "a vector without anything to analyse"
        extractor.close()

    def test_query_lies_in_the_same_space(self) -> None:
        extractor = self.make()
        for text in ("calm piano at night", "战斗音乐", ""):
            query = extractor.embed_query(text)
            if query is not None:
                assert query.shape == (self.extractor.dim,) and query.dtype == np.float32
                assert np.isfinite(query).all()
        extractor.close()

    def check(self, features: Features, media: MediaSource) -> None:
        """Assert the shapes, types and ranges of what was found."""
        _check_unit(features.vector[None, :], self.extractor.dim, "vector")
        for name, p in ((t.name, t.p) for t in features.tags):
            assert name in self.extractor.tags, f"tag {name!r} is not in the vocabulary"
            assert 0 <= p <= 1, f"tag {name!r} has the probability {p}"
        shares = [t.p for t in features.tags]
        assert shares == sorted(shares, reverse=True), "tags are not best first"
        assert all(np.isfinite(v) for v in features.descriptors.values()), "a descriptor is not finite"
        _check_passages(features, media.info.duration)
        if features.segments is None:
            assert features.times is None and features.salience is None, "times without segments"
            return
        _check_unit(features.segments, self.extractor.dim, "segments")
        count = len(features.segments)
        if features.segment_tags is not None:
            shape = (count, len(self.extractor.tags))
            assert features.segment_tags.shape == shape, f"segment_tags {features.segment_tags.shape}, not {shape}"
            assert features.segment_tags.min() >= 0.0 and features.segment_tags.max() <= 1.0 + 1e-6
        assert features.times is not None, "segments without times"
        assert features.times.shape == (count, 2) and features.times.dtype == np.float64
        assert (features.times[:, 1] >= features.times[:, 0]).all(), "a segment ends before it starts"
        assert (features.times >= 0).all() and (features.times <= media.info.duration + 1.0).all(), "times outside"
        if features.salience is not None:
            assert features.salience.shape == (count,) and np.isfinite(features.salience).all()


def _check_passages(features: Features, duration: float) -> None:
    starts = [p.start for p in features.passages]
    assert starts == sorted(starts), "passages are not by ascending start"
    for passage in features.passages:
        assert 0 <= passage.start <= passage.end <= duration + 1.0, f"{passage} lies outside"
        assert passage.text.strip(), "a passage without words"
    language = features.language
    assert language is None or re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", language), f"language {language!r}"


def _words(features: Features) -> tuple[object, ...]:
    return (features.passages, features.tags, sorted(features.descriptors.items()))


def _check_unit(rows: NDArray[np.float32], dim: int, what: str) -> None:
    assert rows.ndim == 2 and rows.shape[1] == dim, f"{what}: shape {rows.shape}, expected (..., {dim})"
    assert rows.dtype == np.float32, f"{what}: {rows.dtype}, expected float32"
    assert np.isfinite(rows).all(), f"{what}: not finite"
    norms = np.linalg.norm(rows, axis=1)
    assert ((np.abs(norms - 1) < 1e-3) | (norms == 0)).all(), f"{what}: neither unit length nor zero: {norms}"
