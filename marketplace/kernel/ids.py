"""Names for things: references people can read aloud, tokens nobody can guess, keys that sort by time."""

import secrets
import time
import uuid

#: Digits and letters without those that are misheard or misread (I, L, O, U; Crockford).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference(prefix: str, length: int = 8) -> str:
    """Return a public reference such as 'LH7K2M9QXA': a prefix and `length` random readable characters (5 bits each)."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


def token(bytes_of_entropy: int = 18) -> str:
    """Return an address-safe secret."""
    return secrets.token_urlsafe(bytes_of_entropy)


def digits(count: int) -> str:
    """Return `count` random digits, for one-time codes."""
    return "".join(secrets.choice("0123456789") for _ in range(count))


def uuid7() -> str:
    """Return a time-ordered UUID (RFC 9562, version 7) as text."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=value))
