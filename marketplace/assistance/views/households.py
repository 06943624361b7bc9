"""The households of an official's area, and the card of each: 一户一档."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.areas.queries import villages
from marketplace.assistance import labels, queries, services
from marketplace.assistance.labels import alerts as alert_words
from marketplace.assistance.labels import procedures as case_words
from marketplace.assistance.register import values as words
from marketplace.assistance.values import HouseholdCard, HouseholdLine, MaskedField, Status
from marketplace.assistance.values.courses import EnrolmentView
from marketplace.assistance.values.procedures import CaseLine
from marketplace.assistance.views.alerts import chosen_level
from marketplace.assistance.views.blueprint import OFFICIALS, OPENERS, READERS, VISITORS, bp, sealer
from marketplace.assistance.views.incomes import IncomePage, income_page
from marketplace.assistance.views.turning import turn
from marketplace.assistance.views.warnings import LevelTag, level_tags
from marketplace.assistance.views.watching import WatchPage, watch_page
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.media.queries import image_by_ref, private_image_views
from marketplace.media.services import DiskStore
from marketplace.media.values import MEDIA_TYPES, ImageView
from marketplace.notices import queries as notices
from marketplace.notices.values import OBJECTION_WORDS, ObjectionLine
from marketplace.web.db import reader, write
from marketplace.web.files import send_private
from marketplace.web.forms import tidy
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.policy import authorise, helped_households, may_open, me, policy, reachable_areas
from marketplace.web.words import say

PAGE = 50


@dataclass(frozen=True)
class HouseholdsPage:
    """A page of households with its filters."""

    caption: str
    lines: tuple[HouseholdLine, ...]
    number: str
    village: str
    status: str
    level: str
    levels: tuple[LevelTag, ...]
    village_codes: tuple[str, ...]
    prev_url: str | None
    next_url: str | None


@dataclass(frozen=True)
class Shown:
    """One personal field, uncovered for this answer alone."""

    label: str
    value: str
    member_ref: str


@dataclass(frozen=True)
class CardPage:
    """A household's card."""

    card: HouseholdCard
    watch: WatchPage
    income: IncomePage
    courses: tuple[EnrolmentView, ...]
    images: dict[int, ImageView]
    can_visit: bool
    #: Where goods are listed for the household and its money is read, for those who may.
    sell_url: str | None
    money_url: str | None
    can_edit: bool
    my_user_id: int
    cases: Sequence[CaseLine]
    #: (case, objection to its notice), the first brought first.
    objections: Sequence[tuple[str, ObjectionLine]]
    #: Whether whoever reads may open what was objected.
    can_read_objections: bool
    case_url: str | None
    shown: Shown | None = None
    #: Where a request for erasure is filed, for those who may.
    privacy_url: str | None = None


def word(kind: str, code: str | None) -> str:
    """Return a register word in the reader's language; nothing for nothing."""
    if not code:
        return ""
    found = getattr(words, kind).of(code)
    return str(found.zh if locale_id() == "zh" else found.en)


@bp.get("/office/households")
@policy("households.list", of="household", **READERS)
def households() -> str:
    """List the households of the person's area, a page at a time."""
    areas, helped = reachable_areas(), helped_households()
    asked = request.args.get("village", "")
    village = asked if asked.isascii() and asked.isdigit() else ""
    status, level = (request.args.get(name, "") for name in ("status", "level"))
    number = tidy(request.args.get("q", ""))[:40]
    after, before = (_place(request.args.get(name, "")) for name in ("after", "before"))
    lines = queries.household_lines(
        reader(),
        areas,
        keys=helped,
        village=village,
        on=clock.today(),
        sealer=sealer(),
        status=Status(status) if status in set(Status) else None,
        level=chosen_level(level),
        number=number,
        limit=PAGE + 1,
        after=after,
        before=before,
    )

    # the line beyond the page, at its far end, says alone that there are more
    more, lines = len(lines) > PAGE, lines[-PAGE:] if before else lines[:PAGE]

    def at(**place: HouseholdLine) -> str:
        kept: dict[str, Any] = {"q": number, "village": village, "status": status, "level": level}
        kept |= {name: f"{line.village_code}.{line.ref}" for name, line in place.items()}
        return url_for("assistance.households", **{name: value or None for name, value in kept.items()})

    codes = tuple(one.code for area in areas for one in villages(reader(), area))
    helped_in = sorted(set(farmers.villages_of_households(reader(), helped).values()) - set(codes))
    return render_template(
        "assistance/households.html",
        page=HouseholdsPage(
            caption=_("Households in your area") if areas else _("Households you help"),
            lines=lines,
            number=number,
            village=village,
            status=status,
            level=level,
            levels=level_tags(),
            village_codes=(*codes, *helped_in),
            prev_url=at(before=lines[0]) if lines and (more if before else after) else None,
            next_url=at(after=lines[-1]) if lines and (before or more) else None,
        ),
        labels=labels,
    )


def _place(text: str) -> tuple[str, str] | None:
    """Return the (village, reference) that an address names, where a page begins or ends."""
    village, _dot, ref = text.partition(".")
    return (village[:12], ref[:16]) if village.isascii() and village.isdigit() and ref.isascii() and ref.isalnum() else None


def known(ref: str) -> Any:
    """Return the household if the person's reach covers it."""
    found = farmers.household_by_ref(reader(), ref)
    return authorise(found, household_id=found.id if found else None)


def card_page(household_id: int, shown: Shown | None = None) -> str:
    """Render a household's card."""
    card = queries.household_card(reader(), household_id, on=clock.today(), sealer=sealer())
    if card is None:
        raise LookupError(household_id)
    roles = visitor().roles
    cases = queries.cases_of_household(reader(), household_id, sealer=sealer())
    page = CardPage(
        card=card,
        watch=watch_page(card.household_id),
        income=income_page(card),
        courses=queries.enrolments_of_households(reader(), [household_id], sealer=sealer()),
        images=photos_at(card.ref, [image_id for visit in card.visits for image_id in visit.image_ids]),
        can_visit=bool(roles & set(VISITORS)),
        sell_url=_for_household("products.photograph", card),
        money_url=_for_household("income.money", card),
        can_edit=bool(roles & set(OFFICIALS)),
        my_user_id=me().user_id,
        cases=cases,
        objections=notices.objections_about(reader(), [case.ref for case in cases]),
        can_read_objections=may_open("notices.objection", village_code=card.village_code, household_id=card.household_id),
        case_url=url_for("assistance.open_case", ref=card.ref) if roles & set(OPENERS) else None,
        shown=shown,
        privacy_url=url_for("privacy.ask_for_household", ref=card.ref)
        if may_open("privacy.ask_for_household", village_code=card.village_code, household_id=card.household_id)
        else None,
    )
    return render_template(
        "assistance/household.html",
        page=page,
        labels=labels,
        alert_words=alert_words,
        case_words=case_words,
        objection_words=OBJECTION_WORDS,
        word=word,
        locale=locale_id(),
        leaf=partial(turn, path=url_for("assistance.household", ref=card.ref)),
    )


def _for_household(endpoint: str, card: HouseholdCard) -> str | None:
    """Return the address of a page of the desk for this household, if the person may act there."""
    if not may_open(endpoint, village_code=card.village_code, household_id=card.household_id):
        return None
    return url_for(endpoint, household=card.ref)


def photos_at(ref: str, image_ids: Iterable[int]) -> dict[int, ImageView]:
    """Return private photos of a household's record by key, each at the address that asks who is looking."""
    found = private_image_views(reader(), list(image_ids))
    of_household = url_for("assistance.household", ref=ref)
    return {key: view.at(f"{of_household}/photos/{view.ref}") for key, view in found.items()}


@bp.get("/office/households/<ref>")
@policy("households.show", of="household", **READERS)
def household(ref: str) -> str:
    """Show the card, masked."""
    return card_page(known(ref).id)


@bp.get("/office/households/<ref>/photos/<image_ref>/<name>")
@policy("households.photo", of="household", **READERS)
def photo(ref: str, image_ref: str, name: str) -> Response:
    """Send one file of a photo taken on a visit to this household, or of a slip it signed; no cache keeps it."""
    key = known(ref).id
    image = image_by_ref(reader(), image_ref)
    if image is None or not (queries.has_photo(reader(), key, image.id) or queries.has_slip(reader(), key, image.id)):
        raise NotThere
    path = DiskStore(current_app.extensions["settings"].media_dir).path(image.sha256, name)
    if path is None:
        raise NotThere
    return send_private(path, MEDIA_TYPES[path.suffix[1:]])


@bp.post("/office/households/<ref>/unmask")
@policy("households.unmask", of="household", **OFFICIALS)
def unmask(ref: str) -> Any:
    """Show one field once, with a reason that is kept. The answer is not to be cached."""
    key = known(ref).id
    field = request.form.get("field", "")
    member_ref = request.form.get("member", "")[:20]
    by, reason = me().user_id, tidy(request.form.get("reason", ""))
    if field not in set(MaskedField):
        field = MaskedField.ID_NUMBER
    try:
        value = write(
            lambda session: services.unmask(
                session,
                household_id=key,
                field=MaskedField(field),
                reason=reason,
                by=by,
                sealer=sealer(),
                member_ref=member_ref or None,
            )
        )
    except Refusal as no:
        shown = Shown(say(no), "", member_ref)
        return card_page(key, shown), no.status, {"Cache-Control": "no-store"}
    shown = Shown(_(labels.FIELD[field]), value, member_ref)
    return card_page(key, shown), 200, {"Cache-Control": "no-store"}
