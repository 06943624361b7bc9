"""The county's templates of experiences, read once a process."""

import functools
import json
from importlib import resources

from marketplace.tours.values import Draw, ResourceKind, Role, Template, Theme


@functools.cache
def templates() -> tuple[Template, ...]:
    """Return the templates in the order in which they are offered."""
    found = json.loads(resources.files("marketplace.tours").joinpath("templates.json").read_text(encoding="utf-8"))
    return tuple(
        Template(
            **{
                **row,
                "theme": Theme(row["theme"]),
                "role": Role(row["role"]),
                "resource": ResourceKind(row["resource"]),
                "draw": Draw(row["draw"]),
                "times": tuple((part, at) for part, at in row["times"]),
                "included": tuple(row["included"]),
                "not_included": tuple(row["not_included"]),
            }
        )
        for row in found["templates"]
    )


def template(code: str) -> Template | None:
    """Return a template by its code."""
    return next((each for each in templates() if each.code == code), None)
