"""Sealing of personal data and blind look-up of it.

A sealed value is AES-256-GCM under a data key with a key id, bound to its table, row and column by the associated data:
a value copied to another row does not open. A blind index is a keyed HMAC-SHA-256: equal inputs meet, and nothing else can be
read from it.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class CannotOpen(Exception):
    """A sealed value does not open: wrong key, wrong place, or tampered with."""


class Erased(CannotOpen):
    """The key of whoever the value is about was destroyed: nobody opens it again."""


@dataclass(frozen=True)
class Sealer:
    """Seals with `current`, opens with any key in `keys` (id -> 32 bytes); `index_key` serves blind indexes.

    Those whose data can be erased have keys of their own (`vault`); `erased` are the ids of those that were destroyed.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    current: str
    index_key: bytes = field(repr=False)
    erased: frozenset[str] = frozenset()

    def with_subjects(self, keys: Mapping[str, bytes], erased: Iterable[str] = ()) -> "Sealer":
        """Return a sealer that opens with these keys too."""
        return replace(self, keys={**self.keys, **keys}, erased=self.erased | frozenset(erased))

    def sealing_with(self, key_id: str) -> "Sealer":
        """Return a sealer that seals with another of its keys."""
        return replace(self, current=key_id)

    def seal(self, plain: str, place: str) -> str:
        """Return 'keyid.nonce+ciphertext' (base64url) of `plain`, bound to `place` ('table/row/column')."""
        nonce = os.urandom(12)
        body = AESGCM(self.keys[self.current]).encrypt(nonce, plain.encode(), place.encode())
        return f"{self.current}.{base64.urlsafe_b64encode(nonce + body).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Return the plain text.

        Raises:
            CannotOpen: the key is unknown, or the value was not sealed for this place.
            Erased: its key was destroyed.
        """
        key_id, _, body = sealed.partition(".")
        if key_id in self.erased:
            raise Erased(place)
        try:
            raw = base64.urlsafe_b64decode(body)
            return AESGCM(self.keys[key_id]).decrypt(raw[:12], raw[12:], place.encode()).decode()
        except (KeyError, InvalidTag, ValueError) as error:
            raise CannotOpen(place) from error

    def open_if_kept(self, sealed: str, place: str) -> str | None:
        """Return the plain text, or nothing where it was erased.

        Raises:
            CannotOpen: as `open` does, but not for what was erased.
        """
        try:
            return self.open(sealed, place)
        except Erased:
            return None

    def blind(self, plain: str, kind: str) -> str:
        """Return the blind index of a value of a kind ('id_number', 'phone'), 64 hex digits."""
        return hmac.new(self.index_key, f"{kind}\0{plain}".encode(), hashlib.sha256).hexdigest()


def derive_key(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes for one purpose from one secret (HMAC as a key derivation; the secret is already uniform)."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
