"""What extractors return is checked before it is stored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from avrec_desktop.api import FeatureExtractor, Features, MediaSource, PluginError, Tag
from avrec_desktop.features.check import MAX_TAGS, checked
from avrec_desktop.jobs import wire


class Three(FeatureExtractor):
    id = "three"
    modality = "audio"
    dim = 3

    def extract(self, media: MediaSource) -> Features:
        raise NotImplementedError


ONES = np.ones(3, dtype=np.float32)
TIMES = np.array([[0.0, 3.0], [3.0, 6.0]])
ROWS = np.ones((2, 3), dtype=np.float32)


def test_vectors_come_out_at_unit_length_and_can_be_sent() -> None:
    found = checked(
        Features(ONES * 5, ROWS * 2, TIMES, np.array([1, 2]), (Tag("calm", 0.25), Tag("Calm ", 0.5))), Three()
    )
    assert found["state"] == "done"
    np.testing.assert_allclose(np.linalg.norm(found["vector"]), 1.0, rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(found["segments"], axis=1), 1.0, rtol=1e-6)
    assert found["salience"].dtype == np.float32
    assert found["tags"] == [["Calm", 0.5], ["calm", 0.25]]
    assert wire.unpack(wire.pack(found))["tags"] == found["tags"]


def test_a_zero_vector_means_nothing_to_say() -> None:
    assert checked(Features(np.zeros(3, np.float32)), Three())["state"] == "empty"


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (None, "NoneType"),
        (Features([1.0, 0.0, 0.0]), "list"),
        (Features(np.ones(4, np.float32)), r"\(4,\) instead of \(3,\)"),
        (Features(np.ones((1, 3), np.float32)), "shape"),
        (Features(np.array(["a", "b", "c"])), "<U1"),
        (Features(np.array([object()] * 3)), "object"),
        (Features(np.array([1.0, np.inf, 0.0])), "finite"),
        (Features(ONES, ROWS), "without times"),
        (Features(ONES, None, None, np.ones(2, np.float32)), "without times"),
        (Features(ONES, ROWS, TIMES[:1]), "times"),
        (Features(ONES, ROWS, TIMES[:, ::-1]), "ends before it starts"),
        (Features(ONES, ROWS, TIMES, np.ones(3, np.float32)), "salience"),
        (Features(ONES, tags=(Tag("x", 1.5),)), "probability 1.5"),
        (Features(ONES, tags=(Tag("x", float("nan")),)), "probability nan"),
        (Features(ONES, tags=(Tag("", 0.5),)), "as a tag"),
        (Features(ONES, tags=("x",)), "as a tag"),
        (Features(ONES, descriptors={"tempo": "fast"}), "descriptor 'tempo'"),
    ],
)
def test_wrong_output_is_refused_with_the_extractors_name(features: Any, message: str) -> None:
    with pytest.raises(PluginError, match=message) as caught:
        checked(features, Three())
    assert "three" in caught.value.message


def test_too_many_tags_are_cut_to_the_best() -> None:
    found = checked(Features(ONES, tags=tuple(Tag(f"t{i}", i / 1000) for i in range(1000))), Three())
    assert len(found["tags"]) == MAX_TAGS
    assert found["tags"][0] == ["t999", 0.999]


@given(hnp.arrays(np.float64, 3, elements=st.floats(allow_nan=True, allow_infinity=True, width=64)))
def test_any_numbers_end_as_unit_zero_or_refusal(values: np.ndarray) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            found = checked(Features(values), Three())
        except PluginError:
            assert not np.isfinite(values.astype(np.float32)).all()
            return
    norm = float(np.linalg.norm(found["vector"].astype(np.float64)))
    assert norm == 0.0 or abs(norm - 1.0) < 1e-4
