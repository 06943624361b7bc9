"""Hashing of passwords: argon2id, 19 MiB, two passes, one lane, and never more than a few at once in a process."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Each hash takes 19 MiB and a processor: a burst of sign-ins waits here instead of exhausting the machine.
_room = threading.BoundedSemaphore(4)
#: Judged where there is no account, so that the answer takes as long.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$vtMKvbTsuPBnhKn2NR2pHkFWp1HFLFUUAjZcWuDFLzA"


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password. Takes some tens of milliseconds: call it before the writer opens."""
    with _room:
        return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Say whether the password fits the hash; without a hash, take as long and say no. Call it before the writer opens."""
    with _room:
        try:
            return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False
