"""What a picture is drawn on: its size, its inks and its seeded dice.

Chance comes from the seed alone, through a stable hash, so that a picture is the same in every process and on every
machine. The built-in `hash()` is refused: it is salted per process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import TypeVar

from marketplace.media.illustrations.palette import Palette

Choice = TypeVar("Choice")


class Dice:
    """Seeded chance. Only `Random.random` is used beneath: its sequence is promised across Python versions."""

    def __init__(self, *words: str | int) -> None:
        digest = sha256("\x1f".join(str(word) for word in words).encode()).digest()
        self._random = Random(int.from_bytes(digest[:8]))

    def between(self, low: float, high: float) -> float:
        """A number from low to high."""
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, among: Sequence[Choice]) -> Choice:
        """One of the given things."""
        return among[int(self._random.random() * len(among))]

    def is_true(self, share: float = 0.5) -> bool:
        """True as often as `share` says."""
        return self._random.random() < share


@dataclass(frozen=True)
class Stage:
    """One picture in the making. Sizes are in the picture's own units."""

    width: int
    height: int
    mood: str
    inks: Palette
    dice: Dice
