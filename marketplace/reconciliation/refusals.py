"""How reconciliation says no."""

from collections.abc import Sequence
from typing import Any

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_
from marketplace.reconciliation.values import Finding


class NoBankList(Refusal):
    """The file is no list of the bank's."""

    code = "no_bank_list"
    message = N_("This is not the bank's list as a CSV file. Its first row must name the columns %(columns)s.")
    status = 422


class BankListTooLong(Refusal):
    """More rows, or bytes, than one list may have."""

    code = "bank_list_too_long"
    message = N_("A list holds at most %(most)d rows. Send it in parts.")
    status = 413


class BadRows(Refusal):
    """Rows of a list are wrong, and none of it is taken."""

    code = "bad_rows"
    message = N_("Nothing was taken: rows of the list are wrong.")
    status = 422

    def __init__(self, findings: Sequence[Finding], **params: Any) -> None:
        super().__init__(**params)
        self.findings = tuple(findings)


class NothingChosen(Refusal):
    """A difference was to be explained and no row was named."""

    code = "nothing_chosen"
    message = N_("Choose the rows that belong together first.")
    status = 422


class RowTaken(Refusal):
    """A row belongs to others already."""

    code = "row_taken"
    message = N_("One of these rows has been put together with others meanwhile. Look again.")


class WordsNeeded(Refusal):
    """A difference was explained without words."""

    code = "words_needed"
    message = N_("Say in a few words why. The reason is kept.")
    status = 422


class SecondPersonNeeded(Refusal):
    """Whoever explained a difference cannot accept the explanation."""

    code = "second_person_needed"
    message = N_("Another official must look at this.")
    status = 403


class ExplanationDecided(Refusal):
    """An explanation was accepted or taken back already."""

    code = "explanation_decided"
    message = N_("This was decided already.")
