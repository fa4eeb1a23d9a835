"""Messages survive the way, and rubbish is refused with a ValueError."""

from __future__ import annotations

import io
import struct
from pathlib import PurePosixPath

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from avrec_desktop.jobs import wire

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abü", max_size=3), inner, max_size=4),
    max_leaves=12,
)
arrays = hnp.arrays(
    hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.unsigned_integer_dtypes() | hnp.floating_dtypes(),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


@settings(deadline=None)
@given(plain)
def test_plain_values_come_back_equal(value: object) -> None:
    assert wire.unpack(wire.pack(value)) == value


@settings(deadline=None)
@given(arrays)
def test_arrays_come_back_equal(array: np.ndarray) -> None:
    for sent in (array, np.asfortranarray(array), array[..., ::-1] if array.ndim else array):
        back = wire.unpack(wire.pack({"a": sent}))["a"]
        assert (back.dtype, back.shape) == (sent.dtype, sent.shape)
        assert np.array_equal(back, sent, equal_nan=back.dtype.kind == "f")


def unpacked_or_refused(data: bytes) -> None:
    """Unpack; nothing but a ValueError may come of it."""
    try:
        wire.unpack(data)
    except ValueError:
        pass


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_rubbish_is_refused_with_a_value_error(data: bytes) -> None:
    unpacked_or_refused(data)


@settings(deadline=None)
@given(arrays, st.data())
def test_damaged_message_gives_data_or_a_value_error(array: np.ndarray, data: st.DataObject) -> None:
    message = bytearray(wire.pack([array]))
    for _ in range(data.draw(st.integers(1, 3))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    unpacked_or_refused(bytes(message))


def with_header(head: object, body: bytes) -> bytes:
    """Return a message that is one array with the given header."""
    packed = msgpack.packb(head)
    return msgpack.packb(msgpack.ExtType(1, struct.pack("<I", len(packed)) + packed + body))


@pytest.mark.parametrize(
    "message",
    [
        with_header(["|O", [1]], b"\x00" * 8),  # object arrays are how pickle gets in
        with_header(["<M8[s]", [1]], b"\x00" * 8),
        with_header(["<f4", [2**40]], b"\x00" * 8),
        with_header(["<f4", [-1, -1]], b"\x00" * 8),
        with_header(["no such type", [1]], b"\x00" * 8),
        with_header([["<f4"], "x"], b""),
        with_header(7, b""),
        msgpack.packb(msgpack.ExtType(9, b"?")),
        msgpack.packb(msgpack.ExtType(1, b"")),
        b"\x91" * 100_000,
    ],
)
def test_messages_that_lie_are_refused(message: bytes) -> None:
    with pytest.raises(ValueError):
        wire.unpack(message)


@pytest.mark.parametrize("value", [object(), {1, 2}, np.array([object()]), np.array(["2026"], "M8[s]"), 1j])
def test_what_is_no_plain_value_is_not_sent(value: object) -> None:
    with pytest.raises(TypeError):
        wire.pack({"x": value})


def test_paths_scalars_and_bytes_that_are_no_utf8() -> None:
    value = {"p": PurePosixPath("a/b"), "n": np.float32(0.5), "t": "\udcff"}
    assert wire.unpack(wire.pack(value)) == {"p": "a/b", "n": 0.5, "t": "\udcff"}


def test_streams_end_with_eof_error_and_lengths_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO()
    wire.send(stream, {"a": 1})
    wire.send(stream, [2])
    stream.seek(0)
    assert wire.receive(stream) == {"a": 1}
    assert wire.receive(stream) == [2]
    with pytest.raises(EOFError):
        wire.receive(stream)
    with pytest.raises(EOFError):
        wire.receive(io.BytesIO(struct.pack("<Q", 10) + b"short"))
    with pytest.raises(ValueError, match="refused"):
        wire.receive(io.BytesIO(struct.pack("<Q", 2**63)))
    monkeypatch.setattr(wire, "MAX_MESSAGE", 10)
    with pytest.raises(ValueError, match="too long"):
        wire.send(stream, "x" * 100)
