"""Secrets that must be read again: encrypted with a key that the database does not hold.

AES-256-GCM, its key derived from the setting `secret_key`. What a secret belongs to is bound to it: moved to another
row, it does not open.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"shoal: secrets of access keys"
NONCE_SIZE = 12


class CannotOpen(Exception):
    """Sealed under another secret key, or for another owner."""


class Seal:
    """Closes and opens with one secret key."""

    def __init__(self, secret_key: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
        self._cipher = AESGCM(derived)

    def close(self, secret: str, *, owner: str) -> bytes:
        nonce = os.urandom(NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), owner.encode())

    def open(self, sealed: bytes, *, owner: str) -> str:
        """Raises CannotOpen."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], owner.encode()).decode()
        except InvalidTag:
            raise CannotOpen(owner) from None
