"""What personal data is held: in which columns, of whom, for what, on which ground, for how long, and what ends it.

A test holds this list against the tables: every sealed column stands here with the place that its values are bound to, and the
places open what is there. Persons read it on the page of their data; the passes of `services.resealing` go by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from marketplace.kernel.words import N_


class Whose(StrEnum):
    """Whom the data is about."""

    HOUSEHOLD = "household"
    SELLER = "seller"
    HELPER = "helper"
    OBJECTOR = "objector"
    COMPLAINANT = "complainant"
    BUYER = "buyer"
    VISITOR = "visitor"
    ACCOUNT = "account"
    EVERYBODY = "everybody"
    HOUSE = "house"


class Ground(StrEnum):
    """Why it may be held: article 13 of the Personal Information Protection Law."""

    PUBLIC_TASK = "public_task"
    CONTRACT = "contract"
    LEGAL_DUTY = "legal_duty"
    CONSENT = "consent"


WHOSE_WORDS = {
    Whose.HOUSEHOLD: N_("Households and their people"),
    Whose.SELLER: N_("Sellers"),
    Whose.HELPER: N_("Helpers"),
    Whose.OBJECTOR: N_("Whoever objects to a notice"),
    Whose.COMPLAINANT: N_("Complainants"),
    Whose.BUYER: N_("Buyers"),
    Whose.VISITOR: N_("Visitors of tours"),
    Whose.ACCOUNT: N_("Whoever has an account"),
    Whose.EVERYBODY: N_("Everybody who uses the site"),
    Whose.HOUSE: N_("Nobody: secrets of the platform"),
}
GROUND_WORDS = {
    Ground.PUBLIC_TASK: N_("A public task: help for households"),
    Ground.CONTRACT: N_("A contract: the order or booking"),
    Ground.LEGAL_DUTY: N_("A legal duty"),
    Ground.CONSENT: N_("Your consent"),
}


@dataclass(frozen=True, slots=True)
class Holding:
    """Some columns of one table that are held for one purpose and end together."""

    table: str
    whose: Whose
    ground: Ground
    #: What is held, in words, and what for.
    what: str
    purpose: str
    #: How long, and what ends it.
    kept: str
    #: Days after which a sweep forgets it; nothing where something else ends it.
    days: int | None = None
    #: Sealed column -> what its values are bound to, the row's columns in braces.
    places: Mapping[str, str] = field(default_factory=dict)
    #: Other columns of the holding.
    columns: tuple[str, ...] = ()
    #: The column with the household's key, where the values are sealed with that household's own key.
    household_by: str | None = None


_ERASURE = N_("Until the household's data is erased; then its key is destroyed and nobody can read it.")
_CASE = N_("As long as the file of the case; unreadable once the household's data is erased.")
_TRADE = N_("Three years after the order ended, as the E-Commerce Law asks; then forgotten.")
_COMPLAINT = N_("Three years after the matter was closed; then forgotten.")

HOLDINGS: tuple[Holding, ...] = (
    Holding(
        "member_spells", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("Names, ID numbers, birth, schooling, health, work"),
        N_("To know who belongs to the household and which help fits."), _ERASURE,
        places={"name_sealed": "member_spells/name/{ref}", "id_sealed": "member_spells/id_number/{ref}"},
        columns=("id_index", "birth_on", "sex", "schooling", "student", "health", "labour"), household_by="household_id",
    ),
    Holding(
        "households", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("Telephone number and number in the register"),
        N_("To reach the household and to recognise it in the county's register."), _ERASURE,
        places={"phone_sealed": "households/phone/{ref}"}, columns=("phone_index", "register_number"), household_by="id",
    ),
    Holding(
        "visits", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("Notes and photos of visits at home"),
        N_("To see what is needed and what has been done."), _ERASURE, places={"note_sealed": "visits/note/{ref}"},
        household_by="household_id",
    ),
    Holding(
        "measure_plans", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("Plans of help"), N_("To agree on help and to follow it."),
        _ERASURE,
        places={"plan_sealed": "measure_plans/plan/{ref}", "expected_sealed": "measure_plans/expected/{ref}"},
        household_by="household_id",
    ),
    Holding(
        "measure_outcomes", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("What help has brought"),
        N_("To know whether help works, signed by the household."), _ERASURE,
        places={"words_sealed": "measure_outcomes/words/{ref}"},
    ),
    Holding(
        "alert_steps", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("Notes on alerts"),
        N_("So that a warning about the household is answered."), _ERASURE, places={"note_sealed": "alert_steps/note/{ref}"},
    ),
    Holding(
        "course_enrolments", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("Places in courses, and whether somebody came"),
        N_("To give places, and to see who learned what."), _ERASURE, columns=("person_index", "member_ref", "attended"),
    ),
    Holding(
        "comparison_rows", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("What other offices' registers say, by ID number"),
        N_("To see what an application leaves out: a hint, never a verdict."),
        N_("Until a newer list replaces it, or the household's data is erased."), columns=("id_index", "label"),
    ),
    Holding(
        "procedure_steps", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("Words of signed steps of a procedure"),
        N_("So that a decision can be followed and appealed against."), _CASE,
        places={
            "words_sealed": "procedure_steps/words/{procedure_id}/{seq}",
            "kinship_sealed": "procedure_steps/kinship/{procedure_id}/{seq}",
        },
    ),
    Holding(
        "procedure_evidence", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("Evidence of a procedure"),
        N_("So that a decision can be followed and appealed against."), _CASE,
        places={"words_sealed": "procedure_evidence/words/{key}"},
    ),
    Holding(
        "register_import_rows", Whose.HOUSEHOLD, Ground.PUBLIC_TASK, N_("Rows of a register that waits to be accepted"),
        N_("So that a second official can look before anything changes."), N_("Until the import is decided."),
        places={"payload_sealed": "register_import_rows/payload/{import_ref}:{household_number}"},
    ),
    Holding(
        "subject_keys", Whose.HOUSEHOLD, Ground.LEGAL_DUTY, N_("The household's own key"),
        N_("So that its data can be made unreadable everywhere at once."), _ERASURE,
        places={"wrapped_sealed": "subject_keys/wrapped/{ref}"},
    ),
    Holding(
        "sellers", Whose.SELLER, Ground.CONTRACT, N_("Name shown and story"),
        N_("To show who sells."), N_("Until the seller is closed and the household's data is erased."),
        columns=("display_name", "story"),
    ),
    Holding(
        "payout_accounts", Whose.SELLER, Ground.CONTRACT, N_("Bank accounts: holder, bank and number"),
        N_("To pay out what was earned, to the right person."), _ERASURE,
        places={
            "holder_sealed": "payout_accounts/holder/{ref}", "bank_sealed": "payout_accounts/bank/{ref}",
            "number_sealed": "payout_accounts/number/{ref}",
        },
        columns=("number_index",), household_by="household_id",
    ),
    Holding(
        "helpers", Whose.HELPER, Ground.PUBLIC_TASK, N_("Name and telephone number of helpers"),
        N_("So that the household knows whom to call."), N_("As long as the record shows who helped."),
        places={"name_sealed": "helpers/name/{ref}", "phone_sealed": "helpers/phone/{ref}"},
    ),
    Holding(
        "notice_objections", Whose.OBJECTOR, Ground.PUBLIC_TASK, N_("Objections, their contact and the answer"),
        N_("To answer an objection to a public notice."), N_("As long as the file of the case."),
        places={
            "words_sealed": "notice_objections/words/{ref}", "contact_sealed": "notice_objections/contact/{ref}",
            "answer_sealed": "notice_objections/answer/{ref}",
        },
    ),
    Holding(
        "grievances", Whose.COMPLAINANT, Ground.PUBLIC_TASK, N_("Complaints and how to reach the complainant"),
        N_("To look into a complaint and to answer it."), _COMPLAINT, days=3 * 365,
        places={
            "words_sealed": "grievances/words/{ref}", "contact_sealed": "grievances/contact/{ref}",
            "subject_sealed": "grievances/subject/{ref}",
        },
        columns=("owner_id",),
    ),
    Holding(
        "grievance_steps", Whose.COMPLAINANT, Ground.PUBLIC_TASK, N_("Answers to complaints"),
        N_("To look into a complaint and to answer it."), _COMPLAINT, days=3 * 365,
        places={"words_sealed": "grievance_steps/words/{ref}", "note_sealed": "grievance_steps/note/{ref}"},
    ),
    Holding(
        "purchases", Whose.BUYER, Ground.CONTRACT, N_("Name, telephone number and address of an order"),
        N_("To deliver the goods and to settle what went wrong."), _TRADE, days=3 * 366,
        places={
            "name_sealed": "purchases/name/{ref}", "phone_sealed": "purchases/phone/{ref}",
            "address_sealed": "purchases/address/{ref}",
        },
        columns=("phone_last4", "note", "buyer_user_id"),
    ),
    Holding(
        "invoice_requests", Whose.BUYER, Ground.LEGAL_DUTY, N_("In whose name an invoice is, tax number, and where it is sent"),
        N_("So that the seller can issue the tax invoice that a buyer may ask for."), _TRADE, days=3 * 366,
        places={
            "title_sealed": "invoice_requests/title/{ref}", "tax_number_sealed": "invoice_requests/tax_number/{ref}",
            "contact_sealed": "invoice_requests/contact/{ref}",
        },
    ),
    Holding(
        "reviews", Whose.BUYER, Ground.CONSENT, N_("What a buyer says of goods, with the province and without a name"),
        N_("So that the seller, and whoever buys next, know how it was."),
        N_("As long as the page of the goods. It never bears a name; an official hides what gives somebody away."),
        columns=("words", "province"),
    ),
    Holding(
        "bookings", Whose.VISITOR, Ground.CONTRACT, N_("Name and telephone number of whoever leads a visit"),
        N_("To receive the visitors and to tell them what changes."), _TRADE, days=3 * 366,
        places={"name_sealed": "bookings/name/{ref}", "phone_sealed": "bookings/phone/{ref}"},
        columns=("phone_last4", "note", "buyer_user_id"),
    ),
    Holding(
        "tickets", Whose.VISITOR, Ground.LEGAL_DUTY, N_("Names and ID numbers where a place asks for them"),
        N_("Because some places admit by real name only."), N_("30 days after the visit; then forgotten."), days=30,
        places={"name_sealed": "tickets/name/{code}", "id_number_sealed": "tickets/id_number/{code}"},
    ),
    Holding(
        "waiting_entries", Whose.VISITOR, Ground.CONTRACT, N_("Name and telephone number on a waiting list"),
        N_("To offer seats that become free."), N_("30 days after the date; then forgotten."), days=30,
        places={"name_sealed": "waiting_entries/name/{ref}", "phone_sealed": "waiting_entries/phone/{ref}"},
        columns=("phone_last4",),
    ),
    Holding(
        "calendar_feeds", Whose.ACCOUNT, Ground.CONTRACT, N_("The secret address of a calendar"),
        N_("So that a calendar shows the visits of a host."), N_("Until it is ended."),
        places={"token_sealed": "calendar_feeds/token/{user_id}"},
    ),
    Holding(
        "survey_batches", Whose.HOUSE, Ground.PUBLIC_TASK, N_("The secret that codes of a survey are printed from"),
        N_("So that each code answers once, and no answer leads to a person."), N_("As long as the survey."),
        places={"seed_sealed": "survey_batches/{ref}/seed"},
    ),
    Holding(
        "outbox", Whose.EVERYBODY, Ground.CONTRACT, N_("Messages sent by SMS"), N_("To send them, once."),
        N_("90 days after they were sent; then forgotten."), days=90,
        places={"to_sealed": "outbox/{ref}/to", "body_sealed": "outbox/{ref}/body"},
    ),
    Holding(
        "users", Whose.ACCOUNT, Ground.CONTRACT, N_("Name, telephone number and password of the account"),
        N_("To sign in."), N_("Until the account's data is erased."), columns=("name", "phone", "email", "password_hash"),
    ),
    Holding(
        "sign_in_attempts", Whose.EVERYBODY, Ground.LEGAL_DUTY, N_("Tries to sign in: number, network address, browser"),
        N_("To keep strangers out."), N_("A few days; then forgotten."), columns=("phone", "address", "device"),
    ),
    Holding(
        "audit_events", Whose.EVERYBODY, Ground.LEGAL_DUTY, N_("Who did what, from which network address"),
        N_("So that what was done can be answered for."), N_("Kept for good: the trail is never changed."),
        columns=("user_id", "address"),
    ),
)  # fmt: skip


def holdings_of(*people: Whose) -> tuple[Holding, ...]:
    """Return what is held of some kinds of people."""
    return tuple(one for one in HOLDINGS if one.whose in people)
