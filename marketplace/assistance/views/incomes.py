"""What a household earned, year by year: the declared income, and apart from it what was recorded through the platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from marketplace.assistance import labels
from marketplace.assistance.values import HouseholdCard, PlatformFigures, YearIncome, YearLine
from marketplace.kernel import clock
from marketplace.web.filters import moment, short_month
from marketplace.web.policy import may_open

#: Years whose months are shown; of those before, the whole year, and the report has the rest.
YEARS_BY_MONTH = 2
#: The columns of the platform's months, in the order in which the net comes about.
_FIGURES = ("gross", "refunds", "fees", "costs", "net", "earned", "paid")


@dataclass(frozen=True)
class YearPage:
    """One year: both incomes beside each other, the platform's months, and the declared entries."""

    year: int
    compared: tuple[Mapping[str, Any], ...]
    months: tuple[Mapping[str, Any], ...]
    total: Mapping[str, Any] | None
    entries: tuple[Any, ...]
    line: YearLine | None


@dataclass(frozen=True)
class IncomePage:
    """The income of a card: when the platform's part was taken, where its rows are, and the years."""

    as_of: str | None
    report_url: str | None
    columns: tuple[Mapping[str, Any], ...]
    years: tuple[YearPage, ...]


def income_page(card: HouseholdCard) -> IncomePage:
    """Return the income of a household's card; figures open their rows for readers who may see the reports."""
    opens = may_open("reports.household", village_code=card.village_code, household_id=card.household_id)
    words = {key: _(labels.PLATFORM[key]) for key in _FIGURES}
    by_month = [year.year for year in card.years if year.months][:YEARS_BY_MONTH]
    return IncomePage(
        as_of=moment(card.platform_at) if card.platform_at else None,
        report_url=url_for("reports.household", ref=card.ref) if opens else None,
        columns=(
            {"key": "month", "label": _("Month")},
            *({"key": key, "label": words[key], "kind": "yuan"} for key in _FIGURES),
        ),
        years=tuple(_year(card.ref, year, opens=opens, by_month=year.year in by_month) for year in card.years),
    )


def _year(ref: str, year: YearIncome, *, opens: bool, by_month: bool) -> YearPage:
    word = str(year.year)
    return YearPage(
        year=year.year,
        compared=_compared(ref, year, opens=opens),
        months=tuple(_cells(ref, period, figures, opens=opens) for period, figures in year.months) if by_month else (),
        total=_cells(ref, word, year.platform, opens=opens) if year.months else None,
        entries=year.entries,
        line=year.line,
    )


def _compared(ref: str, year: YearIncome, *, opens: bool) -> tuple[Mapping[str, Any], ...]:
    """Return the declared part and the platform's part, never added into one figure."""
    net = year.platform.net_fen
    declared = year.declared_fen
    share = year.share
    return (
        {
            "what": _("Declared, net"),
            "amount": declared,
            "head": None if declared is None else year.per_head(declared),
            "share": None if share is None else 1 - share,
        },
        {
            "what": _("Recorded through the platform, net"),
            "amount": _opening(ref, str(year.year), "net", net, opens=opens),
            "head": year.per_head(net),
            "share": share,
        },
    )


def _cells(ref: str, period: str, figures: PlatformFigures, *, opens: bool) -> Mapping[str, Any]:
    words = short_month(period)
    if period == clock.month_of(clock.now()):
        words = _("%(month)s, so far", month=words)
    return {
        "month": words,
        **{key: _opening(ref, period, key, getattr(figures, f"{key}_fen"), opens=opens) for key in _FIGURES},
    }


def _opening(ref: str, period: str, figure: str, fen: int, *, opens: bool) -> Any:
    """Return a figure with the address of the rows that make it; nothing moved, nothing to open."""
    if not (opens and fen):
        return fen
    return {"value": fen, "url": url_for("reports.lines", household=ref, kind=figure, period=period)}
