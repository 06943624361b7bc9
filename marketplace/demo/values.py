"""How large the demonstration is, who can sign in, and what its builders hand to one another."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from marketplace.kernel.crypto import Sealer

#: One password for everybody: it opens invented people's accounts and nothing else.
PASSWORD = "white-lotus-88"  # noqa: S105 (printed at the end of the build on purpose)
COUNTY = "360321"


@dataclass(frozen=True)
class Size:
    """How much of everything is built."""

    name: str
    villages: int
    households: int
    #: Of these, households that were never on the register.
    unregistered: int
    sellers: int
    firms: int
    offers: int
    pictures: int
    picture_width: int
    purchases: int
    buyers: int
    visits: int
    #: Processes that encode pictures beside the build; 0 encodes them in the build itself.
    picture_processes: int


FULL = Size(
    "full", villages=48, households=300, unregistered=24, sellers=168, firms=7, offers=600, pictures=60, picture_width=800,
    purchases=1_700, buyers=420, visits=150, picture_processes=2,
)  # fmt: skip
SMALL = Size(
    "small", villages=3, households=12, unregistered=2, sellers=9, firms=1, offers=25, pictures=6, picture_width=320,
    purchases=40, buyers=18, visits=6, picture_processes=0,
)  # fmt: skip
SIZES = {size.name: size for size in (FULL, SMALL)}


@dataclass(frozen=True)
class SignIn:
    """An account anybody may try: the role's word, whose it is, and the area it is held on."""

    role: str
    name: str
    phone: str
    password: str
    area_code: str | None = None


@dataclass(frozen=True)
class Village:
    """A village of the demonstration with its official."""

    code: str
    name_zh: str
    name_en: str
    official: int

    @property
    def township(self) -> str:
        """Code of the township it lies in."""
        return self.code[:9]


@dataclass
class Home:
    """An invented household: what the register says of it, and its keys once it stands."""

    number: str
    village_code: str
    family: str
    head: str
    phone: str
    crops: tuple[str, ...]
    is_registered: bool
    id: int = 0
    user_id: int | None = None


@dataclass
class Shop:
    """A seller of the demonstration."""

    id: int
    ref: str
    name: str
    village: Village
    crops: tuple[str, ...]
    household_id: int | None
    listed_by: int
    #: The household's consent under which somebody else lists for it.
    consent_id: int | None = None


@dataclass
class Good:
    """An offer of the demonstration, with what is left of it as the builder knows."""

    id: int
    ref: str
    shop: Shop
    category: str
    months: tuple[int, ...]
    price_fen: int
    unit_grams: int
    left: int
    #: How readily buyers choose it.
    pull: int


@dataclass
class Officials:
    """Keys of the people who act for the county."""

    county: tuple[int, int]
    auditor: int
    administrator: int
    townships: dict[str, int] = field(default_factory=dict)
    task_force: dict[str, int] = field(default_factory=dict)
    helpers: dict[str, int] = field(default_factory=dict)


@dataclass
class Building:
    """What the builders share: the transaction, the dice, the tools of the process, and what stands so far."""

    session: Session
    size: Size
    dice: random.Random
    now: dt.datetime
    sealer: Sealer
    password_hash: str
    folder: Path
    #: Return the key of the n-th picture of a kind (waiting for its encoding where need be).
    picture: Callable[[str, int], int | None]
    tell: Callable[[str], None]
    officials: Officials | None = None
    villages: list[Village] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    goods: list[Good] = field(default_factory=list)

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
