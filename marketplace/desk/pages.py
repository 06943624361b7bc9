"""What the templates of the desk are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.desk.information import Information
from marketplace.web.steps import Step


@dataclass(frozen=True)
class DeskHome:
    """Four tiles and the helper."""

    name: str
    goods: int
    #: Of all the households of this phone, as the page behind the tile lists them.
    orders_to_do: int
    month: str
    net_fen: int
    paid_fen: int
    helper_name: str | None
    helper_phone: str | None
    households: Sequence[tuple[str, str, bool]]
    household_ref: str | None
    #: Of all the households of this phone, as `orders_to_do`.
    reviews_waiting: int = 0
    #: Measures and outcomes that wait for the household's word.
    help_waiting: int = 0
    #: Where a measure leads to and nothing is begun yet.
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class InformationPage:
    """What is good to know, and how many days count as lately."""

    told: Information
    days: int
