"""Encryption of exports: what goes in comes out, and nothing else is accepted."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avrec_desktop.api.errors import InputError
from avrec_desktop.privacy import encrypt as module
from avrec_desktop.privacy.encrypt import decrypt, decrypt_file, encrypt, is_encrypted

WORDS = "correct horse battery"
CHEAP = 10
PATH = Path("x.avrecbox")


def sealed(data: bytes, passphrase: str = WORDS) -> bytes:
    out = io.BytesIO()
    encrypt(io.BytesIO(data), out, passphrase, cost=CHEAP)
    return out.getvalue()


def opened(data: bytes, passphrase: str = WORDS) -> bytes:
    out = io.BytesIO()
    decrypt(io.BytesIO(data), out, passphrase, path=PATH)
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_round_trip_at_the_edges_of_chunks(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    assert opened(sealed(data[:size])) == data[:size]


def test_the_content_is_not_in_the_file_and_two_files_differ() -> None:
    one, two = sealed(b"a secret title " * 50), sealed(b"a secret title " * 50)
    assert b"secret" not in one
    assert one != two


def test_a_wrong_passphrase_and_a_short_one_are_refused() -> None:
    with pytest.raises(InputError, match="passphrase is wrong"):
        opened(sealed(b"x"), "correct horse batter")
    with pytest.raises(InputError, match="shorter than 8"):
        sealed(b"x", "1234567")


def test_a_passphrase_typed_in_another_unicode_form_is_the_same() -> None:
    assert opened(sealed(b"x", "cafe\u0301 au lait"), "café au lait") == b"x"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_is_noticed(at: int, change: int) -> None:
    data = bytearray(sealed(b"0123456789" * 20))
    data[at % len(data)] ^= change
    if data[9] != CHEAP:
        data[9] = CHEAP + 1  # a changed cost is a changed key; keep it cheap to try
    with pytest.raises(InputError):
        opened(bytes(data))


@pytest.mark.parametrize("damage", ["cut", "swap", "append", "last"])
def test_chunks_cannot_be_cut_swapped_or_added(damage: str) -> None:
    whole = sealed(bytes(3 << 20))
    head, chunk = 33, (1 << 20) + 16
    parts = [whole[head + n * chunk : head + (n + 1) * chunk] for n in range(3)]
    new = {
        "cut": parts[:2],
        "swap": [parts[1], parts[0], parts[2]],
        "append": [*parts, parts[2]],
        "last": [*parts[:2], parts[2][:-1]],
    }[damage]
    with pytest.raises(InputError, match="changed"):
        opened(whole[:head] + b"".join(new))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_are_refused(data: bytes) -> None:
    for whole in (data, module.MAGIC + b"\x01\x0a" + data):
        with pytest.raises(InputError):
            opened(whole)


def test_a_costly_header_is_not_obeyed() -> None:
    data = bytearray(sealed(b"x"))
    data[9] = 40  # a terabyte of memory
    with pytest.raises(InputError, match="another version"):
        opened(bytes(data))


def test_a_decrypted_file_is_private_and_absent_on_errors(tmp_path: Path) -> None:
    box, out = tmp_path / "a.avrecbox", tmp_path / "a.csv"
    box.write_bytes(sealed(b"hello"))
    assert is_encrypted(box)
    with pytest.raises(InputError):
        decrypt_file(box, out, "not the passphrase")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.avrecbox"]
    decrypt_file(box, out, WORDS)
    assert out.read_bytes() == b"hello"
    assert stat.S_IMODE(out.stat().st_mode) & 0o077 == 0
    assert not is_encrypted(out)
