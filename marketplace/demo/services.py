"""The demonstration county as others ask for it: build it, build a small one for tests, and say who can sign in."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from sqlalchemy.orm import Session

from marketplace.demo.building import build_county, stands
from marketplace.demo.values import SIGN_INS, SIZES, SMALL
from marketplace.kernel.db import make_engine
from marketplace.media.storage import DiskStore

__all__ = ["SIGN_INS", "SIZES", "ReadySignIns", "build_county", "build_for_tests", "stands"]


class App(Protocol):
    """What is needed of the application: what it was configured with."""

    extensions: dict[str, Any]


class ReadySignIns:
    """The accounts the sign-in page offers: (msgid of the role, phone, password), or none where no demonstration was built."""

    def __init__(self, read: Callable[[], Session]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """Yield them, asking the database each time: the county may be built while the site runs. One query."""
        if stands(self._read()):
            yield from ((one.words, one.phone, one.password) for one in SIGN_INS)


def build_for_tests(app: App) -> dict[str, tuple[str, str]]:
    """Build the small county on the database of an application and return each kind of person's phone and password."""
    settings = app.extensions["settings"]
    engine = make_engine(settings.database_url)
    try:
        build_county(
            engine, SMALL, sealer=app.extensions["sealer"], gateways=app.extensions["gateways"],
            store=DiskStore(settings.media_dir), say=app.extensions["words"].said, tell=lambda _words: None,
        )  # fmt: skip
    finally:
        engine.dispose()
    return {one.key: (one.phone, one.password) for one in SIGN_INS}
