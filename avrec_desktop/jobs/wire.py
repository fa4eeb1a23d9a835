"""Messages between the app and its compute processes: length-prefixed msgpack with numpy arrays.

No pickle: what comes from a process that runs other people's code is only ever data.
"""

from __future__ import annotations

import struct
from pathlib import PurePath
from typing import Any, BinaryIO

import msgpack
import numpy as np

_HEADER = struct.Struct("<Q")
_ARRAY = 1
#: Largest message taken, bytes.
MAX_MESSAGE = 1 << 31
_KINDS = frozenset("biufS")


def pack(value: Any) -> bytes:
    """Encode plain values, paths and numeric numpy arrays.

    Raises:
        TypeError: The value holds something else.
    """
    return bytes(msgpack.packb(value, default=_encode, unicode_errors="surrogateescape"))


def unpack(data: bytes) -> Any:
    """Decode what :func:`pack` made; arrays are read-only views of the message.

    Raises:
        ValueError: The data is not such a message.
    """
    try:
        return msgpack.unpackb(data, ext_hook=_decode, unicode_errors="surrogateescape", strict_map_key=False)
    except (msgpack.UnpackException, msgpack.ExtraData, struct.error, TypeError, RecursionError) as error:
        raise ValueError(f"damaged message: {error}") from error


def send(stream: BinaryIO, value: Any) -> None:
    """Write one message and flush.

    Raises:
        TypeError: The value holds something that cannot be sent.
        ValueError: It is longer than :data:`MAX_MESSAGE`.
    """
    data = pack(value)
    if len(data) > MAX_MESSAGE:
        raise ValueError(f"a message of {len(data)} bytes is too long to send")
    stream.write(_HEADER.pack(len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read one message.

    Raises:
        EOFError: The other side closed the stream.
        ValueError: The message is damaged or too long.
    """
    (length,) = _HEADER.unpack(_read(stream, _HEADER.size))
    if length > MAX_MESSAGE:
        raise ValueError(f"message of {length} bytes refused")
    return unpack(_read(stream, length))


def _read(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _encode(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in _KINDS:
            raise TypeError(f"arrays of {value.dtype} cannot be sent")
        array = np.ascontiguousarray(value)
        head = msgpack.packb([array.dtype.str, list(value.shape)])
        return msgpack.ExtType(_ARRAY, struct.pack("<I", len(head)) + head + array.tobytes())
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be sent")


def _decode(code: int, data: bytes) -> Any:
    if code != _ARRAY:
        raise ValueError(f"unknown message part {code}")
    (length,) = struct.unpack_from("<I", data)
    dtype_text, shape = msgpack.unpackb(data[4 : 4 + length])
    dtype = np.dtype(dtype_text)
    if dtype.kind not in _KINDS:
        raise ValueError(f"arrays of {dtype} are refused")
    return np.frombuffer(data, dtype=dtype, offset=4 + length).reshape(shape)
