"""What cases say in figures, in the reader's words."""

from collections.abc import Sequence

from flask_babel import gettext as _

from marketplace.assistance import labels, queries
from marketplace.assistance.labels import procedures as words
from marketplace.assistance.rules.income import Want
from marketplace.assistance.values import Guarantee
from marketplace.assistance.values.procedures import EvidenceKind, EvidenceView, Findings
from marketplace.assistance.views.households import word
from marketplace.web.filters import day, listed, money


def wants_words(wants: Sequence[Want]) -> list[str]:
    """Return what a proposal lacks, a sentence each."""
    return [
        _(words.WANT[want.code]) % {
            "year": want.year,
            "head": money(want.head_fen) if want.head_fen is not None else "",
            "line": money(want.line_fen) if want.line_fen is not None else "",
            "guarantee": _(labels.GUARANTEE[want.guarantee]) if want.guarantee else "",
            "day": day(want.day) if want.day else "",
        }
        for want in wants
    ]  # fmt: skip


def opinion_line(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Return what survey, assembly and home check say, each with its ground."""
    found = []
    if findings.survey is not None and findings.survey_head_fen is not None and findings.line_fen is not None:
        said = _("%(head)s a head, line %(line)s", head=money(findings.survey_head_fen), line=money(findings.line_fen))
        found.append((_(words.EVIDENCE[EvidenceKind.SURVEY]), f"{_(words.OPINION[findings.survey])} · {said}"))
    for kind, opinion in ((EvidenceKind.ASSEMBLY, findings.assembly), (EvidenceKind.HOME_CHECK, findings.home_check)):
        if opinion is not None:
            found.append((_(words.EVIDENCE[kind]), _(words.OPINION[opinion])))
    return tuple(found)


def evidence_facts(one: EvidenceView) -> tuple[tuple[str, str], ...]:
    """Return the facts of a piece of evidence as (term, value)."""
    facts = one.facts
    if one.kind is EvidenceKind.SURVEY and facts:
        year = queries.survey_year(dict(facts))
        return (
            (_("Year"), str(facts["year"])),
            (_("People"), str(year.members)),
            (_("Wages"), money(year.wage_fen)),
            (_("Own business"), money(year.business_fen)),
            (_("Property"), money(year.property_fen)),
            (_("Transfers"), money(year.transfer_fen)),
            (_("Business expenditure"), money(year.expenditure_fen)),
            (_("Left out: one-off relief and tied grants"), money(facts["excluded_fen"])),
            (_("Net income"), money(year.net_fen)),
            (_("Net income a head"), money(year.per_head_fen)),
        )
    if one.kind is EvidenceKind.ASSEMBLY and facts:
        return (
            (_("Village group"), facts["group_name"]),
            (_("May vote"), str(facts["eligible"])),
            (_("Present"), str(facts["present"])),
            (_("In favour"), str(facts["in_favour"])),
            (_("Against"), str(facts["against"])),
            (_("Abstained"), str(facts["abstained"])),
        )
    if one.kind is EvidenceKind.HOME_CHECK and facts:
        met = set(facts["met"].split(","))
        return (
            (_("Causes"), listed(word("Cause", code) for code in facts["causes"].split(",") if code) or "—"),
            (_("Guarantees met"), listed(_(labels.GUARANTEE[one]) for one in Guarantee if one in met) or "—"),
            (_("Not met"), listed(_(labels.GUARANTEE[one]) for one in Guarantee if one not in met) or "—"),
        )
    return ()
