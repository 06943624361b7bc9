"""What officials and people who answer send: drafts with rows that grow, codes to issue, rows of digits, and chosen scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.surveys import rules
from marketplace.surveys.refusals import WrongScores
from marketplace.surveys.services import MOST_CODES
from marketplace.surveys.values import MOST_ITEMS, TEMPLATE, ItemDraft, Respondents, SurveyDraft
from marketplace.web.forms import DayField, Form, TidyStringField, WholeNumberField, tidy
from marketplace.web.words import say

#: The longest of each, as the tables keep them.
LONGEST = {"title_zh": 100, "title_en": 160, "intro_zh": 600, "intro_en": 900, "zh": 200, "en": 300}
#: Rows of the entry page.
SHEETS = 12
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


class OpenForm(Form):
    """The last day of a survey."""

    closes_on = DayField(needed=_l("Write a day such as 2026-09-12."))


class EntryForm(Form):
    """The day on which sheets of paper were filled in."""

    day = DayField(needed=_l("Write a day such as 2026-09-12."))


class IssueForm(Form):
    """Codes to be issued."""

    key = TidyStringField(most=80)
    area = TidyStringField(most=12)
    group = TidyStringField(most=10)
    count = WholeNumberField(least=1, most=MOST_CODES, needed=_l("Write a whole number."))

    @property
    def respondents(self) -> Respondents:
        """Return the group; a word that means none is nobody's in particular."""
        return Respondents(self.group.data) if self.group.data in set(Respondents) else Respondents.ANYONE


@dataclass(frozen=True)
class SentDraft:
    """A draft as its form sends it: what it says, what it was read as, and what is to be done besides saving it."""

    draft: SurveyDraft
    revision: int
    errors: Mapping[str, str]
    #: Where the page opens again.
    anchor: str = ""


def sent_draft(form: Mapping[str, str]) -> SentDraft:
    """Return the draft that was typed, with the item moved, removed or added that a button asked for."""
    words = {name: tidy(form.get(name, "")) for name in ("title_zh", "title_en", "intro_zh", "intro_en")}
    count = min(_number(form.get("items", "")) or 0, MOST_ITEMS)
    items = [ItemDraft(tidy(form.get(f"zh-{place}", "")), tidy(form.get(f"en-{place}", ""))) for place in range(count)]
    errors = {name: _too_long(name) for name, text in words.items() if len(text) > LONGEST[name]}
    for place, item in enumerate(items):
        errors |= {f"zh-{place}": _too_long("zh")} if len(item.zh) > LONGEST["zh"] else {}
        errors |= {f"en-{place}": _too_long("en")} if len(item.en) > LONGEST["en"] else {}
    draft = SurveyDraft(**words, items=tuple(items))
    if not errors:
        draft, anchor = _done(draft, form.get("action", ""))
    else:
        anchor = ""
    return SentDraft(draft, _number(form.get("revision", "")) or 0, errors, anchor)


def _done(draft: SurveyDraft, action: str) -> tuple[SurveyDraft, str]:
    """Return the draft after what a button asked for, and the item to look at."""
    deed, _dash, number = action.partition("-")
    place = _number(number)
    items = draft.items
    if deed in ("up", "down") and place is not None:
        step = -1 if deed == "up" else 1
        shown = min(max(place + step, 0), len(items) - 1)
        return _with(draft, rules.moved(items, place, step)), f"item-{shown}"
    if deed == "remove" and place is not None and place < len(items):
        return _with(draft, (*items[:place], *items[place + 1 :])), f"item-{max(place - 1, 0)}"
    if deed == "add" and len(items) < MOST_ITEMS:
        return _with(draft, (*items, ItemDraft())), f"item-{len(items)}"
    if deed == "template":
        return _with(draft, (*items, *TEMPLATE.items)[:MOST_ITEMS]), f"item-{len(items)}"
    return draft, ""


def _with(draft: SurveyDraft, items: Sequence[ItemDraft]) -> SurveyDraft:
    return SurveyDraft(draft.title_zh, draft.title_en, draft.intro_zh, draft.intro_en, tuple(items))


def _too_long(name: str) -> str:
    return str(_("Use at most %(most)d characters.", most=LONGEST[name]))


@dataclass(frozen=True)
class SentSheet:
    """A row of the entry page: as it was typed, what it means, and what is wrong with it."""

    number_typed: str
    scores_typed: str
    number: int | None = None
    scores: tuple[int | None, ...] = ()
    error: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.number_typed and not self.scores_typed


def sent_sheets(form: Mapping[str, str], items: int) -> list[SentSheet]:
    """Return the rows in which something was typed."""
    rows = [
        _sheet(tidy(form.get(f"number-{place}", ""))[:20], tidy(form.get(f"scores-{place}", ""))[:120], items)
        for place in range(SHEETS)
    ]
    return [row for row in rows if not row.is_empty]


def _sheet(number_typed: str, scores_typed: str, items: int) -> SentSheet:
    number = _number(number_typed)
    if number is None and not (number_typed or scores_typed):
        return SentSheet("", "")
    if number is None:
        return SentSheet(number_typed, scores_typed, error=str(_("Write the number that stands on the sheet.")))
    try:
        return SentSheet(number_typed, scores_typed, number, rules.read_scores(scores_typed, items))
    except WrongScores as no:
        return SentSheet(number_typed, scores_typed, number, error=say(no))


@dataclass(frozen=True)
class SentAnswer:
    """Scores as the questionnaire sends them."""

    chosen: Mapping[str, str]
    scores: tuple[int | None, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def sent_answer(form: Mapping[str, str], items: int) -> SentAnswer:
    """Return what was chosen for each item; each wants an answer, which may be that there is none."""
    names = [f"item-{position}" for position in range(1, items + 1)]
    chosen = {name: word for name in names if (word := form.get(name, "")) in ("0", "1", "2", "3", "4", "5")}
    errors = {
        name: str(_("Item %(number)d: choose a score, or “No opinion”.", number=position))
        for position, name in enumerate(names, start=1)
        if name not in chosen
    }
    if not errors and set(chosen.values()) == {"0"}:
        errors = {names[0]: str(_("At least one item must have a score."))}
    return SentAnswer(chosen, tuple(int(chosen[name]) or None for name in names) if not errors else (), errors)


def _number(typed: str) -> int | None:
    digits = typed.translate(_FULL_WIDTH).strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None
