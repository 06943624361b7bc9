"""What a sweep is: an idempotent pass over rows that are due, safe to run twice and to lose half-way."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.kernel.db import in_transaction, reading


@dataclass(frozen=True)
class Sweep:
    """A named periodic pass. `run` works in one writing transaction and returns how many rows it touched."""

    name: str
    every_seconds: int
    run: Callable[[Session], int]

    def perform(self, engine: Engine) -> int:
        """Run it once; return how many rows it touched."""
        return in_transaction(engine, self.run)


@dataclass(frozen=True)
class AskingSweep:
    """A pass that asks somebody outside: read what is open, ask without any transaction, then take the answers down in one."""

    name: str
    every_seconds: int
    read: Callable[[Session], Any]
    ask: Callable[[Any], Any]
    take: Callable[[Session, Any], int]

    def perform(self, engine: Engine) -> int:
        """Run it once; return how many rows it touched."""
        with reading(engine) as session:
            questions = self.read(session)
        if not questions:
            return 0
        answers = self.ask(questions)
        return in_transaction(engine, lambda session: self.take(session, answers))


@dataclass(frozen=True)
class StepwiseSweep:
    """A pass over more rows than one writing transaction should hold: each step is one, and goes on after the key of the last."""

    name: str
    every_seconds: int
    #: (session, after=the last key, 0 at first) -> how many rows it touched, and the last key while there may be more.
    step: Callable[..., tuple[int, int | None]]

    def perform(self, engine: Engine) -> int:
        """Run it once; return how many rows it touched."""
        touched, after = 0, 0
        while True:
            found, last = in_transaction(engine, partial(self.step, after=after))
            touched += found
            if last is None:
                return touched
            after = last


AnySweep = Sweep | AskingSweep | StepwiseSweep
