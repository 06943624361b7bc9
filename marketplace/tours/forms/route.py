"""A route as an official fills it in: rows of stops and payees beside the single fields, made into a wish or errors by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from marketplace.kernel.money import parse_yuan
from marketplace.tours.forms.single import LEAST_PRICE_FEN, MOST_PRICE_FEN, MOST_SEATS, hours_in
from marketplace.tours.rules import DAYS_AHEAD, POLICIES
from marketplace.tours.services import RESOURCES, RoutePart
from marketplace.tours.values import Basis, ComponentView, Role, Theme, TourView, UnitKind
from marketplace.web.forms import Form, TidyStringField, WholeNumberField, YuanField, tidy

#: Rows shown at first, and at most.
FIRST_ROWS, MOST_ROWS = 4, 12
MOST_MINUTES = 2880
MOST_NIGHTS = 7
_WHOLE_BP = 10_000
#: Whom a reduced price is for, by age.
AGES = {UnitKind.CHILD: (6, 14), UnitKind.SENIOR: (60, None)}


class RouteForm(Form):
    """The single fields of a route."""

    client_key = TidyStringField(most=60)
    #: The route that is written anew, where it was sent back.
    tour = TidyStringField(most=16)
    host = TidyStringField(most=16, needed=_l("Write the number of the seller who hosts it."))
    operator = TidyStringField(most=16)
    theme = TidyStringField(most=12, needed=_l("Choose what it is about."))
    title_zh = TidyStringField(most=80, needed=_l("Write a title."))
    title_en = TidyStringField(most=120)
    story_zh = TidyStringField(most=2000)
    story_en = TidyStringField(most=2000)
    meeting_zh = TidyStringField(most=200, needed=_l("Write where visitors meet."))
    meeting_en = TidyStringField(most=300)
    least = WholeNumberField(least=1, most=MOST_SEATS, needed=_l("How many people must come?"))
    most = WholeNumberField(least=1, most=MOST_SEATS, needed=_l("How many people can come?"))
    nights = WholeNumberField(least=0, most=MOST_NIGHTS)
    times = TidyStringField(most=60, needed=_l("Write at least one time, such as 09:00."))
    weeks = WholeNumberField(least=0, most=DAYS_AHEAD // 7)
    cutoff = WholeNumberField(least=1, most=240, needed=_l("How many hours before does booking close?"))
    policy = TidyStringField(most=12)
    adult = YuanField(least=LEAST_PRICE_FEN, most=MOST_PRICE_FEN, needed=_l("What does a grown-up pay?"))
    child = YuanField(least=0, most=MOST_PRICE_FEN)
    student = YuanField(least=0, most=MOST_PRICE_FEN)
    senior = YuanField(least=0, most=MOST_PRICE_FEN)

    def prices(self) -> list[tuple[UnitKind, int]]:
        """Return the prices that were written; an empty box is no price."""
        written = (
            (UnitKind.ADULT, self.adult), (UnitKind.CHILD, self.child), (UnitKind.STUDENT, self.student),
            (UnitKind.SENIOR, self.senior),
        )  # fmt: skip
        return [(kind, int(box.data)) for kind, box in written if box.data is not None]

    def complaints(self) -> dict[str, str]:
        """Return what is wrong with the single fields, by name."""
        self.validate()
        found = {name: str(words[0]) for name, words in self.errors.items()}
        if "times" not in found and not hours_in(self.times.data or ""):
            found["times"] = str(_("Write times such as 09:00, 14:30."))
        if not {"least", "most"} & set(found) and int(self.least.data or 0) > int(self.most.data or 0):
            found["most"] = str(_("Fewer can come than must come."))
        if self.theme.data not in set(Theme):
            found["theme"] = str(_("Choose what it is about."))
        if self.policy.data not in POLICIES:
            found["policy"] = str(_("Choose what goes back when somebody cancels."))
        return found


@dataclass
class Rows:
    """The rows of stops and payees: what was sent, what it means, and what is wrong by name of the box."""

    stops: list[tuple[str, int, int]] = field(default_factory=list)
    #: (number of the row, seller's reference, everything else with the seller's key still missing)
    parts: list[tuple[int, str, RoutePart]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


def row_count(sent: MultiDict[str, str], name: str) -> int:
    """Return how many rows of a kind the page had."""
    written = sent.get(name, "")
    return min(max(int(written), FIRST_ROWS), MOST_ROWS) if re.fullmatch("[0-9]{1,2}", written, re.ASCII) else FIRST_ROWS


def read_rows(sent: MultiDict[str, str]) -> Rows:
    """Read the rows of stops and payees; a row without place or payee is passed over."""
    rows = Rows()
    for number in range(row_count(sent, "stops")):
        if slug := tidy(sent.get(f"site-{number}", "")):
            dwell = _whole(rows, sent, f"dwell-{number}", least=1, most=MOST_MINUTES)
            travel = _whole(rows, sent, f"travel-{number}", least=0, most=MOST_MINUTES, empty=0)
            rows.stops.append((slug[:80], dwell, travel))
    for number in range(row_count(sent, "parts")):
        if ref := tidy(sent.get(f"seller-{number}", ""))[:16].upper():
            rows.parts.append((number, ref, _part(rows, sent, number)))
    if not rows.stops:
        rows.errors["site-0"] = str(_("Choose at least one place that the route stops at."))
    if not rows.parts:
        rows.errors["seller-0"] = str(_("Write who is paid."))
    shares = sum(part.amount for _number, _ref, part in rows.parts if part.basis is Basis.SHARE)
    if rows.parts and not any(name.startswith("amount-") for name in rows.errors) and shares != _WHOLE_BP:
        rows.errors["amount-0"] = str(
            _("The shares of the rest must be 100 percent together; now they are %(share)s.", share=f"{shares / 100:g}")
        )
    return rows


def written_anew(
    tour: TourView, slugs: Mapping[int, str], sellers: Mapping[int, str], uses: Mapping[int, int]
) -> MultiDict[str, str]:
    """Return a route that was sent back as it would be sent, for filling the boxes."""
    prices = {unit.kind: f"{unit.price_fen / 100:g}" for unit in tour.units}
    policy = next((name for name, tiers in POLICIES.items() if tiers == tour.policy), "standard")
    single = {
        "tour": tour.ref, "host": sellers.get(tour.host_seller_id, ""), "operator": sellers.get(tour.operator_seller_id or 0, ""),
        "theme": tour.theme.value, "title_zh": tour.title_zh, "title_en": tour.title_en, "story_zh": tour.story_zh,
        "story_en": tour.story_en, "meeting_zh": tour.meeting_zh, "meeting_en": tour.meeting_en,
        "least": str(tour.least_people), "most": str(tour.most_people), "nights": str(tour.nights),
        "times": ", ".join(tour.start_times), "weeks": str(tour.weeks), "cutoff": str(tour.cutoff_hours), "policy": policy,
        "adult": prices.get(UnitKind.ADULT, ""), "child": prices.get(UnitKind.CHILD, ""),
        "student": prices.get(UnitKind.STUDENT, ""), "senior": prices.get(UnitKind.SENIOR, ""),
        "stops": str(len(tour.stops)), "parts": str(len(tour.components)),
    }  # fmt: skip
    pairs = list(single.items())
    pairs += [("weekdays", str(day)) for day in tour.weekdays]
    for number, stop in enumerate(tour.stops):
        pairs += [
            (f"site-{number}", slugs[stop.site_id]), (f"dwell-{number}", str(stop.dwell_minutes)),
            (f"travel-{number}", str(stop.travel_minutes)),
        ]  # fmt: skip
    for number, part in enumerate(tour.components):
        pairs += _part_written(number, part, sellers, uses)
    return MultiDict(pairs)


def _part_written(number: int, part: ComponentView, sellers: Mapping[int, str], uses: Mapping[int, int]) -> list[tuple[str, str]]:
    return [
        (f"seller-{number}", sellers.get(part.seller_id, "")), (f"role-{number}", part.role.value),
        (f"basis-{number}", part.basis.value), (f"amount-{number}", f"{part.amount / 100:g}"),
        (f"uses-{number}", str(uses.get(part.resource_id or 0, "") or "")), (f"after-{number}", str(part.after_minutes or "")),
    ]  # fmt: skip


def _part(rows: Rows, sent: MultiDict[str, str], number: int) -> RoutePart:
    role = _word(rows, sent, f"role-{number}", {one.value for one in Role}, str(_("Choose what they do.")))
    basis = _word(rows, sent, f"basis-{number}", {one.value for one in Basis}, str(_("Choose how the part is reckoned.")))
    kind = RESOURCES.get(Role(role)) if role else None
    uses = _whole(rows, sent, f"uses-{number}", least=1, most=MOST_SEATS, empty=0) if kind else 0
    return RoutePart(
        seller_id=0, role=Role(role or Role.HOST), basis=Basis(basis or Basis.SHARE), uses=uses,
        amount=_amount(rows, sent, f"amount-{number}", is_share=basis == Basis.SHARE),
        after_minutes=_whole(rows, sent, f"after-{number}", least=0, most=MOST_MINUTES, empty=0),
    )  # fmt: skip


def _word(rows: Rows, sent: MultiDict[str, str], name: str, words: set[str], complaint: str) -> str:
    found = sent.get(name, "")
    if found in words:
        return found
    rows.errors[name] = complaint
    return ""


def _whole(rows: Rows, sent: MultiDict[str, str], name: str, *, least: int, most: int, empty: int | None = None) -> int:
    written = tidy(sent.get(name, ""))
    if not written and empty is not None:
        return empty
    if re.fullmatch("[0-9]{1,5}", written, re.ASCII) and least <= int(written) <= most:
        return int(written)
    rows.errors[name] = str(_("Choose a number from %(least)d to %(most)d.", least=least, most=most))
    return least


def _amount(rows: Rows, sent: MultiDict[str, str], name: str, *, is_share: bool) -> int:
    """Return fen, or basis points where the part is a share: both have two decimals."""
    try:
        amount = parse_yuan(tidy(sent.get(name, "")).removesuffix("%"))
    except ValueError:
        amount = 0
    if 0 < amount <= (_WHOLE_BP if is_share else MOST_PRICE_FEN):
        return amount
    rows.errors[name] = str(_("Write a share such as 60.") if is_share else _("Write an amount in yuan, such as 28.80."))
    return 0
