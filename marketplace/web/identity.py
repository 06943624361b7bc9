"""Who is asking: the small protocol that the web knows of a person."""

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from flask import Flask, g, session
from flask_login import LoginManager, current_user, login_user, logout_user


class Grant(Protocol):
    """A role on an area (None: everywhere or nowhere, as the role says)."""

    @property
    def role(self) -> str:
        """The role's word."""

    @property
    def area_code(self) -> str | None:
        """The area it is held on; it covers all below."""


@runtime_checkable
class Person(Protocol):
    """What policy needs to know of whoever signed in."""

    @property
    def user_id(self) -> int:
        """Key of the user."""

    @property
    def name(self) -> str:
        """Name shown in the header."""

    @property
    def grants(self) -> tuple[Any, ...]:
        """Roles with their areas."""

    @property
    def household_ids(self) -> frozenset[int]:
        """Households whose member, matched in person, this user is."""

    @property
    def helped_ids(self) -> frozenset[int]:
        """Households this user is named helper of today."""


class Visitor:
    """What templates and policy see: a person, or nobody."""

    def __init__(self, person: Person | None, token: str = "") -> None:
        self.person = person
        self.token = token

    def get_id(self) -> str:
        """Return what the signed cookie holds: the token of a session row, never the user's key."""
        return self.token

    @property
    def is_active(self) -> bool:
        """Flask-Login asks; an ended session or a closed account is not found at all."""
        return self.person is not None

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody signed in."""
        return self.person is None

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody signed in."""
        return self.person is not None

    @property
    def name(self) -> str:
        """The name, or nothing."""
        return self.person.name if self.person else ""

    @property
    def roles(self) -> frozenset[str]:
        """The roles held, as words; a matched household makes a farmer."""
        if self.person is None:
            return frozenset()
        held = {str(grant.role) for grant in self.person.grants}
        return frozenset(held | {"buyer"} | ({"farmer"} if self.person.household_ids else set()))

    def has_role(self, role: str) -> bool:
        """Say whether the role is held anywhere."""
        return role in self.roles


#: Finds the person behind a session token, or nobody.
Loader = Callable[[str], Person | None]


def configure_identity(app: Flask, load: Loader) -> None:
    """Let Flask-Login find whoever a session token belongs to, once a request."""
    manager = LoginManager(app)
    manager.anonymous_user = lambda: Visitor(None)

    @manager.user_loader
    def find(token: object) -> Visitor | None:
        # what an old release or a stolen key signed may be anything
        person = load(token) if isinstance(token, str) else None
        return Visitor(person, str(token)) if person else None

    app.jinja_env.globals["current_user"] = current_user


def ask_no_further() -> None:
    """Take an unknown visitor for a guest: an error page must not fail by asking the database who is there."""
    if "_login_user" not in g:
        g._login_user = Visitor(None)


def visitor() -> Visitor:
    """Return whoever asks."""
    found: Visitor = current_user._get_current_object()
    return found


def acting_user() -> int | None:
    """Return the key of whoever signed in, if anybody did."""
    person = visitor().person
    return person.user_id if person is not None else None


def remember(person: Person, token: str) -> None:
    """Sign the person in under a fresh cookie: whatever the old session held is dropped, but the basket."""
    basket = session.get("basket")
    session.clear()
    if basket is not None:
        session["basket"] = basket
    session.permanent = True
    login_user(Visitor(person, token))


def forget() -> None:
    """Sign out: the cookie keeps nothing."""
    logout_user()
    session.clear()
