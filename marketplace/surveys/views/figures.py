"""The figures of a survey as bars, tables and sheets in the reader's language, and what each of them means."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from marketplace.surveys import rules
from marketplace.surveys.pages import Bar, Table
from marketplace.surveys.values import (
    EFFECT_OF,
    FEWEST_SHOWN,
    SCORES,
    ItemView,
    Measured,
    PartResult,
    Results,
    Slice,
    SurveyView,
)
from marketplace.web.exports import Sheet, SheetColumn
from marketplace.web.filters import month as month_words
from marketplace.web.language import locale_id


@dataclass(frozen=True)
class Asked:
    """What a page of results is about, and everything read for it."""

    survey: SurveyView
    chosen: Slice
    results: Results
    parts: Sequence[PartResult]
    #: The areas beside it, each over the whole survey; None where too few answered in a foreign one.
    neighbours: Sequence[tuple[str, PartResult | None]]
    months: Sequence[PartResult]
    names: Mapping[str, str]
    as_of: dt.datetime


def args_of(chosen: Slice, **more: str) -> dict[str, Any]:
    """Return the parts of an address that carry a slice."""
    held = {"area": chosen.area_code, "month": chosen.month or "", "group": str(chosen.respondents or ""), **more}
    return {name: value for name, value in held.items() if value}


def bar_of(item: ItemView, figures: Measured) -> Bar:
    """Return an item's answers as a bar."""
    parts, run = [], 0.0
    for score, count in zip(SCORES, figures.counts, strict=True):
        share = 100 * count / figures.n if figures.n else 0.0
        parts.append((run, share, score, count))
        run += share
    return Bar(f"{item.position}. {item.words(locale_id())}", parts)


def shown(value: Decimal | None, places: int) -> str:
    """Return a figure with so many places, or a dash."""
    return "—" if value is None else str(rules.rounded(value, places))


def percent(value: Decimal | None) -> str:
    """Return a share in percent, or a dash."""
    return "—" if value is None else f"{rules.rounded(value, rules.APPROVAL_PLACES)}%"


def _figures(measured: Measured) -> dict[str, Any]:
    def cut(value: Decimal | None, places: int) -> Decimal | None:
        return None if value is None else rules.rounded(value, places)

    return {
        "n": measured.n,
        "mean": cut(measured.mean, rules.MEAN_PLACES),
        "sd": cut(measured.sd, rules.SD_PLACES),
        "approval": cut(measured.approval, rules.APPROVAL_PLACES),
    }


def _figure_columns() -> list[dict[str, str]]:
    return [
        {"key": "n", "label": _("n"), "kind": "number"},
        {"key": "mean", "label": _("Mean"), "kind": "number"},
        {"key": "sd", "label": _("SD"), "kind": "number"},
        {"key": "approval", "label": _("Approval, percent"), "kind": "number"},
    ]


def items_table(asked: Asked) -> Table:
    """Return the figures of every item, with how often each score was given."""
    columns = [
        {"key": "item", "label": _("Item")},
        *_figure_columns(),
        *({"key": f"score-{score}", "label": f"{score}", "kind": "number"} for score in SCORES),
    ]
    rows = [
        {
            "item": f"{item.position}. {item.words(locale_id())}",
            **_figures(figures := asked.results.items[item.id]),
            **{f"score-{score}": count for score, count in zip(SCORES, figures.counts, strict=True)},
        }
        for item in asked.survey.items
    ]
    return Table(_("Item by item"), _("Columns 1 to 5: how many gave that score"), columns, rows)


def study_table(asked: Asked) -> Table | None:
    """Return our figures beside those that the study published for the same questions."""
    items = [item for item in asked.survey.items if item.effect in EFFECT_OF]
    if not items:
        return None
    columns = [
        {"key": "item", "label": _("Item")},
        {"key": "mean", "label": _("Mean here"), "kind": "number"},
        {"key": "study_mean", "label": _("in the study"), "kind": "number"},
        {"key": "mean_apart", "label": _("difference"), "kind": "signed"},
        {"key": "sd", "label": _("SD here"), "kind": "number"},
        {"key": "study_sd", "label": _("in the study"), "kind": "number"},
        {"key": "approval", "label": _("Approval here, percent"), "kind": "number"},
        {"key": "study_approval", "label": _("in the study"), "kind": "number"},
        {"key": "approval_apart", "label": _("difference, points"), "kind": "signed"},
    ]
    rows = []
    for item in items:
        effect, figures = EFFECT_OF[str(item.effect)], asked.results.items[item.id]
        mean, _sd, approval = rules.beside(figures, effect)
        rows.append(
            {
                "item": item.words(locale_id()),
                **_figures(figures),
                "study_mean": effect.mean,
                "mean_apart": mean,
                "study_sd": effect.sd,
                "study_approval": effect.approval,
                "approval_apart": approval,
            }
        )
    return Table(_("Beside the study"), _study_source(), columns, rows)


def _study_source() -> str:
    return str(
        _("Table I of the published study of Lianhua County. Differences are taken in the places in which it was printed.")
    )


def _part_columns(label: str) -> list[dict[str, str]]:
    return [
        {"key": "part", "label": label, "kind": "name"},
        {"key": "answers", "label": _("Answers"), "kind": "number"},
        {"key": "mean", "label": _("Mean of all items"), "kind": "number"},
        {"key": "sd", "label": _("SD"), "kind": "number"},
        {"key": "approval", "label": _("Approval, percent"), "kind": "number"},
    ]


def _part(words: object, part: PartResult) -> dict[str, Any]:
    return {**_figures(part.all_items), "part": words, "answers": part.answers}


def parts_table(asked: Asked) -> Table | None:
    """Return the areas within the one looked at, each leading to its own results."""
    if not asked.parts:
        return None
    own = asked.chosen.area_code
    rows = []
    for part in asked.parts:
        url = url_for("surveys.results", ref=asked.survey.ref, **args_of(asked.chosen) | {"area": part.code})
        name = asked.names[part.code] if part.code != own else _("%(area)s, no nearer area named", area=asked.names[own])
        rows.append(_part({"value": name, "url": None if part.code == own else url}, part))
    label = _("Township") if len(own) == 6 else _("Village")
    return Table(_("By township") if len(own) == 6 else _("By village"), None, _part_columns(label), rows)


def neighbours_table(asked: Asked) -> Table | None:
    """Return the areas beside the one looked at, if there are any."""
    if len(asked.neighbours) < 2:
        return None
    hidden = {"answers": None, "mean": None, "sd": None, "approval": None}
    rows = [
        _part(asked.names[code], part) if part is not None else {"part": asked.names[code], **hidden}
        for code, part in asked.neighbours
    ]
    note = _("Over the whole survey. A dash: fewer than %(least)d answers came from there.", least=FEWEST_SHOWN)
    label = _("Township") if len(asked.chosen.area_code) == 9 else _("Village")
    return Table(_("Beside the neighbours"), note, _part_columns(label), rows)


def months_table(asked: Asked) -> Table:
    """Return the months of the survey."""
    rows = [_part(month_words(part.code), part) for part in asked.months]
    return Table(_("Month by month"), None, _part_columns(_("Month")), rows)


def terms() -> list[tuple[str, str]]:
    """Return each term with its definition."""
    return [
        (_("n"), _("How many answered the item. An item that somebody left out is not among their answers.")),
        (_("Mean"), _("The sum of the scores divided by n. A score runs from 1, strongly disagree, to 5, strongly agree.")),
        (_("SD"), _("Standard deviation of a sample: the sum of squared distances from the mean is divided by n less 1.")),
        (_("Approval"), _("The share of the answers to an item that score 4 or 5, in percent.")),
        (_("All items"), _("Every score of every item taken together, each weighing the same.")),
        (_("Period"), _("An answer counts in the month of the day on which it was given, Beijing time.")),
        (
            _("Group asked"),
            _("Whom the slips or sheets were handed to, as noted when they were issued. Nobody is asked who they are."),
        ),
        (
            _("Small numbers"),
            _(
                "Of an area that is not the reader's own nothing is shown where fewer than %(least)d answers came from there.",
                least=FEWEST_SHOWN,
            ),
        ),
        (
            _("What these figures do not say"),
            _("They say how those who answered feel. Slips are handed out, not drawn by lot: this is no estimate for all."),
        ),
    ]


def sheet_of(table: Table) -> Sheet:
    """Return a table as a sheet: figures as numbers, a cell that is withheld empty."""
    whole = {"n", "answers", *(f"score-{score}" for score in SCORES)}
    columns = [
        SheetColumn(column["label"], "number" if column["key"] in whole else "decimal" if _is_figure(column) else "text", width)
        for column, width in zip(table.columns, [44, *[None] * (len(table.columns) - 1)], strict=True)
    ]
    rows = []
    for row in table.rows:
        held = [row[column["key"]] for column in table.columns]
        rows.append([cell["value"] if isinstance(cell, dict) else cell for cell in held])
    return Sheet(table.caption, columns, rows)


def _is_figure(column: Mapping[str, Any]) -> bool:
    return column.get("kind") in ("number", "signed")
