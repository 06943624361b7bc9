"""What is held about somebody, in sections that a page shows and a file carries; others' numbers stay masked in it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.accounts.services import record_audit
from marketplace.accounts.values import ROLE_NAMES
from marketplace.assistance import labels as record_words
from marketplace.assistance import queries as assistance
from marketplace.assistance.labels import procedures as case_words
from marketplace.assistance.register import values as register
from marketplace.assistance.values import HouseholdCard
from marketplace.farmers import labels as farmer_words
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import ConsentKind
from marketplace.grievances import queries as grievances
from marketplace.grievances.values import KIND_WORDS
from marketplace.grievances.values import STATE_WORDS as GRIEVANCE_STATES
from marketplace.income import queries as income
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.kernel.identity import mask_id, mask_name
from marketplace.kernel.words import N_, Say
from marketplace.orders import queries as orders
from marketplace.orders.values import PURCHASE_STATE_WORDS
from marketplace.privacy.values import Section
from marketplace.tours import queries as tours

Row = Mapping[str, Any]
#: Of long lists the latest so many are carried; the pages of orders and money hold the rest.
MOST = 500


def sections_of_household(
    session: Session, household_id: int, *, reader_id: int, sealer: Sealer, say: Say, lang: str
) -> tuple[Section, ...]:
    """Return what is held about a household, for somebody who acts for it. Their own name and number stand in clear.

    Raises: NotThere.
    """
    household = farmers.household(session, household_id)
    card = assistance.household_card(session, household_id, on=clock.today(), sealer=sealer)
    if household is None or card is None:
        raise NotThere
    told = _Teller(say, lang)
    phone = farmers.household_phone(session, household, sealer=sealer) or ""
    head = {"ref": card.ref, "register_number": card.register_number or "", "phone": phone}
    return (
        Section("household", N_("The household"), {
            "ref": N_("Reference"), "register_number": N_("Register number"), "phone": N_("Telephone"),
        }, [head]),
        Section("people", N_("Who belongs to it"), {
            "name": N_("Full name"), "id_number": N_("ID number"), "birth_year": N_("Born"),
            "relation": N_("Relation to the head"),
        }, _people(session, household_id, reader_id, sealer, told)),
        Section("consents", N_("What we agreed to"), {
            "kind": N_("Agreement"), "given": N_("Given"), "withdrawn": N_("Taken back on"),
        }, _consents(session, household_id, told)),
        *_record(card, told),
        *_help(session, household_id, sealer, told),
        *_money(session, household_id, card, told),
        looks_of(card, told.say, lang),
        deeds_of(session, "household", card.ref, told.say, lang),
    )  # fmt: skip


def sections_of_account(session: Session, user_id: int, *, sealer: Sealer, say: Say, lang: str) -> tuple[Section, ...]:
    """Return what is held about an account and what it ordered, booked and complained of.

    Raises: NotThere.
    """
    user = accounts.user(session, user_id)
    if user is None:
        raise NotThere
    told = _Teller(say, lang)
    account = {"ref": user.ref, "name": user.name, "phone": user.phone or "", "since": user.created_at}
    return (
        Section("account", N_("My account"), {
            "ref": N_("Reference"), "name": N_("Full name"), "phone": N_("Telephone"), "since": N_("Since"),
        }, [account]),
        Section("purchases", N_("Orders"), {
            "ref": N_("Order"), "at": N_("When"), "state": N_("State"), "total_fen": N_("Amount"), "name": N_("Full name"),
            "phone": N_("Telephone"), "address": N_("Address"),
        }, _purchases(session, user_id, sealer, told)),
        Section("reviews", N_("What I said of goods"), {
            "at": N_("When"), "title": N_("Goods"), "stars": N_("Stars"), "words": N_("Words"), "answer": N_("Answer"),
        }, _reviews(session, user_id, lang)),
        Section("bookings", N_("Bookings"), {
            "ref": N_("Number"), "at": N_("When"), "title": N_("Tour"), "total_fen": N_("Amount"), "name": N_("Full name"),
            "phone": N_("Telephone"),
        }, _bookings(session, user_id, sealer, lang)),
        Section("grievances", N_("Complaints"), {
            "ref": N_("Number"), "at": N_("When"), "kind": N_("Kind of complaint"), "state": N_("State"), "words": N_("Words"),
        }, _grievances(session, user_id, sealer, told)),
        deeds_of(session, "user", user.ref, told.say, lang),
    )  # fmt: skip


def looks_of(card: HouseholdCard, say: Say, lang: str) -> Section:
    """Return who looked at personal data of a household in clear, which, and why, the latest first."""
    rows: list[Row] = [
        {
            "at": look.at, "who": card.user_names.get(look.by_user_id, ""), "what": say(lang, record_words.FIELD[look.field]),
            "reason": look.reason,
        }
        for look in reversed(card.unmaskings)
    ]  # fmt: skip
    labels = {"at": N_("When"), "who": N_("By whom"), "what": N_("Field"), "reason": N_("Reason")}
    return Section("looks", N_("Who saw our personal data in full"), labels, rows)


def deeds_of(session: Session, object_kind: str, object_ref: str, say: Say, lang: str, *, limit: int = MOST) -> Section:
    """Return what was done with the record of somebody, the latest first."""
    rows: list[Row] = [
        {
            "at": deed.at,
            "who": " ".join(part for part in (_office(deed, say, lang), deed.name) if part),
            "what": say(lang, deed.words),
            "reason": deed.reason,
        }
        for deed in accounts.deeds_on(session, object_kind, object_ref)
    ]
    labels = {"at": N_("When"), "who": N_("By whom"), "what": N_("What"), "reason": N_("Reason")}
    return Section("deeds", N_("What was done with the record"), labels, rows[:limit])


def note_export(session: Session, *, by: int, object_kind: str, object_ref: str) -> None:
    """Write down that somebody took along what is held."""
    record_audit(session, by=by, action="privacy.export", object_kind=object_kind, object_ref=object_ref)


class _Teller:
    """Says codes in the reader's language."""

    def __init__(self, say: Say, lang: str) -> None:
        self.say, self.lang = say, lang

    def of(self, words: Mapping[Any, str], code: Any) -> str:
        """Return the words of a code."""
        return self.say(self.lang, words[code]) if code in words else str(code or "")

    def register(self, kind: str, code: str | None) -> str:
        """Return a word of the register."""
        if not code:
            return ""
        found = getattr(register, kind).of(code)
        return str(found.en if self.lang == "en" else found.zh)


def _office(deed: accounts.Deed, say: Say, lang: str) -> str:
    return (", " if lang == "en" else "、").join(say(lang, ROLE_NAMES[role]) for role in deed.roles)


def _people(session: Session, household_id: int, reader_id: int, sealer: Sealer, told: _Teller) -> list[Row]:
    reader = accounts.user(session, reader_id)
    rows: list[Row] = []
    for one in farmers.current_members(session, [household_id], sealer=sealer).get(household_id, []):
        is_own = reader is not None and one.name == reader.name
        rows.append(
            {
                "name": one.name if is_own or not one.name else mask_name(one.name),
                "id_number": one.id_number if is_own or not one.id_number else mask_id(one.id_number),
                "birth_year": one.birth_on.year,
                "relation": told.register("Relation", one.relation),
            }
        )
    return rows


def _consents(session: Session, household_id: int, told: _Teller) -> list[Row]:
    return [
        {"kind": told.of(farmer_words.CONSENT, row.kind), "given": row.given_at, "withdrawn": row.withdrawn_at}
        for row in farmers.consents_of(session, household_id)
        if row.kind in set(ConsentKind)
    ]


def _record(card: HouseholdCard, told: _Teller) -> tuple[Section, ...]:
    days = {"from_on": N_("Began on"), "to_on": N_("Ended on")}
    return (
        Section("registration", N_("Registration"), {**days, "how": N_("How it ended")}, [
            {"from_on": one.registered_on, "to_on": one.ended_on, "how": told.of(record_words.ENDED, one.ended_how)}
            for one in card.spells
        ]),
        Section("causes", N_("Causes"), {"cause": N_("Cause"), **days}, [
            {"cause": told.register("Cause", one.cause), "from_on": one.from_on, "to_on": one.to_on} for one in card.causes
        ]),
        Section("measures", N_("Help received"), {"measure": N_("Measure"), **days, "note": N_("Note")}, [
            {"measure": told.of(record_words.MEASURE, one.kind), "from_on": one.from_on, "to_on": one.to_on, "note": one.note}
            for one in card.measures
        ]),
        Section("visits", N_("Visits"), {"on": N_("Day"), "by": N_("By whom"), "note": N_("Note")}, [
            {"on": one.visited_on, "by": one.by_name, "note": one.note} for one in card.visits
        ]),
    )  # fmt: skip


def _help(session: Session, household_id: int, sealer: Sealer, told: _Teller) -> tuple[Section, ...]:
    plans = assistance.plans_of_household(session, household_id, sealer=sealer)
    outcomes = assistance.outcomes_of_household(session, household_id, sealer=sealer)
    courses = assistance.enrolments_of_households(session, [household_id], sealer=sealer)
    cases = assistance.cases_of_household(session, household_id, sealer=sealer)
    return (
        Section("plans", N_("Help chosen"), {
            "measure": N_("Measure"), "on": N_("Day"), "plan": N_("Plan"), "expected": N_("What it shall bring"),
            "state": N_("State"),
        }, [
            {"measure": told.of(record_words.MEASURE, one.kind), "on": one.chosen_on, "plan": one.plan, "expected": one.expected,
             "state": told.of(record_words.PLAN_STATE, one.state)}
            for one in plans
        ]),
        Section("outcomes", N_("What help has brought so far"), {
            "measure": N_("Measure"), "on": N_("Day"), "words": N_("Words"), "amount_fen": N_("Amount"),
            "signed": N_("Signed on"),
        }, [
            {"measure": told.of(record_words.MEASURE, one.kind), "on": one.happened_on, "words": one.words,
             "amount_fen": one.amount_fen, "signed": one.signed_at}
            for one in outcomes
        ]),
        Section("courses", N_("Courses and activities"), {
            "title": N_("Title"), "at": N_("When"), "name": N_("Name, masked"), "came": N_("Came"),
        }, [
            {"title": one.course.title(told.lang), "at": one.course.starts_at, "name": one.name_masked,
             "came": "" if one.attended is None else told.say(told.lang, N_("Yes") if one.attended else N_("No"))}
            for one in courses
        ]),
        Section("cases", N_("Cases"), {
            "ref": N_("Case"), "kind": N_("What the case decides on"), "state": N_("Stage"), "on": N_("Case opened"),
        }, [
            {"ref": one.ref, "kind": told.of(case_words.KIND, one.kind), "state": told.of(case_words.STATE, one.state),
             "on": one.opened_on}
            for one in cases
        ]),
    )  # fmt: skip


def _money(session: Session, household_id: int, card: HouseholdCard, told: _Teller) -> tuple[Section, ...]:
    months = income.household_months(session, household_id, limit=MOST)
    return (
        Section("declared", N_("Declared income"), {
            "year": N_("Year"), "category": N_("Kind of income"), "amount_fen": N_("Amount"), "source": N_("Source"),
        }, [
            {"year": year.year, "category": told.of(record_words.CATEGORY, one.category), "amount_fen": one.amount_fen,
             "source": one.source}
            for year in card.years for one in year.entries
        ]),
        Section("platform", N_("Income recorded through the platform"), {
            "month": N_("Month"), "gross_fen": N_("Sold for"), "net_fen": N_("Net"), "paid_fen": N_("Paid"),
        }, [
            {"month": month, "gross_fen": figures.gross_fen, "net_fen": figures.net_fen, "paid_fen": figures.paid_fen}
            for month, figures in months
        ]),
    )  # fmt: skip


def _purchases(session: Session, user_id: int, sealer: Sealer, told: _Teller) -> list[Row]:
    rows: list[Row] = []
    for one in orders.purchases_of_buyer(session, user_id=user_id, limit=MOST).rows:
        contact = orders.contact_of(session, purchase_id=one.id, sealer=sealer)
        rows.append(
            {
                "ref": one.ref, "at": one.placed_at, "state": told.of(PURCHASE_STATE_WORDS, one.state),
                "total_fen": one.total_fen, "name": contact.name, "phone": contact.phone, "address": contact.address,
            }
        )  # fmt: skip
    return rows


def _reviews(session: Session, user_id: int, lang: str) -> list[Row]:
    return [
        {"at": one.written_at, "title": one.title(lang), "stars": one.stars, "words": one.words, "answer": one.answer}
        for one in orders.reviews_of_buyer(session, user_id=user_id, limit=MOST)
    ]


def _bookings(session: Session, user_id: int, sealer: Sealer, lang: str) -> list[Row]:
    rows: list[Row] = []
    for one in tours.bookings_of_buyer(session, user_id=user_id, limit=MOST)[0]:
        leader = tours.leader_of(session, booking_id=one.id, sealer=sealer)
        rows.append(
            {
                "ref": one.ref, "at": one.departure.starts_at, "title": one.title(lang), "total_fen": one.total_fen,
                "name": leader.name, "phone": leader.phone,
            }
        )  # fmt: skip
    return rows


def _grievances(session: Session, user_id: int, sealer: Sealer, told: _Teller) -> list[Row]:
    return [
        {
            "ref": one.ref, "at": one.received_at, "kind": told.of(KIND_WORDS, one.kind),
            "state": told.of(GRIEVANCE_STATES, one.state),
            "words": grievances.wording(session, grievance_id=one.id, sealer=sealer).words,
        }
        for one in grievances.own_lines(session, user_id=user_id).rows
    ]  # fmt: skip
