"""Measures of poverty and inequality as pure functions over whole fen, each person of a household counting once.

A person is poor whose income is below the line; at the line nobody is. Every sum is exact; only the last division is a float.
"""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from marketplace.kernel.money import ratio
from marketplace.reports.values import Measures


@dataclass(frozen=True, slots=True)
class Home:
    """A household as the measures see it: people, one at least, and the income of each of them in fen, which may be negative."""

    people: int
    head_fen: int


def measures(homes: Sequence[Home], line_fen: int | None) -> Measures:
    """Measure some homes, beside a line of a person and year in fen where there is one."""
    found = Measures(len(homes), _people(homes), mean_fen(homes), median_fen(homes), gini(homes))
    if line_fen is None:
        return found
    poor = _poor(homes, line_fen)
    return Measures(
        found.households,
        found.people,
        found.mean_fen,
        found.median_fen,
        found.gini,
        line_fen,
        len(poor),
        _people(poor),
        total_gap_fen(homes, line_fen),
        fgt(homes, line_fen, 0),
        fgt(homes, line_fen, 1),
        fgt(homes, line_fen, 2),
        sen(homes, line_fen),
        sen_finite(homes, line_fen),
    )


def fgt(homes: Sequence[Home], line_fen: int, alpha: int) -> float | None:
    """Return the share of the poor (alpha 0), the gap (1) or its square (2): Σ n·((z − y) / z)^α over the poor ÷ Σ n over all.

    Foster, Greer and Thorbecke, "A Class of Decomposable Poverty Measures", Econometrica 52 (1984), 761-766; with the examples of
    the World Bank's Handbook on Poverty and Inequality (Haughton and Khandker, 2009), chapter 4.
    """
    people = _people(homes)
    if not people:
        return None
    gaps = sum(home.people * (line_fen - home.head_fen) ** alpha for home in _poor(homes, line_fen))
    return float(Fraction(gaps, people * line_fen**alpha))


def total_gap_fen(homes: Sequence[Home], line_fen: int) -> int:
    """Return what would lift everybody to the line in a year, in fen: Σ n·(z − y) over the poor (Handbook, chapter 4)."""
    return sum(home.people * (line_fen - home.head_fen) for home in _poor(homes, line_fen))


def mean_fen(homes: Sequence[Home]) -> int | None:
    """Return the mean income of a person in fen, rounded half-up: Σ n·y ÷ Σ n."""
    people = _people(homes)
    return ratio(sum(home.people * home.head_fen for home in homes), 1, people) if people else None


def median_fen(homes: Sequence[Home]) -> int | None:
    """Return the income of the person in the middle in fen; of two in the middle their mean, rounded half-up."""
    people = _people(homes)
    if not people:
        return None
    ordered = sorted(homes, key=lambda home: home.head_fen)
    places, before = [], 0
    for home in ordered:
        before += home.people
        places.append(before)
    lower, upper = (ordered[bisect.bisect_left(places, place)].head_fen for place in ((people + 1) // 2, people // 2 + 1))
    return ratio(lower + upper, 1, 2)


def gini(homes: Sequence[Home]) -> float | None:
    """Return Gini's coefficient over people: ΣΣ n_i·n_j·|y_i − y_j| ÷ (2·N²·μ); None where the mean is not above nothing.

    Half the relative mean difference, as in Sen, "On Economic Inequality" (1973), section 2.8.
    """
    found = _gini(homes)
    return None if found is None else float(found)


def _gini(homes: Sequence[Home]) -> Fraction | None:
    people = together = differences = 0
    for home in sorted(homes, key=lambda home: home.head_fen):
        differences += home.people * (people * home.head_fen - together)
        people += home.people
        together += home.people * home.head_fen
    return Fraction(differences, people * together) if together > 0 else None


def sen(homes: Sequence[Home], line_fen: int) -> float | None:
    """Return Sen's index in the form for large populations, H·[I + (1 − I)·G]: G is Gini's coefficient among the poor.

    Sen, "Poverty: An Ordinal Approach to Measurement", Econometrica 44 (1976), 219-231, equation for large numbers of the poor.
    None where the poor together have nothing: then Gini's coefficient among them says nothing.
    """
    return _sen(homes, line_fen, is_finite=False)


def sen_finite(homes: Sequence[Home], line_fen: int) -> float | None:
    """Return Sen's index for a finite number q of the poor, H·[1 − (1 − I)·(1 − G·q / (q + 1))] (Sen 1976, theorem 1)."""
    return _sen(homes, line_fen, is_finite=True)


def _sen(homes: Sequence[Home], line_fen: int, *, is_finite: bool) -> float | None:
    people, poor = _people(homes), _poor(homes, line_fen)
    number = _people(poor)
    if not people:
        return None
    if not poor:
        return 0.0
    among = _gini(poor)
    if among is None:
        return None
    gap = Fraction(total_gap_fen(poor, line_fen), number * line_fen)
    weight = Fraction(number, number + 1) if is_finite else 1
    return float(Fraction(number, people) * (1 - (1 - gap) * (1 - among * weight)))


def _poor(homes: Sequence[Home], line_fen: int) -> list[Home]:
    return [home for home in homes if home.head_fen < line_fen]


def _people(homes: Sequence[Home]) -> int:
    return sum(home.people for home in homes)
