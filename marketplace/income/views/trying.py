"""What most buttons of the office do: try one verb, say how it went, and show the page again."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from marketplace.kernel import faults
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.web.db import write
from marketplace.web.words import flash_refusal


def tried(verb: Callable[[Any], Any], done: str, *, back: str, ref: str) -> Response:
    """Run a verb in a writing transaction, say `done` or why not, and lead back to the page `back` of `ref`."""
    try:
        write(verb)
    except NotThere:
        raise
    except Refusal as no:
        flash_refusal(no)
    else:
        faults.point("settlement.committed")
        flash(done, "ok")
    return redirect(url_for(back, ref=ref), 303)
