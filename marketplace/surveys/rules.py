"""Policy of surveys as pure functions: states, what a draft lacks, how typed scores are read, and the statistics of an item."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from marketplace.kernel.moves import Moves
from marketplace.surveys.refusals import NoItems, NothingAnswered, SurveyIncomplete, WrongCount, WrongScores
from marketplace.surveys.values import (
    APPROVING,
    EFFECTS,
    SCORES,
    Channel,
    CodeStanding,
    Counts,
    Effect,
    ItemDraft,
    Measured,
    PartResult,
    Party,
    Results,
    SurveyAction,
    SurveyDraft,
    SurveyState,
)

_BUILDER, _OFFICE = frozenset({Party.BUILDER}), frozenset({Party.BUILDER, Party.OFFICE})
#: The county writes, opens and closes; officials hand out codes and enter sheets; the night closes what is past its last day.
SURVEYS: Final = Moves[SurveyState, SurveyAction, Party](
    {
        (SurveyState.DRAFT, SurveyAction.CHANGE): (_BUILDER, SurveyState.DRAFT),
        (SurveyState.DRAFT, SurveyAction.OPEN): (_BUILDER, SurveyState.OPEN),
        (SurveyState.OPEN, SurveyAction.ISSUE): (_OFFICE, SurveyState.OPEN),
        (SurveyState.OPEN, SurveyAction.ENTER): (_OFFICE, SurveyState.OPEN),
        (SurveyState.OPEN, SurveyAction.ANSWER): (frozenset({Party.RESPONDENT}), SurveyState.OPEN),
        (SurveyState.OPEN, SurveyAction.CLOSE): (_BUILDER | {Party.NIGHT}, SurveyState.CLOSED),
        (SurveyState.OPEN, SurveyAction.DRAFT_AGAIN): (_BUILDER, SurveyState.OPEN),
        (SurveyState.CLOSED, SurveyAction.DRAFT_AGAIN): (_BUILDER, SurveyState.CLOSED),
    }
)
#: In which the figures of the study's table are printed at most, and ours are shown.
MEAN_PLACES, SD_PLACES, APPROVAL_PLACES = 3, 4, 2
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－，、．　", "0123456789-,,. ")
_BETWEEN = re.compile(r"[\s,;./|]+")


def require_complete(draft: SurveyDraft) -> None:
    """Check that a draft can be put to people.

    Raises:
        NoItems: it asks nothing.
        SurveyIncomplete: something is missing in one of the languages.
    """
    if not draft.items:
        raise NoItems
    words = (draft.title_zh, draft.title_en, draft.intro_zh, draft.intro_en)
    if not all(words) or not all(item.zh and item.en for item in draft.items):
        raise SurveyIncomplete


def moved(items: Sequence[ItemDraft], place: int, step: int) -> tuple[ItemDraft, ...]:
    """Return the items with the one at a place (from 0) moved by a step; at the ends nothing moves."""
    order = list(items)
    other = place + step
    if 0 <= place < len(order) and 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return tuple(order)


def effect_of(item: ItemDraft) -> str | None:
    """Return which of the study's effects an item asks for: only in the study's own words is it the same question."""
    return next((effect.code for effect in EFFECTS if (effect.zh, effect.en) == (item.zh, item.en)), None)


def standing(*, is_used: bool, is_open: bool, is_in_time: bool) -> CodeStanding:
    """Return what a code is good for; that it was used is said even when its time is over."""
    if is_used:
        return CodeStanding.USED
    return CodeStanding.GOOD if is_open and is_in_time else CodeStanding.EXPIRED


def read_scores(typed: str, items: int) -> tuple[int | None, ...]:
    """Return the scores of a typed row such as '5 4 4 5 3 4 5' or '5445345'; 0 or - stands for an item left out.

    Raises:
        WrongScores, WrongCount, NothingAnswered: what was typed cannot be the scores of a sheet.
    """
    signs = _BETWEEN.sub("", typed.translate(_FULL_WIDTH))
    if not re.fullmatch(r"[0-5-]*", signs, re.ASCII):
        raise WrongScores
    return checked_scores([None if sign in "0-" else int(sign) for sign in signs], items)


def checked_scores(scores: Sequence[int | None], items: int) -> tuple[int | None, ...]:
    """Return scores that may be counted.

    Raises:
        WrongScores, WrongCount, NothingAnswered: they may not.
    """
    if len(scores) != items:
        raise WrongCount(given=len(scores), items=items)
    if not all(score is None or score in SCORES for score in scores):
        raise WrongScores
    if all(score is None for score in scores):
        raise NothingAnswered
    return tuple(scores)


def measured(counts: Mapping[int, int]) -> Measured:
    """Return the figures of an item from how often each score was given.

    Mean; standard deviation of a sample, with n - 1 below; approval, the share of 4 and 5 in percent. Sums are whole numbers, so
    nothing is lost before the last division.
    """
    of = tuple(counts.get(score, 0) for score in SCORES)
    n = sum(of)
    if not n:
        return Measured((0, 0, 0, 0, 0), 0, None, None, None)
    total = sum(score * count for score, count in zip(SCORES, of, strict=True))
    squares = sum(score * score * count for score, count in zip(SCORES, of, strict=True))
    deviation = (Decimal(n * squares - total * total) / (n * (n - 1))).sqrt() if n > 1 else None
    approving = sum(counts.get(score, 0) for score in APPROVING)
    return Measured((of[0], of[1], of[2], of[3], of[4]), n, Decimal(total) / n, deviation, Decimal(100 * approving) / n)


def together(items: Iterable[Measured]) -> Measured:
    """Return the figures of every score of some items, each weighing the same."""
    counts = dict.fromkeys(SCORES, 0)
    for item in items:
        for score, count in zip(SCORES, item.counts, strict=True):
            counts[score] += count
    return measured(counts)


def results_of(counts: Counts, month: str | None = None) -> Results:
    """Return the figures of every item, of a month or of all."""
    by_item: dict[int, dict[int, int]] = {item_id: {} for item_id in counts.item_ids}
    for one in counts.scores:
        if month is None or one.month == month:
            by_item[one.item_id][one.score] = by_item[one.item_id].get(one.score, 0) + one.answers
    by_channel = dict.fromkeys(Channel, 0)
    for held in counts.answers:
        if month is None or held.month == month:
            by_channel[held.channel] += held.answers
    items = {item_id: measured(scores) for item_id, scores in by_item.items()}
    return Results(sum(by_channel.values()), by_channel, items)


def parts_of(counts: Counts, month: str | None = None) -> list[PartResult]:
    """Return the parts of an area by their codes, with all items together, of a month or of all."""
    scores = [(one.part, one.score, one.answers) for one in counts.scores if month is None or one.month == month]
    answers = [(held.part, held.answers) for held in counts.answers if month is None or held.month == month]
    return _parts(scores, answers)


def months_of(counts: Counts) -> list[PartResult]:
    """Return the months, the first first, with all items together."""
    return _parts(
        [(one.month, one.score, one.answers) for one in counts.scores], [(held.month, held.answers) for held in counts.answers]
    )


def _parts(scores: Iterable[tuple[str, int, int]], answers: Iterable[tuple[str, int]]) -> list[PartResult]:
    by_part: dict[str, Counter[int]] = defaultdict(Counter)
    for part, score, count in scores:
        by_part[part][score] += count
    came: Counter[str] = Counter()
    for part, count in answers:
        came[part] += count
    return [PartResult(part, came[part], measured(by_part[part])) for part in sorted(came)]


def rounded(value: Decimal, places: int) -> Decimal:
    """Return a figure with so many places, halves upwards, as the study's table is printed."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def places_of(published: Decimal) -> int:
    """Return in how many places a figure was printed."""
    return -int(published.as_tuple().exponent)


def difference(ours: Decimal | None, published: Decimal) -> Decimal | None:
    """Return ours less the published figure, in the places in which that was printed."""
    return None if ours is None else rounded(ours, places_of(published)) - published


def beside(measured: Measured, effect: Effect) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return the differences of mean, deviation and approval from the study's."""
    return (
        difference(measured.mean, effect.mean),
        difference(measured.sd, effect.sd),
        difference(measured.approval, effect.approval),
    )
