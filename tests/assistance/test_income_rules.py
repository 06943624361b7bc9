"""`household_year` of the known answers, and what an exit or a clearing must rest on."""

import datetime as dt
import json
from pathlib import Path

import pytest

from marketplace.assistance.rules.income import Want, YearBasis, household_year, months_after, wants_for_clearing, wants_for_exit
from marketplace.assistance.values import Guarantee, LedgerCategory
from marketplace.assistance.values.procedures import Settings
from marketplace.kernel.money import parse_yuan

ANSWERS = json.loads((Path(__file__).parents[1] / "reference" / "known_answers.json").read_text(encoding="utf-8"))
MET = dict.fromkeys(Guarantee, True)
KIND = LedgerCategory


def test_a_household_year_comes_out_to_the_fen():
    answer = {name: value for name, value in ANSWERS["household_year"].items() if name != "story"}
    fen = {name: parse_yuan(value) for name, value in answer.items() if name != "platform_share_percent"}
    declared = {KIND.WAGE: 600000, KIND.BUSINESS: 350000, KIND.PROPERTY: 30000, KIND.TRANSFER: 24000}
    declared[KIND.BUSINESS_EXPENDITURE] = 130000
    platform = {
        kind: fen[str(kind)] - declared[kind] for kind in (KIND.WAGE, KIND.BUSINESS, KIND.PROPERTY, KIND.BUSINESS_EXPENDITURE)
    }
    year = household_year(declared, platform, members=4)
    assert (year.wage_fen, year.business_fen, year.property_fen, year.transfer_fen, year.expenditure_fen) == (
        fen["wage"], fen["business"], fen["property"], fen["transfer"], fen["business_expenditure"],
    )  # fmt: skip
    assert year.net_fen == fen["net"]
    assert year.per_head_fen == fen["per_capita"]
    assert year.gap_fen(295200) == fen["gap_to_2952"]
    assert year.platform_net_fen == fen["platform_net"]
    assert f"{year.platform_share:.2%}"[:-1] == answer["platform_share_percent"]
    assert year.gap_fen(fen["per_capita"]) == 0  # at the line there is no gap


@pytest.mark.parametrize(("years", "wants"), [
    ([(2019, 1_000_000, 321800), (2018, 1_300_000, 310000)], ["below_line"]),
    ([(2019, 1_300_000, 321800), (2018, 1_240_000, 310000)], []),
    ([(2019, 1_300_000, 321800), (2018, 1_239_997, 310000)], ["below_line"]),
    ([(2019, None, 321800), (2018, 1_300_000, None)], ["income_unknown", "line_unknown"]),
])  # fmt: skip
def test_an_exit_rests_on_complete_years_above_their_lines(years, wants):
    bases = [YearBasis(year, net, 4, line) for year, net, line in years]
    assert [want.code for want in wants_for_exit(bases, MET, Settings())] == wants


def test_an_exit_rests_on_every_guarantee_having_been_found_met():
    bases = [YearBasis(2019, 1_300_000, 4, 321800)]
    met = {**MET, Guarantee.WATER: False}
    del met[Guarantee.HOUSING]
    wants = wants_for_exit(bases, met, Settings(stable_years=1))
    assert {(want.code, want.guarantee) for want in wants} == {
        ("guarantee_unmet", Guarantee.WATER), ("guarantee_unchecked", Guarantee.HOUSING),
    }  # fmt: skip


def test_monitoring_is_cleared_above_the_range_and_after_six_months():
    above = YearBasis(2025, 3_600_000, 4, 870000)
    opened = dt.date(2026, 3, 31)
    assert months_after(opened, 6) == dt.date(2026, 9, 30)
    early = wants_for_clearing(above, MET, Settings(), opened_on=opened, on=dt.date(2026, 9, 29))
    assert early == (Want("too_early", day=dt.date(2026, 9, 30)),)
    assert wants_for_clearing(above, MET, Settings(), opened_on=opened, on=dt.date(2026, 9, 30)) == ()
    below = YearBasis(2025, 3_479_997, 4, 870000)
    assert [want.code for want in wants_for_clearing(below, MET, Settings(), opened_on=opened, on=dt.date(2026, 9, 30))] == [
        "below_line"
    ]
