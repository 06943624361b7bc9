"""What the answers add up to: by item, area and month, beside the study's table, with an Excel twin and the rows behind."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.surveys import queries, rules
from marketplace.surveys.pages import AnswersPage, Filters, ResultsPage, Table, Tile
from marketplace.surveys.values import (
    CHANNEL_WORDS,
    FEWEST_SHOWN,
    RESPONDENT_WORDS,
    SCORE_WORDS,
    PartResult,
    Respondents,
    Results,
    Slice,
    SurveyView,
)
from marketplace.surveys.views import figures
from marketplace.surveys.views.blueprint import BUILDERS, READERS, bp, chosen_area, has_any, is_own, pager, survey_of, titled
from marketplace.web import exports
from marketplace.web.db import reader
from marketplace.web.filters import day, moment
from marketplace.web.filters import month as month_words
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, policy, reachable_areas

#: Who sees single answers, of which a village's few could be guessed by those who handed out the slips.
ROW_READERS: dict[str, Any] = {**BUILDERS, "auditor": Reach.AREA}
#: Answers shown at once.
PAGE = 50
#: Digits of the code of the areas below one.
_BELOW = {6: 9, 9: 12}


@bp.get("/office/surveys/<ref>/results")
@policy("surveys.results", of="area", **READERS)
def results(ref: str) -> str:
    """Show what the answers of an area of one's own add up to."""
    asked = _asked(survey_of(ref))
    survey, found = asked.survey, asked.results
    everything = rules.together(found.items.values())
    page = ResultsPage(
        title=_("Results: %(title)s", title=titled(survey)),
        crumbs=_crumbs(asked),
        area_name=asked.names[asked.chosen.area_code],
        source=_source(survey),
        as_of=asked.as_of,
        filters=_filters(asked),
        tiles=[
            Tile(_("Answers"), f"{found.answers:,}", _channels(found), _rows_url(asked)),
            Tile(_("Mean of all items"), figures.shown(everything.mean, rules.MEAN_PLACES), _("From 1 to 5")),
            Tile(_("Approval over all items"), figures.percent(everything.approval), _("Share of scores 4 and 5")),
        ],
        bars=[figures.bar_of(item, found.items[item.id]) for item in survey.items],
        legend=[(score, str(_(words))) for score, words in SCORE_WORDS.items()],
        items=figures.items_table(asked),
        study=figures.study_table(asked),
        parts=figures.parts_table(asked),
        neighbours=figures.neighbours_table(asked),
        months=figures.months_table(asked),
        terms=figures.terms(),
        excel_url=url_for("surveys.excel", ref=survey.ref, **figures.args_of(asked.chosen)),
    )
    return render_template("surveys/results.html", page=page)


@bp.get("/office/surveys/effects")
@policy("surveys.effects", **READERS)
def effects() -> Response:
    """Lead to the results of the survey of effects opened last; where there is none, to the list."""
    found = queries.latest_with_effects(reader())
    return redirect(url_for("surveys.results", ref=found.ref) if found else url_for("surveys.surveys"))


@bp.get("/office/surveys/<ref>/results/excel")
@policy("surveys.excel", of="area", **READERS)
def excel(ref: str) -> Response:
    """Send the same figures as a workbook."""
    asked = _asked(survey_of(ref))
    tables = (
        figures.items_table(asked),
        figures.study_table(asked),
        figures.parts_table(asked),
        figures.neighbours_table(asked),
        figures.months_table(asked),
    )
    about = [
        (_("Survey"), titled(asked.survey)),
        (_("Source"), _source(asked.survey)),
        (_("Area"), asked.names[asked.chosen.area_code]),
        (_("Period"), month_words(asked.chosen.month) if asked.chosen.month else _("The whole survey")),
        (_("Group asked"), _(RESPONDENT_WORDS[asked.chosen.respondents]) if asked.chosen.respondents else _("Everybody")),
        (_("As of"), moment(asked.as_of)),
        *figures.terms(),
    ]
    sheets = [figures.sheet_of(table) for table in tables if table is not None]
    name = f"lotusfair-{asked.survey.ref}-{asked.chosen.area_code}.xlsx"
    return exports.send(exports.workbook(sheets, about, _("How it is reckoned")), name)


@bp.get("/office/surveys/<ref>/answers")
@policy("surveys.answers", of="area", **ROW_READERS)
def answers(ref: str) -> str:
    """Show the answers behind the figures; nobody's name stands with them."""
    survey = survey_of(ref)
    chosen = _slice()
    after = _after()
    found = queries.answers_in(reader(), survey, chosen, after=after, limit=PAGE + 1)
    shown, names = found[:PAGE], _names()
    rows = [
        {
            "area": names[one.area_code],
            "day": one.answered_on,
            "channel": _(CHANNEL_WORDS[one.channel]),
            "group": _(RESPONDENT_WORDS[one.respondents]),
            **{f"item-{item.position}": one.scores.get(item.id) for item in survey.items},
        }
        for one in shown
    ]
    columns = [
        {"key": "area", "label": _("Area"), "kind": "name"},
        {"key": "day", "label": _("Day"), "kind": "day"},
        {"key": "channel", "label": _("Way of answering")},
        {"key": "group", "label": _("Group asked")},
        *(
            {"key": f"item-{item.position}", "label": _("Item %(number)d", number=item.position), "kind": "number"}
            for item in survey.items
        ),
    ]
    last = f"{shown[-1].area_code}-{shown[-1].id}" if len(found) > PAGE else None
    page = AnswersPage(
        title=_("Answers: %(title)s", title=titled(survey)),
        crumbs=[
            (_("Surveys"), url_for("surveys.surveys")),
            (titled(survey), url_for("surveys.show", ref=survey.ref)),
            (_("Results"), url_for("surveys.results", ref=survey.ref, **figures.args_of(chosen))),
            (_("Answers"), None),
        ],
        area_name=names[chosen.area_code],
        as_of=clock.now(),
        table=Table(_("Answers"), _("By area, in the order in which they came"), columns, rows),
        pager=pager("" if after else None, last),
    )
    return render_template("surveys/answers.html", page=page)


def _after() -> tuple[str, int] | None:
    code, _dash, key = request.args.get("after", "").partition("-")
    is_place = code.isascii() and code.isdigit() and key.isascii() and key.isdigit() and len(key) <= 18
    return (code, int(key)) if is_place else None


def _slice() -> Slice:
    """Return what the address asks for; an area beyond the reach is not there, other words that mean nothing are not said.

    Raises:
        NotThere: the area is none, or not for this reader.
    """
    asked = request.args.get("area", "")
    mine = reachable_areas()
    if not mine:
        raise NotThere
    area = chosen_area(asked) if asked else min(mine, key=lambda code: (len(code), code))
    month, group = request.args.get("month", ""), request.args.get("group", "")
    is_month = re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month, re.ASCII)
    return Slice(area, month if is_month else None, Respondents(group) if group in set(Respondents) else None)


def _asked(survey: SurveyView) -> figures.Asked:
    chosen = _slice()
    below = _BELOW.get(len(chosen.area_code))
    counts = queries.counts_of(reader(), survey, chosen.area_code, respondents=chosen.respondents, digits=below or 12)
    return figures.Asked(
        survey=survey,
        chosen=chosen,
        results=rules.results_of(counts, chosen.month),
        parts=rules.parts_of(counts, chosen.month) if below else (),
        neighbours=_neighbours(survey, chosen.area_code),
        months=rules.months_of(counts),
        names=_names(),
        as_of=clock.now(),
    )


def _neighbours(survey: SurveyView, code: str) -> Sequence[tuple[str, PartResult | None]]:
    """Return the areas of the same township or county over the whole survey: no filter narrows what is seen of a foreign one."""
    above = {9: 6, 12: 9}.get(len(code))
    if above is None:
        return ()
    found = rules.parts_of(queries.counts_of(reader(), survey, code[:above], digits=len(code)))
    return [
        (part.code, part if is_own(part.code) or part.answers >= FEWEST_SHOWN else None)
        for part in found
        if len(part.code) == len(code)
    ]


def _names() -> Mapping[str, str]:
    at = 0 if locale_id() == "zh" else 1
    return {code: pair[at] for code, pair in areas.names(reader()).items()}


def _rows_url(asked: figures.Asked) -> str | None:
    """Return the address of the answers behind the figures, for who may read them."""
    if not asked.results.answers or not has_any(ROW_READERS):
        return None
    return url_for("surveys.answers", ref=asked.survey.ref, **figures.args_of(asked.chosen))


def _crumbs(asked: figures.Asked) -> list[tuple[str, str | None]]:
    survey, code = asked.survey, asked.chosen.area_code
    above = [code[:digits] for digits in (6, 9) if digits < len(code) and is_own(code[:digits])]
    return [
        (_("Surveys"), url_for("surveys.surveys")),
        (titled(survey), url_for("surveys.show", ref=survey.ref)),
        *((asked.names[one], url_for("surveys.results", ref=survey.ref, area=one)) for one in above),
        (asked.names[code], None),
    ]


def _source(survey: SurveyView) -> str:
    version = _("Version %(number)d", number=survey.version)
    span = _("%(first)s to %(last)s", first=day(survey.opened_at), last=day(survey.closed_at or survey.closes_on))
    return f"{version} · {span}"


def _filters(asked: figures.Asked) -> Filters:
    code, survey = asked.chosen.area_code, asked.survey
    mine = reachable_areas()
    offered = {*mine, code, *(code[:digits] for digits in (6, 9) if digits < len(code)), *(part.code for part in asked.parts)}
    months = {part.code for part in asked.months} | ({asked.chosen.month} if asked.chosen.month else set())
    return Filters(
        action=url_for("surveys.results", ref=survey.ref),
        area=code,
        month=asked.chosen.month or "",
        group=str(asked.chosen.respondents or ""),
        areas=[(one, asked.names[one]) for one in sorted(offered) if is_own(one)],
        months=[("", _("The whole survey")), *((one, month_words(one)) for one in sorted(months))],
        groups=[("", _("Everybody")), *((str(group), str(_(words))) for group, words in RESPONDENT_WORDS.items())],
    )


def _channels(found: Results) -> str:
    return " · ".join(f"{_(CHANNEL_WORDS[channel])} {count:,}" for channel, count in found.by_channel.items() if count)
