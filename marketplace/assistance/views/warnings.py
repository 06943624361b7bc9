"""Alerts, rules and levels in the reader's words: figures become money, days and percent as their names say."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from marketplace.assistance import labels, queries
from marketplace.assistance.labels import alerts as words
from marketplace.assistance.rules.alerts import COLOURS, PARAMETERS, Unit
from marketplace.assistance.values.alerts import LEVELS, Level, RuleVersion
from marketplace.kernel import clock
from marketplace.web.db import reader
from marketplace.web.filters import day, listed, money, month, percent


@dataclass(frozen=True)
class LevelTag:
    """A level as it is shown: always words with an icon; the colour is the county's choice."""

    words: str
    kind: str
    icon: str


def finding_words(rule: str, figures: Mapping[str, Any]) -> str:
    """Return what a rule found of a household."""
    return str(_(words.FINDING[rule], **{name: _figure(name, value) for name, value in figures.items()}))


def rule_words(rule: str, parameters: Mapping[str, int]) -> str:
    """Return what a rule says, with its parameters."""
    return str(_(words.RULE_WORDS[rule], **{name: _figure(name, value) for name, value in parameters.items()}))


def parameter_words(rule: str, parameters: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return (what it is, its value) of each parameter, in the order of the rule."""
    return [
        (_(words.PARAMETER[name]), _colour(parameters[name]) if spec.unit is Unit.COLOUR else _figure(name, parameters[name]))
        for name, spec in PARAMETERS[rule].items()
        if name in parameters
    ]


def _colour(place: int) -> str:
    return str(_(words.COLOUR[COLOURS[place]]))


def _figure(name: str, value: Any) -> str:
    if name.endswith("_fen"):
        return money(value)
    if name.endswith("_basis"):
        return percent(value / 10_000)
    if name.endswith("_on"):
        return day(dt.date.fromisoformat(value))
    if name == "month":
        return month(value)
    if name == "guarantees":
        return listed(_(labels.GUARANTEE[each]) for each in value.split(","))
    return str(value)


def level_tags(version: RuleVersion | None = None) -> tuple[LevelTag, ...]:
    """Return how each level is shown today, the calmest first."""
    table = (version or queries.standing_versions(reader(), clock.today())[LEVELS]).parameters
    return tuple(
        LevelTag(
            _(words.LEVEL[level]), words.COLOUR_KIND[COLOURS[table[f"colour_{level.name.lower()}"]]], words.LEVEL_ICON[level]
        )
        for level in Level
    )
