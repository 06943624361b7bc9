"""Refusals: the named ways in which a verb says no.

A refusal is raised where policy is known and rendered where the reader's language is known. `message` is an English msgid with
`%(name)s` placeholders; `params` are plain values. The web turns it into words; the command line prints it as it is.
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """A verb refused. Subclasses are named for what is refused and set `code`, `message` and perhaps `status`."""

    #: Stable machine word for logs, tests and exports.
    code: ClassVar[str] = "refused"
    #: English msgid shown to the reader.
    message: ClassVar[str] = "This can't be done."
    #: HTTP status when the refusal reaches a page unhandled.
    status: ClassVar[int] = 409

    def __init__(self, message: str | None = None, /, **params: Any) -> None:
        self.text = message or self.message
        self.params = params
        super().__init__(self.text)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


class NotThere(Refusal):
    """The object does not exist, or not for this reader; the two answers are the same on purpose."""

    code = "not_there"
    message = "We can't find that."
    status = 404


class NotAllowed(Refusal):
    """The person may see the object but may not do this with it."""

    code = "not_allowed"
    message = "You may not do that."
    status = 403


class BadInput(Refusal):
    """Input that no field can be blamed for."""

    code = "bad_input"
    message = "Something in the form is not right."
    status = 400


class StaleState(Refusal):
    """Somebody else moved the object first."""

    code = "stale_state"
    message = "Somebody has changed this meanwhile. Look again, then decide."
    status = 409
