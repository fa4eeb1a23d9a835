"""Encryption of exports with a passphrase: scrypt for the key, AES-256-GCM in chunks for the content.

The chunks are chained by the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption
and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015): each nonce holds the number of its chunk and whether it is the
last, so that chunks can be neither reordered nor cut off. The header is authenticated with every chunk.

Layout: ``AVRECBOX``, version (1 byte), log2 of scrypt's cost (1), salt (16), prefix of the nonces (7), then the chunks,
each of up to 1 MiB and 16 bytes of tag.
"""

from __future__ import annotations

import os
import secrets
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from avrec_desktop.api.errors import InputError

MAGIC, VERSION = b"AVRECBOX", 1
#: Suffix of encrypted files.
SUFFIX = ".avrecbox"
#: log2 of scrypt's N for new files (128 MB and a third of a second); the most that is taken from a file's header.
COST, MAX_COST = 17, 20
MIN_PASSPHRASE = 8
_CHUNK, _TAG = 1 << 20, 16
_HEADER = struct.Struct(">8sBB16s7s")
Step = Callable[[int], None]


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that protects nothing.

    Raises:
        InputError: It is shorter than :data:`MIN_PASSPHRASE`.
    """
    if len(passphrase) < MIN_PASSPHRASE:
        raise InputError(
            f"the passphrase is shorter than {MIN_PASSPHRASE} characters", hint="Take several words that you remember."
        )


def encrypt(source: BinaryIO, target: BinaryIO, passphrase: str, *, cost: int = COST, step: Step | None = None) -> None:
    """Encrypt a stream.

    Args:
        source: The content.
        target: Takes the encrypted bytes.
        passphrase: The passphrase, in any language.
        cost: log2 of scrypt's N.
        step: Called with the bytes done after each chunk; may raise to stop.

    Raises:
        InputError: The passphrase is too short.
        OSError: Reading or writing fails.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    check_passphrase(passphrase)
    salt, prefix = secrets.token_bytes(16), secrets.token_bytes(7)
    header = _HEADER.pack(MAGIC, VERSION, cost, salt, prefix)
    cipher = AESGCM(_key(passphrase, salt, cost))
    target.write(header)
    number, piece = 0, source.read(_CHUNK)
    while True:
        following = source.read(_CHUNK)
        target.write(cipher.encrypt(_nonce(prefix, number, last=not following), piece, header))
        if step is not None:
            step(number * _CHUNK + len(piece))
        if not following:
            return
        number, piece = number + 1, following


def decrypt(source: BinaryIO, target: BinaryIO, passphrase: str, *, path: Path, step: Step | None = None) -> None:
    """Decrypt a stream that :func:`encrypt` wrote; what is written to ``target`` is to be thrown away on an error.

    Raises:
        InputError: It is no such file, the passphrase is wrong, or the file was changed or cut.
        OSError: Reading or writing fails.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    header = source.read(_HEADER.size)
    if len(header) != _HEADER.size or not header.startswith(MAGIC):
        raise InputError("it is no encrypted export of avrec", path=path)
    _, version, cost, salt, prefix = _HEADER.unpack(header)
    if version != VERSION or not 10 <= cost <= MAX_COST:
        raise InputError("it was encrypted by another version of avrec", path=path, hint="Update the app.")
    cipher = AESGCM(_key(passphrase, salt, cost))
    number, piece = 0, source.read(_CHUNK + _TAG)
    while True:
        following = source.read(_CHUNK + _TAG)
        try:
            target.write(cipher.decrypt(_nonce(prefix, number, last=not following), piece, header))
        except InvalidTag as error:
            raise InputError(
                "the passphrase is wrong, or the file was changed" if number == 0 else "the file was changed or cut",
                path=path,
            ) from error
        if step is not None:
            step(number * _CHUNK)
        if not following:
            return
        number, piece = number + 1, following


def is_encrypted(path: Path) -> bool:
    """Whether a file begins as an encrypted export.

    Raises:
        InputError: It cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", path=path) from error


def decrypt_file(path: Path, target: Path, passphrase: str, *, step: Step | None = None) -> None:
    """Decrypt a file into a new one, readable by its owner only; on an error there is none.

    Raises:
        InputError: As of :func:`decrypt`, or a file cannot be read or written.
    """
    partial = target.with_name(f".{target.name}.part")
    try:
        with path.open("rb") as source, private_file(partial) as out:
            decrypt(source, out, passphrase, path=path, step=step)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(target)
    except OSError as error:
        raise InputError(f"it cannot be decrypted: {error.strerror}", path=path) from error
    finally:
        partial.unlink(missing_ok=True)


def private_file(path: Path) -> BinaryIO:
    """Open a new file for writing that only its owner may read.

    Raises:
        OSError: It cannot be made.
    """
    path.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    import unicodedata

    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # the same passphrase typed on two systems may come in two forms
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    return Scrypt(salt=salt, length=32, n=1 << cost, r=8, p=1).derive(text)


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)
