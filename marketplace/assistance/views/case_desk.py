"""A household's own cases, at its desk: apply, agree or not, appeal, and read what stands where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.assistance import queries, refusals, services
from marketplace.assistance.labels import procedures as words
from marketplace.assistance.services import Brought
from marketplace.assistance.values import Status
from marketplace.assistance.values.procedures import Action, CaseLine, CaseView, EvidenceKind, Ground, ProcedureKind, Said
from marketplace.assistance.views.blueprint import bp, sealer
from marketplace.assistance.views.case_words import evidence_facts
from marketplace.assistance.views.cases import Offered, offered_steps, refusal_words, said_action, sign_as, signer_here, strip_of
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.web.db import primary, reader, write
from marketplace.web.forms import posted_key, tidy
from marketplace.web.policy import Reach, authorise, home_url, my_households, policy
from marketplace.web.words import flash_refusal

#: What a household does itself, most of all first.
_OWN = (Action.AGREE, Action.REFUSE, Action.APPEAL, Action.WITHDRAW)


@dataclass(frozen=True)
class OwnCasesPage:
    """A household's cases, and what it may apply for now."""

    household_ref: str
    others: tuple[tuple[str, str], ...]
    lines: Sequence[CaseLine]
    may_apply: tuple[ProcedureKind, ...]
    key: str
    errors: tuple[tuple[str, str], ...]
    typed: str


@dataclass(frozen=True)
class OwnCasePage:
    """One case as the household reads it."""

    case: CaseView
    strip: tuple[tuple[str, str | None, str], ...]
    offered: tuple[Offered, ...]
    survey: tuple[tuple[str, str], ...]
    errors: tuple[tuple[str, str], ...]
    typed: str


@bp.get("/desk/cases")
@policy("cases.own", of="household", farmer=Reach.HOUSEHOLD)
def own_cases() -> str:
    """Show the cases of one household."""
    return _own_cases(request.args.get("household", ""))


def _own_cases(chosen: str, errors: tuple[tuple[str, str], ...] = (), typed: str = "") -> str:
    own = [found for each in sorted(my_households()) if (found := farmers.household(reader(), each))]
    if not own:
        raise NotThere
    household = next((each for each in own if each.ref == chosen), own[0])
    page = OwnCasesPage(
        household_ref=household.ref,
        others=tuple((each.ref, url_for("assistance.own_cases", household=each.ref)) for each in own if each is not household),
        lines=queries.cases_of_household(primary(), household.id, sealer=sealer()),
        may_apply=_may_apply(household.id),
        key=ids.uuid7(),
        errors=errors,
        typed=typed,
    )
    return render_template(
        "assistance/own_cases.html", page=page, words=words, desk_name=_("My applications"), back_url=home_url()
    )


def _may_apply(household_id: int) -> tuple[ProcedureKind, ...]:
    """Return what a household may apply for as it stands and as the county settled."""
    if queries.open_case_of(primary(), household_id) is not None:
        return ()
    today = clock.today()
    settings = queries.procedure_settings(reader(), today)
    standing = queries.standing(primary(), household_id, today).status
    if standing is Status.NONE:
        return (ProcedureKind.IDENTIFY,) if settings.is_identification_open else (ProcedureKind.MONITOR,)
    if standing is Status.EXITED:
        return (ProcedureKind.REENTER,) if settings.is_reentry_open else (ProcedureKind.MONITOR,)
    return ()


@bp.post("/desk/cases/apply")
@policy("cases.apply", of="household", farmer=Reach.HOUSEHOLD)
def apply() -> Any:
    """Open the household's own application, from its own phone."""
    household = authorise(
        found := farmers.household_by_ref(reader(), request.form.get("household", "")), household_id=found.id if found else None
    )
    typed = tidy(request.form.get("words", ""))[:1000]
    asked, key = request.form.get("kind", ""), posted_key()
    if asked not in _may_apply(household.id):
        flash_refusal(refusals.StandingDoesNotFit())
        return redirect(url_for("assistance.own_cases", household=household.ref), 303)
    if not typed:
        no = refusals.WordsNeeded()
        return _own_cases(household.ref, (("words", refusal_words(no)),), typed), no.status
    signer, seals, household_id = signer_here(household.village_code, household.id), sealer(), household.id

    def open_and_file(session: Any) -> Any:
        row = services.open_case(
            session, key=f"{household_id}/{key}", household_id=household_id, kind=ProcedureKind(asked), signer=signer,
            sealer=seals, said=Said(typed), ground=Ground.APPLICATION,
        )  # fmt: skip
        brought = Brought(f"{row.ref}/application", signer.user_id, clock.today(), typed)
        services.bring_paper(session, case_id=row.id, brought=brought, kind=EvidenceKind.APPLICATION, sealer=seals)
        return row

    try:
        row = write(open_and_file)
    except Refusal as no:
        return _own_cases(household.ref, (("words", refusal_words(no)),), typed), no.status
    flash(_("Sent. The village looks at it within ten days."), "ok")
    return redirect(url_for("assistance.own_case", ref=row.ref), 303)


@bp.get("/desk/cases/<ref>")
@policy("cases.own_show", of="case", farmer=Reach.HOUSEHOLD)
def own_case(ref: str) -> str:
    """Show one case to its household."""
    return _own_case(authorise(queries.case_by_ref(primary(), ref)))


def _own_case(row: Any, errors: tuple[tuple[str, str], ...] = (), typed: str = "") -> str:
    case = queries.case_view(primary(), row, sealer=sealer())
    signer = signer_here(case.village_code, case.household_id)
    page = OwnCasePage(
        case=case,
        strip=strip_of(case),
        offered=tuple(one for one in offered_steps(case, signer) if one.action in _OWN and not one.is_witnessed),
        survey=next((evidence_facts(one) for one in reversed(case.evidence) if one.kind is EvidenceKind.SURVEY), ()),
        errors=errors,
        typed=typed,
    )
    return render_template(
        "assistance/own_case.html", page=page, words=words, desk_name=_(words.KIND[case.kind]),
        back_url=url_for("assistance.own_cases"),
    )  # fmt: skip


@bp.post("/desk/cases/<ref>/sign")
@policy("cases.own_sign", of="case", farmer=Reach.HOUSEHOLD)
def own_sign(ref: str) -> Any:
    """Sign a step as the household: agree, do not agree, appeal, withdraw."""
    row = authorise(queries.case_by_ref(reader(), ref))
    typed = tidy(request.form.get("words", ""))[:1000]
    try:
        action = said_action()
        if action not in _OWN:
            raise refusals.NotYourStep
        sign_as(row, action, typed)
    except refusals.CaseMoved as no:
        flash_refusal(no)
    except Refusal as no:
        return _own_case(row, (("words", refusal_words(no)),), typed), no.status
    else:
        flash(_("Signed: %(step)s.", step=_(words.SIGNED[action])), "ok")
    return redirect(url_for("assistance.own_case", ref=ref), 303)
