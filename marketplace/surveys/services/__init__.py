"""Verbs of surveys."""

from marketplace.surveys.services.answering import answer, enter_sheets
from marketplace.surveys.services.codes import MOST_CODES, end_codes, issue_codes
from marketplace.surveys.services.drafting import (
    MOST_DAYS,
    change_draft,
    close_due,
    close_survey,
    draft_again,
    draft_survey,
    open_survey,
)
from marketplace.surveys.services.importing import import_answers

__all__ = [
    "MOST_CODES",
    "MOST_DAYS",
    "answer",
    "change_draft",
    "close_due",
    "close_survey",
    "draft_again",
    "draft_survey",
    "end_codes",
    "enter_sheets",
    "import_answers",
    "issue_codes",
    "open_survey",
]
