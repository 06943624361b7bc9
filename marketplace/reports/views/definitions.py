"""How every figure is reckoned, in words."""

from flask import render_template, url_for
from flask_babel import gettext as _

from marketplace.kernel import clock
from marketplace.reports.pages import DefinitionsPage
from marketplace.reports.views.blueprint import READERS, bp
from marketplace.reports.views.downloads import definitions as terms
from marketplace.web.policy import policy


@bp.get("/office/reports/definitions")
@policy("reports.definitions", **READERS)
def definitions() -> str:
    """Show the definition of every figure."""
    page = DefinitionsPage(
        as_of=clock.now(),
        terms=[
            (anchor, term, words)
            for anchor, (term, words) in {
                **terms(),
                **ledger_definitions(),
                **flow_definitions(),
                **poverty_definitions(),
            }.items()
        ],
        back_url=url_for("reports.county"),
    )
    return render_template("reports/definitions.html", page=page)


def poverty_definitions() -> dict[str, tuple[str, str]]:
    """Return, by anchor, each measure of poverty and inequality with its formula and where that is from."""
    return {
        "head_income": (
            _("Income a head"),
            _(
                "Declared net and net recorded through the platform of a year, added and divided by the people on record now,"
                " rounded to the fen. Only households with an approved declaration of the year are measured; every person of a"
                " household counts once, with the household's income a head."
            ),
        ),
        "households": (
            _("Households measured"),
            _("Those with an approved declaration of the year. Beside it stands their share."),
        ),
        "people": (_("People"), _("The people on record now of the households measured, N in the formulas.")),
        "poor_households": (
            _("Households below the line"),
            _("Those whose income a head is below the line of the year; at the line it is not."),
        ),
        "poor_people": (_("People below the line"), _("All people of the households below the line, q in the formulas.")),
        "fgt0": (
            _("Share of the poor (FGT0)"),
            _("People below the line ÷ all people. Foster, Greer and Thorbecke, Econometrica 52 (1984)."),
        ),
        "fgt1": (
            _("Poverty gap (FGT1)"),
            _("The sum of (line − income) ÷ line over all people below the line, ÷ all people. Same source."),
        ),
        "fgt2": (_("Squared gap (FGT2)"), _("As the gap, each person's part squared: the poorest weigh most. Same source.")),
        "total_gap_fen": (
            _("Total gap"),
            _("What would lift everybody to the line in the year: the sum of line − income over all people below it."),
        ),
        "mean_fen": (_("Mean income a head"), _("The income of all households measured ÷ all their people.")),
        "median_fen": (
            _("Median income a head"),
            _("The income of the person in the middle when all stand in order of income; of two in the middle their mean."),
        ),
        "gini": (
            _("Gini coefficient"),
            _(
                "Half the mean difference between any two people ÷ the mean: 0 where all have the same. None where the mean is"
                " not above nothing. Sen, On Economic Inequality (1973)."
            ),
        ),
        "sen": (
            _("Sen index, large population"),
            _(
                "H × [I + (1 − I) × G]: H the share of the poor, I their mean gap ÷ line, G the Gini coefficient among them. Sen,"
                " Econometrica 44 (1976)."
            ),
        ),
        "sen_finite": (
            _("Sen index of 1976"),
            _("H × [1 − (1 − I) × (1 − G × q ÷ (q + 1))], for a countable number q of poor people. Same source."),
        ),
    }


def ledger_definitions() -> dict[str, tuple[str, str]]:
    """Return, by anchor, how the figures of a management ledger are counted."""
    return {
        "ledger": (
            _("Management ledger"),
            _(
                "Households whose record is open, by their standing today: registered comes before watched, and watched before"
                " left. Levels come from the alerts that stand. A case is overdue after its day, a visit after its day;"
                " a measure is without outcome when it has stood for the days that the rules of help"
                " name and nothing is signed by the household."
            ),
        ),
    }


def flow_definitions() -> dict[str, tuple[str, str]]:
    """Return, by anchor, how flows between standings, rates and times are reckoned."""
    return {
        "flow": (
            _("Flow between standings"),
            _(
                "Each household counts once, closed records too, by its standing on the first day and on the last. An event"
                " counts when its day lies after the first day and not after the last. Entries struck off as mistakes count"
                " neither as entries nor as exits. A time is the calendar days between two signatures; nine of ten is the 90th"
                " percentile by nearest rank."
            ),
        ),
        "reentry_rate": (
            _("Re-entry rate"),
            _(
                "Of the households that had left the register by exit on the last day or before: the share that came back to it"
                " between the two days."
            ),
        ),
        "monitoring_rate": (
            _("Monitoring rate after exit"),
            _("Of the same households: the share for which monitoring was begun between the two days, after an exit."),
        ),
    }
