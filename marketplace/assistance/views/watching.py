"""What a household's card shows of its alerts, its spending and its next visit."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from marketplace.assistance import queries
from marketplace.assistance.labels import alerts as words
from marketplace.assistance.values.alerts import STANDING_STATES, AlertState, Level
from marketplace.assistance.views.warnings import LevelTag, finding_words, level_tags
from marketplace.kernel import clock
from marketplace.web.db import reader


@dataclass(frozen=True)
class WatchPage:
    """How closely the household is watched, and why."""

    level: LevelTag
    #: (alert, what the rule is called, what it found): those that stand, and those that are over.
    standing: tuple[tuple[Any, str, str], ...]
    over: tuple[tuple[Any, str, str], ...]
    spending: tuple[Any, ...]
    #: The next visit, where the rule asks for one.
    plan: Any
    is_overdue: bool


def watch_page(household_id: int) -> WatchPage:
    """Return it in five queries."""
    alerts = [
        (each, _(words.RULE[each.rule]), finding_words(each.rule, each.figures))
        for each in queries.alerts_of_household(reader(), household_id)
    ]
    level = queries.levels_of(reader(), [household_id], clock.today()).get(household_id, Level.STEADY)
    plan = queries.plan_of(reader(), household_id)
    return WatchPage(
        level=level_tags()[level],
        standing=tuple(each for each in alerts if AlertState(each[0].state) in STANDING_STATES),
        over=tuple(each for each in alerts if AlertState(each[0].state) not in STANDING_STATES),
        spending=tuple(queries.spending_of_household(reader(), household_id)),
        plan=plan,
        is_overdue=plan is not None and plan.due_on < clock.today(),
    )
