"""How every figure is reckoned, in words."""

from flask import render_template, url_for

from marketplace.kernel import clock
from marketplace.reports.pages import DefinitionsPage
from marketplace.reports.views.blueprint import READERS, bp
from marketplace.reports.views.downloads import definitions as terms
from marketplace.web.policy import policy


@bp.get("/office/reports/definitions")
@policy("reports.definitions", **READERS)
def definitions() -> str:
    """Show the definition of every figure."""
    page = DefinitionsPage(
        as_of=clock.now(),
        terms=[(anchor, term, words) for anchor, (term, words) in terms().items()],
        back_url=url_for("reports.county"),
    )
    return render_template("reports/definitions.html", page=page)
