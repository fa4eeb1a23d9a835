"""Messages between processes carry plain data unchanged, and nothing else."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from avrec_desktop.jobs import wire

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ARRAYS = st.sampled_from(["<f4", "<f8", "<i8", "|u1", "|b1"]).flatmap(
    lambda kind: st_numpy.arrays(kind, st_numpy.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5))
)


@given(PLAIN)
def test_plain_values_come_back(value: object) -> None:
    assert wire.unpack(wire.pack(value)) == value


@given(ARRAYS)
def test_arrays_come_back_with_shape_and_type(array: np.ndarray) -> None:
    again = wire.unpack(wire.pack({"a": array}))["a"]
    assert again.dtype == array.dtype
    assert again.shape == array.shape
    assert again.tobytes() == array.tobytes()


def test_odd_file_names_come_back() -> None:
    name = b"caf\xe9 \xff.mp3".decode("utf-8", "surrogateescape")
    assert wire.unpack(wire.pack([name])) == [name]


@given(st.binary(max_size=200))
def test_damaged_messages_are_refused_or_plain(data: bytes) -> None:
    try:
        value = wire.unpack(data)
    except ValueError:
        return
    wire.pack(value)


@pytest.mark.parametrize("value", [object(), {1, 2}, np.array([object()], dtype=object), lambda: None])
def test_objects_are_not_sent(value: object) -> None:
    with pytest.raises(TypeError):
        wire.pack(value)


def test_stream_ends_with_eof_and_long_messages_are_refused() -> None:
    stream = io.BytesIO()
    wire.send(stream, {"n": 1})
    stream.seek(0)
    assert wire.receive(stream) == {"n": 1}
    with pytest.raises(EOFError):
        wire.receive(stream)
    with pytest.raises(ValueError, match="refused"):
        wire.receive(io.BytesIO((wire.MAX_MESSAGE + 1).to_bytes(8, "little")))
