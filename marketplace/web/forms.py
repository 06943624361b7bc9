"""The form kit: fields that tidy what people type and say in their language what is wrong with it."""

import datetime as dt
import re
import unicodedata
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from marketplace.kernel import ids
from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import parse_yuan, yuan
from marketplace.web.identity import acting_user
from marketplace.web.words import say

#: What no honest text contains: controls (but line ends and tabs), direction overrides, zero-width marks, lone surrogates.
#: What `ids.uuid7` makes.
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９＋－　", "0123456789+- ")


def tidy(text: str) -> str:
    """Return the text in NFC without hidden characters and outer spaces."""
    # composed last: what a hidden character kept apart would otherwise compose only the next time
    return unicodedata.normalize("NFC", _HIDDEN.sub("", text)).strip()


class Form(FlaskForm):
    """Base of every form. CSRF is checked before the view (web.security), so the form itself does not repeat it."""

    class Meta:
        """WTForms settings."""

        csrf = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form_errors: list[str] = []

    def is_posted_and_valid(self) -> bool:
        """Say whether this is a POST whose every field holds."""
        return request.method == "POST" and bool(self.validate())

    def refuse(self, refusal: Refusal, field: str | None = None) -> None:
        """Put a service's refusal beside a field, or above the form."""
        if field is not None and field in self:
            self[field].errors = [*self[field].errors, say(refusal)]
        else:
            self.form_errors = [*self.form_errors, say(refusal)]

    def errors_for(self, name: str) -> str | None:
        """Return the first error of a field, or None."""
        found = self[name].errors if name in self else []
        return str(found[0]) if found else None


class TidyStringField(StringField):
    """One line or paragraph of text, tidied; longer than `most` characters is refused."""

    def __init__(self, label: Any = None, validators: Any = (), *, most: int = 200, needed: Any = None, **kwargs: Any) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.most = most
        self.needed = needed

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the tidied text."""
        self.data = tidy(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 (WTForms' signature)
        """Refuse what is too long, or empty where it is needed."""
        if self.needed and not self.data:
            raise StopValidation(self.needed)
        if self.data and len(self.data) > self.most:
            raise StopValidation(_l("Use at most %(most)d characters.", most=self.most))


class PhoneField(TidyStringField):
    """A mainland mobile number: 11 digits beginning 1; spaces, dashes and +86 are forgiven."""

    def __init__(self, label: Any = None, validators: Any = (), *, needed: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, most=30, needed=needed or _l("Enter a mobile number."), **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the digits."""
        typed = tidy(valuelist[0]).translate(_FULL_WIDTH) if valuelist else ""
        self.data = re.sub(r"^\+?86(?=1[0-9]{10}$)", "", re.sub(r"[\s-]", "", typed))

    def pre_validate(self, form: Any) -> None:
        """Refuse what cannot be a mobile number."""
        super().pre_validate(form)
        if self.data and not re.fullmatch(r"1[3-9][0-9]{9}", self.data, re.ASCII):
            raise StopValidation(_l("A mobile number has 11 digits and begins with 1."))


class _ParsedField(Field):
    """A text box holding a parsed value; what was typed is kept for showing again."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = (), *, needed: Any = None, **kwargs: Any) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.needed = needed
        self.typed = ""
        self.complaint: Any = None

    def parse(self, text: str) -> Any:
        """Return the value or raise ValueError."""
        raise NotImplementedError

    def shown(self, value: Any) -> str:
        """Return a value as it stands in the box."""
        return "" if value is None else str(value)

    def _value(self) -> str:
        return self.typed or self.shown(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse what was typed; remember a complaint instead of raising, so that nothing typed is lost."""
        self.typed = tidy(valuelist[0]) if valuelist else ""
        self.data = None
        if self.typed:
            try:
                self.data = self.parse(self.typed)
            except (ValueError, OverflowError):
                self.complaint = self.wrong

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 (WTForms' signature)
        """Tell the complaint, or that the box is empty."""
        if self.complaint:
            raise StopValidation(self.complaint)
        if self.needed and self.data is None:
            raise StopValidation(self.needed)

    wrong: Any = _l("This cannot be read.")


class YuanField(_ParsedField):
    """An amount in yuan; `.data` is fen."""

    wrong = _l("Write an amount in yuan, such as 28.80.")

    def __init__(self, label: Any = None, validators: Any = (), *, least: int = 0, most: int = 10**9, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most

    def parse(self, text: str) -> int:
        """Return fen."""
        return parse_yuan(text)

    def shown(self, value: Any) -> str:
        """Return yuan."""
        return "" if value is None else yuan(value)

    def pre_validate(self, form: Any) -> None:
        """Refuse amounts out of range."""
        super().pre_validate(form)
        if self.data is not None and not self.least <= self.data <= self.most:
            raise StopValidation(
                _l("Choose an amount from ¥%(least)s to ¥%(most)s.", least=yuan(self.least), most=yuan(self.most))
            )


class WholeNumberField(_ParsedField):
    """A whole number within bounds."""

    wrong = _l("Write a whole number.")

    def __init__(self, label: Any = None, validators: Any = (), *, least: int = 0, most: int = 1_000_000, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most

    def parse(self, text: str) -> int:
        """Return the number."""
        digits = text.translate(_FULL_WIDTH)
        if not re.fullmatch(r"-?[0-9]{1,9}", digits, re.ASCII):
            raise ValueError(text)
        return int(digits)

    def pre_validate(self, form: Any) -> None:
        """Refuse numbers out of range."""
        super().pre_validate(form)
        if self.data is not None and not self.least <= self.data <= self.most:
            raise StopValidation(_l("Choose a number from %(least)d to %(most)d.", least=self.least, most=self.most))


class DayField(_ParsedField):
    """A calendar day: 2026-09-12, 2026/9/12 or 2026年9月12日."""

    wrong = _l("Write a day such as 2026-09-12.")

    def parse(self, text: str) -> dt.date:
        """Return the day."""
        found = re.fullmatch(r"([0-9]{4})[-/年.]([0-9]{1,2})[-/月.]([0-9]{1,2})日?", text.translate(_FULL_WIDTH), re.ASCII)
        if not found:
            raise ValueError(text)
        return dt.date(int(found[1]), int(found[2]), int(found[3]))

    def shown(self, value: Any) -> str:
        """Return the ISO day."""
        return "" if value is None else value.isoformat()


def posted_key() -> str:
    """Return the key that the page made for what it sends, or a new one: what is sent twice is written down once."""
    key = request.form.get("key", "")
    return key if re.fullmatch(r"[0-9a-f-]{36}", key) else ids.uuid7()


def own_key(field: Any, room: str) -> str:
    """Return the key under which a page orders or books; one that our page did not make may be another's: it is replaced."""
    if not _KEY.fullmatch(field.data or ""):
        field.data = ids.uuid7()
    return f"{room}/{acting_user() or 'guest'}/{field.data}"
