"""Policy of surveys: the study's figures reproduced, scores as they are typed, states, and what a draft lacks."""

import itertools
import json
import statistics
from decimal import Decimal
from pathlib import Path

import pytest

from marketplace.surveys import rules
from marketplace.surveys.refusals import NoItems, NothingAnswered, SurveyIncomplete, WrongCount, WrongScores
from marketplace.surveys.values import EFFECTS, TEMPLATE, CodeStanding, ItemDraft, Party, SurveyAction, SurveyDraft, SurveyState
from tests.moves import leads_nowhere_else, reached_from, written

KNOWN = json.loads((Path(__file__).parents[1] / "reference" / "known_answers.json").read_text(encoding="utf-8"))["survey_table_1"]
SYNTHETIC = KNOWN["synthetic_counts_for_scores_1_to_5"]


def test_the_effects_carry_the_study_s_table_to_the_figure():
    ours = [[effect.en, float(effect.mean), float(effect.sd), float(effect.approval)] for effect in EFFECTS]
    assert ours == KNOWN["published"]
    assert [rules.effect_of(item) for item in TEMPLATE.items] == [effect.code for effect in EFFECTS]
    assert len({effect.zh for effect in EFFECTS}) == 7


@pytest.mark.parametrize("case", SYNTHETIC, ids=lambda case: str(case["n"]))
def test_the_synthetic_counts_give_the_published_figures_as_they_are_rounded(case):
    found = rules.measured(dict(enumerate(case["counts"], start=1)))
    (effect,) = [one for one in EFFECTS if float(one.mean) == case["mean"]]
    assert found.n == case["n"]
    assert rules.beside(found, effect) == (0, 0, 0)
    assert [float(rules.rounded(found.mean, 2 if case["n"] == 423 else 3)), float(rules.rounded(found.sd, 4))] == [
        case["mean"],
        case["sd"],
    ]
    assert float(rules.rounded(found.approval, 2)) == case["approval"]


def test_figures_are_those_of_the_scores_themselves_for_every_small_sample():
    """Every way in which four people can score an item, against the statistics of the standard library."""
    for scores in itertools.combinations_with_replacement(range(1, 6), 4):
        found = rules.measured({score: scores.count(score) for score in scores})
        assert found.n == 4
        assert float(found.mean) == pytest.approx(statistics.mean(scores))
        assert float(found.sd) == pytest.approx(statistics.stdev(scores), abs=1e-12)
        assert float(found.approval) == 25 * sum(score >= 4 for score in scores)


def test_nobody_s_answers_have_no_figures_and_one_answer_no_deviation():
    assert rules.measured({}) == rules.measured({3: 0})
    assert (rules.measured({}).mean, rules.measured({}).approval) == (None, None)
    alone = rules.measured({4: 1})
    assert (alone.n, alone.mean, alone.sd, alone.approval) == (1, 4, None, 100)
    assert rules.beside(alone, EFFECTS[0]) == (Decimal("-0.23"), None, Decimal("2.84"))


@pytest.mark.parametrize(
    "typed",
    ["5445345", "5 4 4 5 3 4 5", "5,4,4,5,3,4,5", "５４４５３４５", " 5、4、4、5、3、4、5 ", "54 45 345", "5/4/4/5/3/4/5"],
)
def test_a_row_of_digits_is_read_however_it_is_typed(typed):
    assert rules.read_scores(typed, 7) == (5, 4, 4, 5, 3, 4, 5)


def test_a_nought_or_a_dash_stands_for_an_item_left_out():
    assert rules.read_scores("5 0 4 - 3", 5) == (5, None, 4, None, 3)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("5445346", WrongScores), ("544534x", WrongScores), ("5445345.5", WrongCount), ("²445345", WrongScores),
        ("544534", WrongCount), ("54453455", WrongCount), ("", WrongCount), ("0000000", NothingAnswered),
        ("7" * 400, WrongScores),
    ],
)  # fmt: skip
def test_what_cannot_be_the_scores_of_a_sheet_is_refused_by_name(typed, refusal):
    with pytest.raises(WrongScores) as no:
        rules.read_scores(typed, 7)
    assert type(no.value) is refusal


#: What may be done, written out: state, action, the parties, and where it leads.
STEPS = """
draft change builder draft
draft open builder open
open issue builder,office open
open enter builder,office open
open answer respondent open
open close builder,night closed
open draft_again builder open
closed draft_again builder closed
"""


def test_every_state_action_and_party_leads_where_the_table_says_and_nowhere_else():
    leads_nowhere_else(rules.SURVEYS, written(STEPS, SurveyState, SurveyAction, Party), SurveyState, SurveyAction, Party)
    assert reached_from(rules.SURVEYS, SurveyState.DRAFT) == set(SurveyState)


def test_a_draft_is_complete_with_every_word_in_both_languages():
    rules.require_complete(TEMPLATE)
    with pytest.raises(NoItems):
        rules.require_complete(SurveyDraft("题", "Title", "引言", "Intro"))
    whole = {"title_zh": "题", "title_en": "Title", "intro_zh": "引言", "intro_en": "Intro", "items": (ItemDraft("问", "Ask"),)}
    lacking = [whole | {name: ""} for name in ("title_zh", "title_en", "intro_zh", "intro_en")]
    lacking += [whole | {"items": (ItemDraft("问", "Ask"), item)} for item in (ItemDraft("问"), ItemDraft("", "Ask"))]
    for each in lacking:
        with pytest.raises(SurveyIncomplete):
            rules.require_complete(SurveyDraft(**each))


def test_items_move_by_one_and_stay_at_the_ends():
    one, two, three = (ItemDraft(word) for word in "一二三")
    assert rules.moved((one, two, three), 2, -1) == (one, three, two)
    assert rules.moved((one, two, three), 0, 1) == (two, one, three)
    for place, step in ((0, -1), (2, 1), (9, 1), (-1, 1)):
        assert rules.moved((one, two, three), place, step) == (one, two, three)


def test_an_item_in_other_words_is_not_the_study_s_question():
    assert rules.effect_of(ItemDraft(EFFECTS[0].zh, EFFECTS[0].en + "!")) is None
    assert rules.effect_of(ItemDraft(EFFECTS[0].zh, EFFECTS[1].en)) is None


def test_a_used_code_says_so_even_when_its_time_is_over():
    for is_open, is_in_time in itertools.product((True, False), repeat=2):
        assert rules.standing(is_used=True, is_open=is_open, is_in_time=is_in_time) is CodeStanding.USED
        expected = CodeStanding.GOOD if is_open and is_in_time else CodeStanding.EXPIRED
        assert rules.standing(is_used=False, is_open=is_open, is_in_time=is_in_time) is expected
