"""Sealing of personal data and blind look-up of it.

A sealed value is AES-256-GCM under a data key with a key id, bound to its table, row and column by the associated data:
a value copied to another row does not open. A blind index is a keyed HMAC-SHA-256: equal inputs meet, and nothing else can be
read from it.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class CannotOpen(Exception):
    """A sealed value does not open: wrong key, wrong place, or tampered with."""


@dataclass(frozen=True)
class Sealer:
    """Seals with `current`, opens with any key in `keys` (id -> 32 bytes); `index_key` serves blind indexes."""

    keys: Mapping[str, bytes]
    current: str
    index_key: bytes

    def seal(self, plain: str, place: str) -> str:
        """Return 'keyid.nonce+ciphertext' (base64url) of `plain`, bound to `place` ('table/row/column')."""
        nonce = os.urandom(12)
        body = AESGCM(self.keys[self.current]).encrypt(nonce, plain.encode(), place.encode())
        return f"{self.current}.{base64.urlsafe_b64encode(nonce + body).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Return the plain text.

        Raises:
            CannotOpen: the key is unknown, or the value was not sealed for this place.
        """
        key_id, _, body = sealed.partition(".")
        try:
            raw = base64.urlsafe_b64decode(body)
            return AESGCM(self.keys[key_id]).decrypt(raw[:12], raw[12:], place.encode()).decode()
        except (KeyError, InvalidTag, ValueError) as error:
            raise CannotOpen(place) from error

    def blind(self, plain: str, kind: str) -> str:
        """Return the blind index of a value of a kind ('id_number', 'phone'), 64 hex digits."""
        return hmac.new(self.index_key, f"{kind}\0{plain}".encode(), hashlib.sha256).hexdigest()


def derive_key(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes for one purpose from one secret (HMAC as a key derivation; the secret is already uniform)."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
