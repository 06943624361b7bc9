"""What browsers send, without the characters that no database takes: NUL, and half of a pair of surrogates.

PostgreSQL refuses them even in a question. Whatever is sent passes here, so no view needs to think of them.
"""

import re
from collections.abc import Iterable
from typing import Any

import flask
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.datastructures.structures import iter_multi_items
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Map

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class KeyConverter(IntegerConverter):
    """A number in an address: one that no key of the database can be names nothing, and is not asked for there."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": 2**63 - 1, **options})


#: No list is read so far by its pages; a number beyond what a database reckons with must not reach it.
_MOST_PAGES = 10_000


def before_asked() -> int | None:
    """Return the key before which the page of a list begins, where the address or the form names one that can be."""
    before = flask.request.values.get("before", type=int)
    return before if before and 0 < before < 2**63 else None


def page_asked() -> int:
    """Return which page of a list the address asks for; the first where it names none that can be."""
    return max(1, min(flask.request.args.get("page", 1, type=int), _MOST_PAGES))


def files_sent(name: str, most: int) -> list[bytes]:
    """Return what the files of a form's field hold, the first of them; a field that was left empty sends one without a name."""
    return [file.read() for file in [each for each in flask.request.files.getlist(name) if each.filename][:most]]


def keepable(sent: Any) -> Any:
    """Return the same text, or the same lists and objects of JSON, without what cannot be kept."""
    if isinstance(sent, str):
        return _UNKEEPABLE.sub("", sent)
    if isinstance(sent, list):
        return [keepable(each) for each in sent]
    if isinstance(sent, dict):
        return {keepable(name): keepable(value) for name, value in sent.items()}
    return sent


class Fields(ImmutableMultiDict[str, Any]):
    """The fields of a form, its files, or a query; files stay what they are."""

    def __init__(self, sent: Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__([(keepable(name), keepable(value)) for name, value in iter_multi_items(sent or ())])


class Request(flask.Request):
    """A request whose fields, query and JSON can be kept; an address that cannot leads nowhere."""

    parameter_storage_class = Fields

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(environ, *args, **kwargs)
        if _UNKEEPABLE.search(self.path):
            self.routing_exception = NotFound()

    def get_json(self, *args: Any, **kwargs: Any) -> Any:
        """Return the body's JSON."""
        return keepable(super().get_json(*args, **kwargs))
