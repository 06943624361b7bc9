"""What complainants and officials send."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from marketplace.grievances import rules
from marketplace.grievances.values import Action, HandlingRule, Kind, Outcome
from marketplace.web.forms import Form, TidyStringField, WholeNumberField


class BringForm(Form):
    """A grievance as it is brought. Only what it is about, where, and the words are needed."""

    key = TidyStringField(most=60)
    kind = SelectField(choices=[str(kind) for kind in Kind])
    area = TidyStringField(most=12, needed=_l("Choose a village, or the whole township."))
    words = TidyStringField(most=rules.MOST_WORDS, needed=_l("Write what happened."))
    subject_role = TidyStringField(most=20)
    subject_name = TidyStringField(most=60)
    contact = TidyStringField(most=rules.MOST_CONTACT)
    #: Whoever signed in finds it again among their own.
    keep = TidyStringField(most=4)


class FindForm(Form):
    """Number and code."""

    number = TidyStringField(most=24, needed=_l("Write the number that begins with K."))
    code = TidyStringField(most=24, needed=_l("Write the code of ten letters and digits."))


class AppealForm(Form):
    """Why the complainant asks for another look."""

    seen = WholeNumberField(least=0)
    words = TidyStringField(most=rules.MOST_WORDS, needed=_l("Write why the answer is not right."))


class StepForm(Form):
    """One step of an official; each step's fields bear its name, for several stand on one page."""

    seen = WholeNumberField(least=0)
    words = TidyStringField(most=rules.MOST_WORDS)
    note = TidyStringField(most=rules.MOST_WORDS)
    outcome = TidyStringField(most=16)
    towards = WholeNumberField(least=1, most=999_999_999)

    @classmethod
    def of(cls, action: Action, **facts: Any) -> "StepForm":
        """Return the form of a step."""
        return cls(prefix=f"{action}-", **facts)

    def chosen_outcome(self) -> Outcome | None:
        """Return what the answer comes to, where that was said."""
        return Outcome(self.outcome.data) if self.outcome.data in set(Outcome) else None


def _days(label: Any) -> WholeNumberField:
    return WholeNumberField(label, least=1, most=rules.LONGEST_DAYS, needed=_l("Write a whole number."))


class RuleForm(Form):
    """Who answers a kind, and how soon."""

    level = SelectField(choices=["township", "county"])
    accept_days = _days(_l("Taken up or not, days"))
    answer_days = _days(_l("Answered, days"))
    appeal_days = _days(_l("Appeal possible, days"))
    final_days = _days(_l("Appeal decided, days"))

    @classmethod
    def of(cls, kind: Kind, rule: HandlingRule | None = None) -> "RuleForm":
        """Return the form of a kind; each kind's fields bear its name."""
        if rule is None:
            return cls(prefix=f"{kind}-")
        return cls(
            formdata=None, prefix=f"{kind}-", level=str(rule.level), accept_days=rule.accept_days, answer_days=rule.answer_days,
            appeal_days=rule.appeal_days, final_days=rule.final_days,
        )  # fmt: skip
