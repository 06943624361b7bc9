"""What visitors send to book, wait, cancel and name who comes."""

from flask_babel import lazy_gettext as _l

from marketplace.tours.services.booking import MOST_PEOPLE
from marketplace.tours.values import GroupKind, UnitKind
from marketplace.web.forms import Form, PhoneField, TidyStringField, WholeNumberField


def _count() -> WholeNumberField:
    return WholeNumberField(least=0, most=MOST_PEOPLE)


class BookForm(Form):
    """Who comes on a date: how many of each kind, who leads, and what a group adds. Rows of travellers come beside it."""

    key = TidyStringField(most=60)
    #: The sum the visitor saw, in fen.
    seen = WholeNumberField(least=0, most=999_999_999)
    #: The offer from the waiting list that is taken.
    offer = TidyStringField(most=16)
    adult = _count()
    child = _count()
    student = _count()
    senior = _count()
    infant = _count()
    name = TidyStringField(most=40, needed=_l("Write the name of whoever leads."))
    phone = PhoneField()
    #: A kind of group, or anything else for none.
    group = TidyStringField(most=20)
    group_name = TidyStringField(most=60)
    #: The group's names follow.
    later = TidyStringField(most=4)
    roster = TidyStringField(most=20_000)
    note = TidyStringField(most=200)

    def count(self, kind: UnitKind) -> int:
        """Return how many of a kind come; what cannot be read counts as none until it is put right."""
        return int(self[kind.value.lower()].data or 0)

    def group_kind(self) -> GroupKind | None:
        """Return which kind of group comes, if one does."""
        return GroupKind(self.group.data) if self.group.data in set(GroupKind) else None


class WaitForm(Form):
    """Who would come if seats were free."""

    key = TidyStringField(most=60)
    people = WholeNumberField(least=1, most=MOST_PEOPLE, needed=_l("Write how many would come."))
    name = TidyStringField(most=40, needed=_l("Write the name of whoever leads."))
    phone = PhoneField()


class CancelForm(Form):
    """What the visitor saw would go back; who leaves is named beside it."""

    key = TidyStringField(most=60)
    seen = WholeNumberField(least=0, most=999_999_999, needed=_l("Look at what goes back, then confirm."))


class RosterForm(Form):
    """A pasted list of names and numbers."""

    roster = TidyStringField(most=20_000, needed=_l("Paste one person a line: name and identity number."))
