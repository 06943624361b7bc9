"""What a sweep is: an idempotent pass over rows that are due, safe to run twice and to lose half-way."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Sweep:
    """A named periodic pass. `run` works in one writing transaction and returns how many rows it touched."""

    name: str
    every_seconds: int
    run: Callable[[Session], int]
