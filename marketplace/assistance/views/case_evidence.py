"""Bringing what a case stands on: a form for each kind of evidence."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField

from marketplace.accounts import queries as accounts
from marketplace.accounts.values import ROLE_NAMES, Role
from marketplace.assistance import labels, queries, services
from marketplace.assistance.labels import procedures as words
from marketplace.assistance.register.values import Cause
from marketplace.assistance.services import Brought
from marketplace.assistance.values import Guarantee
from marketplace.assistance.values.procedures import EvidenceKind, HouseholdYear, Opinion
from marketplace.assistance.views.blueprint import OFFICIALS, SIGNERS, bp, sealer
from marketplace.assistance.views.cases import known_case
from marketplace.assistance.views.entry import entry_page, field_of, photos_of
from marketplace.assistance.views.households import word
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.media.services import store_image
from marketplace.web.db import reader, write
from marketplace.web.forms import DayField, Form, TidyStringField, WholeNumberField, YuanField, posted_key
from marketplace.web.policy import me, policy

_OFFICES = (Role.VILLAGE_OFFICIAL, Role.TASK_FORCE, Role.HELPER, Role.TOWNSHIP_OFFICIAL, Role.COUNTY_OFFICIAL)
_MOST_FEN = 10**10


class SurveyForm(Form):
    """An income survey."""

    on = DayField(needed=_l("Say on which day it was."))
    other = SelectField()
    year = WholeNumberField(least=1990, most=2100, needed=_l("Enter a year."))
    members = WholeNumberField(least=1, most=30, needed=_l("Enter how many people live there."))
    wage_fen = YuanField(most=_MOST_FEN, needed=_l("Enter an amount in yuan; 0 if there was none."))
    business_fen = YuanField(most=_MOST_FEN, needed=_l("Enter an amount in yuan; 0 if there was none."))
    property_fen = YuanField(most=_MOST_FEN, needed=_l("Enter an amount in yuan; 0 if there was none."))
    transfer_fen = YuanField(most=_MOST_FEN, needed=_l("Enter an amount in yuan; 0 if there was none."))
    expenditure_fen = YuanField(most=_MOST_FEN, needed=_l("Enter an amount in yuan; 0 if there was none."))
    excluded_fen = YuanField(most=_MOST_FEN, needed=_l("Enter an amount in yuan; 0 if there was none."))
    note = TidyStringField(most=500)


class VoteForm(Form):
    """A vote of the village group."""

    on = DayField(needed=_l("Say on which day it was."))
    group_name = TidyStringField(most=60, needed=_l("Say which village group voted."))
    eligible = WholeNumberField(least=1, most=5000, needed=_l("Enter how many may vote."))
    in_favour = WholeNumberField(least=0, most=5000, needed=_l("Enter a number; 0 if nobody."))
    against = WholeNumberField(least=0, most=5000, needed=_l("Enter a number; 0 if nobody."))
    abstained = WholeNumberField(least=0, most=5000, needed=_l("Enter a number; 0 if nobody."))
    note = TidyStringField(most=500)


class HomeCheckForm(Form):
    """What two people found at home."""

    on = DayField(needed=_l("Say on which day it was."))
    other = SelectField()
    opinion = SelectField(choices=[str(one) for one in Opinion])
    main = SelectField(choices=["", *(cause.code for cause in Cause)])
    others = SelectMultipleField(choices=[cause.code for cause in Cause])
    met = SelectMultipleField(choices=[str(one) for one in Guarantee])
    note = TidyStringField(most=2000, needed=_l("Say in a sentence what you saw."))


class WordsForm(Form):
    """A day and words."""

    on = DayField(needed=_l("Say on which day it was."))
    note = TidyStringField(most=2000)


class PaperForm(Form):
    """A paper."""

    kind = SelectField(choices=[str(kind) for kind in (EvidenceKind.APPLICATION, EvidenceKind.SLIP, EvidenceKind.OTHER)])
    on = DayField(needed=_l("Say on which day it was."))
    note = TidyStringField(most=500)


def _colleagues(village_code: str) -> list[tuple[str, str]]:
    """Return who else holds an office where the household lives, for choosing the second person."""
    mine = me().user_id
    return [
        (str(key), f"{name} · {'、'.join(_(ROLE_NAMES[role]) for role in roles)}")
        for key, name, roles in accounts.holders_over(reader(), village_code, _OFFICES)
        if key != mine
    ]


def _bring(row: Any, form: Any, key: str, verb: Callable[[Any, Brought], Any], note: str = "", photo: Any = None) -> Any:
    """File evidence in the writer; None leaves the refusal above the form."""
    by, on = me().user_id, form.on.data

    def file(session: Any) -> Any:
        image_id = store_image(session, photo, uploaded_by=by).id if photo is not None else None
        return verb(session, Brought(f"{row.ref}/{key}", by, on, note, image_id))

    try:
        write(file)
    except Refusal as no:
        form.refuse(no)
        return None
    flash(_("On file."), "ok")
    return redirect(url_for("assistance.case", ref=row.ref), 303)


def _form_page(row: Any, form: Any, title: str, said: str, fields: tuple[dict[str, Any], ...], **options: Any) -> str:
    household = farmers.household(reader(), row.household_id)
    trail = ((_("Cases"), url_for("assistance.cases")), (row.ref, url_for("assistance.case", ref=row.ref)))
    return entry_page(form, household, title, said, fields, trail=trail, **options)


def _second(form: Any, colleagues: list[tuple[str, str]]) -> dict[str, Any]:
    return field_of(form, "other", _("The second person"), type="select", options=colleagues)


def _prepared(form_class: type[Form], village_code: str) -> tuple[Any, list[tuple[str, str]]]:
    """Return the form with the colleagues to choose from."""
    form: Any = form_class()
    colleagues = _colleagues(village_code)
    form.other.choices = colleagues
    if request.method == "GET":
        form.on.data = clock.today()
    return form, colleagues


@bp.route("/office/cases/<ref>/survey", methods=["GET", "POST"])
@policy("cases.survey", of="case", **SIGNERS)
def bring_survey(ref: str) -> Any:
    """File an income survey that two people made at home."""
    row = known_case(ref)
    form, colleagues = _prepared(SurveyForm, row.village_code)
    key = posted_key()
    if request.method == "GET":
        form.year.data = clock.today().year - 1
        form.members.data = farmers.member_counts(reader(), [row.household_id]).get(row.household_id)
    elif form.is_posted_and_valid():
        found = HouseholdYear(
            form.wage_fen.data, form.business_fen.data, form.property_fen.data, form.transfer_fen.data, form.expenditure_fen.data,
            form.members.data,
        )  # fmt: skip
        seals, other, year, excluded = sealer(), int(form.other.data), form.year.data, form.excluded_fen.data
        answer = _bring(
            row, form, key,
            lambda session, brought: services.bring_survey(
                session, case_id=row.id, brought=brought, with_user_id=other, year=year, found=found, excluded_fen=excluded,
                sealer=seals,
            ),
            form.note.data,
        )  # fmt: skip
        if answer is not None:
            return answer
    money: dict[str, Any] = {"type": "number", "prefix": "¥", "size": "m"}
    fields = (
        field_of(form, "on", _("Day of the survey"), hint=_("For example 2026-09-12"), size="m"),
        _second(form, colleagues),
        field_of(form, "year", _("Year surveyed"), type="number", size="s"),
        field_of(form, "members", _("People"), type="number", size="s"),
        field_of(form, "wage_fen", _("Wages"), **money),
        field_of(form, "business_fen", _("Own business"), **money),
        field_of(form, "property_fen", _("Property"), **money),
        field_of(form, "transfer_fen", _("Transfers"), hint=_("Without one-off relief and grants tied to a purpose"), **money),
        field_of(form, "expenditure_fen", _("Business expenditure"), **money),
        field_of(form, "excluded_fen", _("Left out: one-off relief and tied grants"), **money),
        field_of(form, "note", _("Note"), optional=True),
    )
    said = _("Of a whole year, in yuan, asked at home by two people. What a head had is reckoned from it.")
    return _form_page(row, form, _("Income survey"), said, fields, key=key)


@bp.route("/office/cases/<ref>/vote", methods=["GET", "POST"])
@policy("cases.vote", of="case", **SIGNERS)
def bring_vote(ref: str) -> Any:
    """File how the village group voted."""
    row = known_case(ref)
    form: Any = VoteForm()
    key, seals = posted_key(), sealer()
    if request.method == "GET":
        form.on.data = clock.today()
    elif form.is_posted_and_valid() and (photos := photos_of(form, most=1)) is not None:
        facts = {name: form[name].data for name in ("group_name", "eligible", "in_favour", "against", "abstained")}
        answer = _bring(
            row, form, key,
            lambda session, brought: services.bring_vote(session, case_id=row.id, brought=brought, sealer=seals, **facts),
            form.note.data, photos[0] if photos else None,
        )  # fmt: skip
        if answer is not None:
            return answer
    number: dict[str, Any] = {"type": "number", "size": "s"}
    fields = (
        field_of(form, "on", _("Day of the assembly"), hint=_("For example 2026-09-12"), size="m"),
        field_of(form, "group_name", _("Village group")),
        field_of(form, "eligible", _("May vote"), **number),
        field_of(form, "in_favour", _("In favour: the household is in need"), **number),
        field_of(form, "against", _("Against"), **number),
        field_of(form, "abstained", _("Abstained"), **number),
        field_of(form, "note", _("Note"), optional=True),
    )
    said = _("More than half of those who may vote must be there. Photograph the signed minutes.")
    return _form_page(row, form, _("Village assembly vote"), said, fields, key=key, has_photos=True)


@bp.route("/office/cases/<ref>/home-check", methods=["GET", "POST"])
@policy("cases.home_check", of="case", **SIGNERS)
def bring_home_check(ref: str) -> Any:
    """File what two people found at home."""
    row = known_case(ref)
    form, colleagues = _prepared(HomeCheckForm, row.village_code)
    key, seals = posted_key(), sealer()
    if form.is_posted_and_valid() and (photos := photos_of(form, most=1)) is not None:
        causes = [code for code in (form.main.data, *(form.others.data or ())) if code]
        met = [Guarantee(one) for one in form.met.data or ()]
        other, opinion = int(form.other.data), Opinion(form.opinion.data)
        answer = _bring(
            row, form, key,
            lambda session, brought: services.bring_home_check(
                session, case_id=row.id, brought=brought, with_user_id=other, opinion=opinion, causes=causes, met=met,
                sealer=seals,
            ),
            form.note.data, photos[0] if photos else None,
        )  # fmt: skip
        if answer is not None:
            return answer
    causes_to_choose = [(cause.code, word("Cause", cause.code)) for cause in Cause]
    fields = (
        field_of(form, "on", _("Day of the visit"), hint=_("For example 2026-09-12"), size="m"),
        _second(form, colleagues),
        field_of(form, "opinion", _("What you found"), type="radio", options=[(str(o), _(words.OPINION[o])) for o in Opinion]),
        {"name": "met", "label": _("Guarantees met"), "type": "chips", "value": form.met.data or [],
         "options": [(str(one), _(labels.GUARANTEE[one])) for one in Guarantee]},
        field_of(form, "main", _("Main cause"), type="select", options=[("", "—"), *causes_to_choose]),
        {"name": "others", "label": _("Other causes"), "type": "chips", "options": causes_to_choose,
         "value": form.others.data or []},
        field_of(form, "note", _("What you saw"), type="textarea", rows=4),
    )  # fmt: skip
    said = _("Two people go, one of the resident task force. A guarantee that you do not tick counts as not met.")
    return _form_page(row, form, _("Check at home"), said, fields, key=key, has_photos=True)


@bp.route("/office/cases/<ref>/comparison", methods=["GET", "POST"])
@policy("cases.comparison", of="case", **OFFICIALS)
def bring_comparison(ref: str) -> Any:
    """File what is to be said of the hits in other registers."""
    row = known_case(ref)
    hits = queries.hits_of_household(reader(), row.household_id, sealer=sealer())
    said = "; ".join(f"{_(words.LIST_KIND[hit.kind])}: {hit.name_masked} {hit.label} ({hit.source})" for hit in hits)
    said = said or _("No person of the household is on a list to compare with.")
    return _words_page(
        row,
        _("Comparison with other registers"),
        said,
        _("What is to be said of it"),
        services.bring_comparison,
        optional=not hits,
    )


@bp.route("/office/cases/<ref>/resolution", methods=["GET", "POST"])
@policy("cases.resolution", of="case", **OFFICIALS)
def bring_resolution(ref: str) -> Any:
    """File how a disagreement is resolved."""
    row = known_case(ref)
    said = _("Survey, assembly and home check do not say the same. Say which you follow, and why.")
    return _words_page(row, _("Resolution of the disagreement"), said, _("How it is resolved"), services.bring_resolution)


def _words_page(row: Any, title: str, said: str, label: str, verb: Callable[..., Any], *, optional: bool = False) -> Any:
    form: Any = WordsForm()
    key, seals = posted_key(), sealer()
    if request.method == "GET":
        form.on.data = clock.today()
    elif form.is_posted_and_valid():
        answer = _bring(
            row, form, key, lambda session, brought: verb(session, case_id=row.id, brought=brought, sealer=seals), form.note.data
        )
        if answer is not None:
            return answer
    fields = (
        field_of(form, "on", _("Day"), hint=_("For example 2026-09-12"), size="m"),
        field_of(form, "note", label, type="textarea", rows=4, optional=optional),
    )
    return _form_page(row, form, title, said, fields, key=key)


@bp.route("/office/cases/<ref>/paper", methods=["GET", "POST"])
@policy("cases.bring_paper", of="case", **SIGNERS)
def bring_paper(ref: str) -> Any:
    """File a paper: the application, a slip that the household signed, or another."""
    row = known_case(ref)
    form: Any = PaperForm()
    key, seals = posted_key(), sealer()
    if request.method == "GET":
        form.on.data = clock.today()
    elif form.is_posted_and_valid() and (photos := photos_of(form, most=1)) is not None:
        kind = EvidenceKind(form.kind.data)
        answer = _bring(
            row, form, key,
            lambda session, brought: services.bring_paper(session, case_id=row.id, brought=brought, kind=kind, sealer=seals),
            form.note.data, photos[0] if photos else None,
        )  # fmt: skip
        if answer is not None:
            return answer
    kinds = [(kind, _(words.EVIDENCE[kind])) for kind in form.kind.choices]
    fields = (
        field_of(form, "kind", _("Kind of paper"), type="radio", options=kinds),
        field_of(form, "on", _("Day of the paper"), hint=_("For example 2026-09-12"), size="m"),
        field_of(form, "note", _("Note"), optional=True),
    )
    said = _("Photograph it so that the signature can be read, or say in words what it is.")
    return _form_page(row, form, _("Paper or photo"), said, fields, key=key, has_photos=True)
