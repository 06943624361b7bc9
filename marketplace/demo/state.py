"""The building site: the transaction, the dice, the tools of the process, and what stands so far."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from marketplace.demo.values import Buyer, Good, Home, Officials, Shop, Size, Village
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.words import Say


@dataclass
class Building:
    """What the builders share: the transaction, the dice, the tools of the process, and what stands so far."""

    session: Session
    size: Size
    dice: random.Random
    now: dt.datetime
    sealer: Sealer
    #: The application's ways to pay, handed on to payments as they are.
    gateways: Any
    password_hash: str
    folder: Path
    #: Return the key of the n-th picture of a kind (waiting for its encoding where need be).
    picture: Callable[[str, int], int | None]
    #: The same for evidence that is not shown to everybody.
    photo: Callable[[str, int], int | None]
    #: Return a sentence in a language: what visitors are told leaves without anybody's request.
    say: Say
    tell: Callable[[str], None]
    officials: Officials | None = None
    villages: list[Village] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    goods: list[Good] = field(default_factory=list)
    buyers: list[Buyer] = field(default_factory=list)
    #: Who operates the routes; and every tour's key with what was written of it.
    agency: Shop | None = None
    tours: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    #: Seller's key -> who confirms and packs for it; village code -> its official.
    seller_users: dict[int, int] = field(default_factory=dict)
    village_officials: dict[str, int] = field(default_factory=dict)
    #: Village code -> how many households its helper was named for.
    helped: dict[str, int] = field(default_factory=dict)
    #: Orders a buyer called off, and orders that have left the seller.
    called_off: set[int] = field(default_factory=set)
    beyond_recall: set[int] = field(default_factory=set)
    placed: int = 0
    booked: int = 0
    parcels: int = 0
    claims: int = 0
    is_one_review_hidden: bool = False
    completed: int = 0

    @property
    def start(self) -> dt.datetime:
        """The moment at which the county opens its shop: a little more than a year ago, in the morning."""
        return self.ago(days=386)

    def ago(self, days: float = 0, hours: float = 0) -> dt.datetime:
        """Return a moment before now."""
        return self.now - dt.timedelta(days=days, hours=hours)

    def posts(self) -> Officials:
        """Return the officials; they are appointed before anybody else comes.

        Raises:
            RuntimeError: nobody was appointed yet.
        """
        if self.officials is None:
            raise RuntimeError("the officials are appointed first")
        return self.officials
