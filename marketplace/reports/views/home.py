"""The office's first page: what waits for this official, and the figures of the month."""

from flask import render_template, url_for
from flask_babel import gettext as _

from marketplace.income.values import Figure
from marketplace.kernel import clock
from marketplace.reports import queries
from marketplace.reports.pages import HomePage, Tile
from marketplace.reports.values import Period, Scope
from marketplace.reports.views import shown
from marketplace.reports.views.blueprint import STAFF, bp
from marketplace.reports.views.shown import Lines
from marketplace.web.db import reader
from marketplace.web.filters import month
from marketplace.web.identity import visitor
from marketplace.web.policy import helped_households, me, policy, reachable_areas


@bp.get("/office/")
@policy("office.home", **STAFF)
def home() -> str:
    """Show what waits for this person; the queues are those of the navigation, so the two always agree."""
    codes = reachable_areas()
    widest = min(codes, key=lambda code: (len(code), code)) if codes else None
    scope = Scope(Period(f"{clock.today():%Y-%m}"))
    names = shown.area_names() if codes else {}
    page = HomePage(
        greeting=_("Welcome, %(name)s", name=me().name),
        areas=[(names[code], url_for("reports.area", code=code)) for code in codes],
        area_name=names[widest] if widest else None,
        month=month(scope.period.word),
        as_of=clock.now(),
        tiles=_tiles(widest, scope) if widest else [],
        report_url=url_for("reports.area", code=widest) if widest else None,
        effects_url=url_for("surveys.effects") if widest else None,
        helped=(len(helped_households()), url_for("assistance.households")) if visitor().has_role("helper") else None,
    )
    return render_template("reports/home.html", page=page)


def _tiles(code: str, scope: Scope) -> list[Tile]:
    figures, reach = queries.headline(reader(), code, scope)
    to = Lines(scope, area=code)
    return [
        shown.tile(figures, Figure.PAID, to, _("Money that has left by bank")),
        shown.tile(figures, Figure.EARNED, to, _("Delivered, past returning")),
        shown.tile(figures, Figure.GROSS, to, _("Paid by buyers")),
        shown.reached_tile(reach, code, scope),
    ]
