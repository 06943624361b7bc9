"""How large the demonstration is, who can sign in, and what its builders hand to one another."""

import datetime as dt
from dataclasses import dataclass, field

from marketplace.accounts.values import ROLE_NAMES, Role
from marketplace.kernel.words import N_

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
    #: Experiences of households, routes of the agency, and how far ahead they have dates.
    experiences: int
    routes: int
    days_ahead: int
    bookings: int


FULL = Size(
    "full", villages=48, households=300, unregistered=24, sellers=168, firms=7, offers=600, pictures=60, picture_width=640,
    purchases=820, buyers=360, visits=150, picture_processes=2, experiences=20, routes=6, days_ahead=120,
    bookings=170,
)  # fmt: skip
SMALL = Size(
    "small", villages=3, households=12, unregistered=2, sellers=9, firms=1, offers=25, pictures=6, picture_width=320,
    purchases=40, buyers=18, visits=6, picture_processes=0, experiences=8, routes=2, days_ahead=40,
    bookings=12,
)  # fmt: skip
SIZES = {size.name: size for size in (FULL, SMALL)}


@dataclass(frozen=True)
class SignIn:
    """An account anybody may try: a word for programs, the msgid of what it is called, and how to get in."""

    key: str
    words: str
    phone: str
    password: str = PASSWORD


#: Telephone numbers of nobody: each kind of person counts up from its own.
COUNTY_PHONE, TOWNSHIP_PHONE, VILLAGE_PHONE = 19900000001, 19900000100, 19900000200
TASK_FORCE_PHONE, HELPER_PHONE, HOUSEHOLD_PHONE = 19900000300, 19900000400, 19900010000
CLERK_PHONE, AGENCY_PHONE, BUYER_PHONE = 19900009000, 19900009900, 19900020000
#: One sign-in per kind of person. Each number is the first of its kind, so they stand whatever the dice say.
SIGN_INS = (
    SignIn("buyer", ROLE_NAMES[Role.BUYER], str(BUYER_PHONE)),
    SignIn("farmer", ROLE_NAMES[Role.FARMER], str(HOUSEHOLD_PHONE)),
    SignIn("helper", ROLE_NAMES[Role.HELPER], str(HELPER_PHONE)),
    SignIn("village_official", ROLE_NAMES[Role.VILLAGE_OFFICIAL], str(VILLAGE_PHONE)),
    SignIn("task_force", ROLE_NAMES[Role.TASK_FORCE], str(TASK_FORCE_PHONE)),
    SignIn("township_official", ROLE_NAMES[Role.TOWNSHIP_OFFICIAL], str(TOWNSHIP_PHONE)),
    SignIn("county_official", ROLE_NAMES[Role.COUNTY_OFFICIAL], str(COUNTY_PHONE)),
    SignIn("second_county_official", N_("Second county official"), str(COUNTY_PHONE + 1)),
    SignIn("auditor", ROLE_NAMES[Role.AUDITOR], str(COUNTY_PHONE + 2)),
    SignIn("administrator", ROLE_NAMES[Role.ADMINISTRATOR], str(COUNTY_PHONE + 3)),
)


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
    season: str
    months: tuple[int, ...]
    price_fen: int
    unit_grams: int
    left: int
    #: How readily buyers choose it.
    pull: int
    #: When it leaves the shelf for good or until its months come again.
    until: dt.datetime | None = None


@dataclass(frozen=True)
class Buyer:
    """Somebody who buys; `user_id` where they signed up."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    province: str
    address: str = field(repr=False)
    user_id: int | None
    #: How often they come back.
    weight: int


@dataclass
class Officials:
    """Keys of the people who act for the county."""

    county: tuple[int, int]
    auditor: int
    administrator: int
    townships: dict[str, int] = field(default_factory=dict)
    task_force: dict[str, int] = field(default_factory=dict)
    helpers: dict[str, int] = field(default_factory=dict)
