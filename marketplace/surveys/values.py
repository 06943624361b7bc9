"""Words and values of surveys that others may see, and the study whose effect items and published figures stand beside ours."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from marketplace.kernel.words import N_

#: 1 is "strongly disagree", 5 "strongly agree".
SCORES = (1, 2, 3, 4, 5)
#: Scores that count as approval.
APPROVING = (4, 5)
MOST_ITEMS = 30
#: An area that is not the reader's own shows nothing below so many answers.
FEWEST_SHOWN = 5


class SurveyState(StrEnum):
    """How far a questionnaire is."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class SurveyAction(StrEnum):
    """What somebody does about a questionnaire."""

    CHANGE = "change"
    OPEN = "open"
    CLOSE = "close"
    DRAFT_AGAIN = "draft_again"
    #: Codes are handed out.
    ISSUE = "issue"
    #: Sheets or a workbook are entered.
    ENTER = "enter"
    ANSWER = "answer"


class Party(StrEnum):
    """What somebody is to a questionnaire."""

    #: Whoever writes questionnaires for the county.
    BUILDER = "builder"
    #: Whoever hands out codes and enters sheets of an area.
    OFFICE = "office"
    #: Whoever holds a code.
    RESPONDENT = "respondent"
    #: The nightly pass.
    NIGHT = "night"


class Channel(StrEnum):
    """How an answer came."""

    PHONE = "phone"
    PAPER = "paper"
    EXCEL = "excel"


class Respondents(StrEnum):
    """Whom slips or sheets were handed to; nobody is asked, and nothing of it stands on them."""

    ANYONE = "anyone"
    RESIDENT = "resident"
    VISITOR = "visitor"
    REGISTERED = "registered"


class ImportState(StrEnum):
    """What became of a workbook."""

    REFUSED = "refused"
    IMPORTED = "imported"


STATE_WORDS = {
    SurveyState.DRAFT: N_("Being written"),
    SurveyState.OPEN: N_("Open for answers"),
    SurveyState.CLOSED: N_("Survey closed"),
}
CHANNEL_WORDS = {Channel.PHONE: N_("By phone"), Channel.PAPER: N_("On paper"), Channel.EXCEL: N_("From Excel")}
RESPONDENT_WORDS = {
    Respondents.ANYONE: N_("Not told apart"),
    Respondents.RESIDENT: N_("Residents"),
    Respondents.VISITOR: N_("Visitors"),
    Respondents.REGISTERED: N_("Registered households"),
}
SCORE_WORDS = {
    1: N_("Strongly disagree"),
    2: N_("Disagree"),
    3: N_("Neither"),
    4: N_("Agree"),
    5: N_("Strongly agree"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect item of the study with its published figures, written to the places in which they were printed."""

    code: str
    zh: str
    en: str
    mean: Decimal
    sd: Decimal
    #: Percent of the answers that score 4 or 5.
    approval: Decimal


def _effect(code: str, zh: str, en: str, mean: str, sd: str, approval: str) -> Effect:
    return Effect(code, zh, en, Decimal(mean), Decimal(sd), Decimal(approval))


#: Table I of the study of the county: five-point items, sample standard deviation, approval the share scoring 4 or 5.
EFFECTS = (
    _effect("local_economy", "促进了地方经济发展", "Promoted the local economy", "4.23", "0.5157", "97.16"),
    _effect("employment", "增加了就业机会", "Increased the employment chance", "4.553", "0.5918", "98.72"),
    _effect("income", "增加了收入", "Increased income", "4.577", "0.5981", "98.91"),
    _effect(
        "red_heritage", "促进了红色文化遗产的保护", "Promoted the protection of red culture heritages", "4.173", "0.6504", "89.75"
    ),
    _effect("popularity", "提高了当地的知名度", "Improved popularity", "4.339", "0.661", "91.64"),
    _effect("infrastructure", "改善了基础设施", "Improved infrastructure", "4.45", "0.5662", "96.93"),
    _effect("life_quality", "提高了生活质量", "Improved the life quality", "4.563", "0.5824", "97.13"),
)  # fmt: skip
EFFECT_OF = {effect.code: effect for effect in EFFECTS}


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item in both languages."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class SurveyDraft:
    """All that a questionnaire says; a draft may be incomplete."""

    title_zh: str = ""
    title_en: str = ""
    intro_zh: str = ""
    intro_en: str = ""
    items: Sequence[ItemDraft] = ()


#: What one click begins with.
TEMPLATE = SurveyDraft(
    title_zh="帮扶与旅游发展成效感受调查",
    title_en="How people feel the effect of help and tourism",
    intro_zh="近年来，县里通过产业帮扶、红色旅游和电商帮助乡亲们增收。请按您自己的感受，说说您在多大程度上同意下面的说法。",
    intro_en=(
        "In recent years the county has helped people earn more through local trades, red-culture tourism and selling online."
        " Please say, as you feel it yourself, how far you agree with each sentence."
    ),
    items=tuple(ItemDraft(effect.zh, effect.en) for effect in EFFECTS),
)


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as it stands."""

    id: int
    position: int
    zh: str
    en: str
    effect: str | None

    def words(self, language: str) -> str:
        """Return it in a language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A questionnaire as it stands."""

    id: int
    ref: str
    family: str
    version: int
    state: SurveyState
    #: Rises with each change of a draft.
    revision: int
    draft: SurveyDraft
    items: Sequence[ItemView]
    made_at: dt.datetime
    opened_at: dt.datetime | None
    #: The last day on which answers are taken.
    closes_on: dt.date | None
    closed_at: dt.datetime | None

    def title(self, language: str) -> str:
        """Return the title in a language; a draft may have only one of them, or none."""
        both = (self.draft.title_en, self.draft.title_zh)
        return (both[0] or both[1]) if language == "en" else (both[1] or both[0])

    def intro(self, language: str) -> str:
        """Return the introduction in a language."""
        return self.draft.intro_en if language == "en" else self.draft.intro_zh


class CodeStanding(StrEnum):
    """What a code on a slip or sheet is good for."""

    GOOD = "good"
    USED = "used"
    #: Its day is past, it was ended, or the survey is closed.
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CodeView:
    """A code as it stands: the sheet it is printed on, and what an answer under it is counted as."""

    id: int
    survey_id: int
    number: int
    area_code: str
    respondents: Respondents
    standing: CodeStanding


@dataclass(frozen=True, slots=True)
class BatchView:
    """Slips or sheets handed out together."""

    id: int
    ref: str
    survey_id: int
    survey_ref: str
    area_code: str
    respondents: Respondents
    first_number: int
    count: int
    expires_on: dt.date
    made_at: dt.datetime
    ended_at: dt.datetime | None
    used: int

    @property
    def village_code(self) -> str:
        """The area it is authorised by."""
        return self.area_code

    @property
    def last_number(self) -> int:
        """Number of the last sheet."""
        return self.first_number + self.count - 1


@dataclass(frozen=True, slots=True)
class Slip:
    """One code in clear, for printing alone."""

    number: int
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """One answer to be counted. `scores` follow the items; None where one was left out."""

    scores: tuple[int | None, ...]
    area_code: str
    answered_on: dt.date
    respondents: Respondents
    channel: Channel
    code_id: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What the answers to one item add up to. Without answers there are no figures, with one no deviation."""

    #: How many scored 1, 2, 3, 4, 5.
    counts: tuple[int, int, int, int, int]
    n: int
    mean: Decimal | None
    sd: Decimal | None
    #: Percent that scored 4 or 5.
    approval: Decimal | None


@dataclass(frozen=True, slots=True)
class Slice:
    """Which answers are looked at: those of an area and all below it, of a month, of one group."""

    area_code: str
    month: str | None = None
    respondents: Respondents | None = None


@dataclass(frozen=True, slots=True)
class PartResult:
    """An area or month within a result: how many answered, and all items together."""

    code: str
    answers: int
    all_items: Measured


@dataclass(frozen=True, slots=True)
class ScoreCount:
    """How often a score was given to an item, in a part of an area and a month."""

    part: str
    month: str
    item_id: int
    score: int
    answers: int


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How many answers came, in a part of an area and a month, and how."""

    part: str
    month: str
    channel: Channel
    answers: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted in an area: read once, added up in several ways."""

    #: Keys of the survey's items, in order.
    item_ids: tuple[int, ...]
    scores: Sequence[ScoreCount]
    answers: Sequence[AnswerCount]


@dataclass(frozen=True, slots=True)
class Results:
    """What a survey's answers add up to in a slice."""

    answers: int
    by_channel: Mapping[Channel, int]
    #: Item's key -> its figures; every item is there.
    items: Mapping[int, Measured]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer as it was given: no person stands behind it here."""

    id: int
    area_code: str
    answered_on: dt.date
    respondents: Respondents
    channel: Channel
    #: Item's key -> score.
    scores: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a row of a workbook: its number, the column, an English msgid with its parameters."""

    row: int
    column: str
    message: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportView:
    """A workbook that was sent in, and what became of it."""

    ref: str
    survey_ref: str
    area_code: str
    state: ImportState
    is_only_good: bool
    answers: int
    bad: int
    findings: Sequence[Finding]
    at: dt.datetime

    @property
    def village_code(self) -> str:
        """The area it is authorised by."""
        return self.area_code


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A workbook as it was judged: the answers that are good, and what is wrong with the other rows."""

    good: Sequence[Given]
    findings: Sequence[Finding]

    @property
    def bad_rows(self) -> int:
        """How many rows are not good."""
        return len({finding.row for finding in self.findings})
