"""What shared links brought: orders and bookings, and their money, by the promotion that the link named."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from marketplace.income import queries as income
from marketplace.income.values import Figures
from marketplace.kernel import clock
from marketplace.reports.pages import PromotionsPage, Table
from marketplace.reports.values import Scope
from marketplace.reports.views import shown
from marketplace.reports.views.blueprint import READERS, bp
from marketplace.reports.views.shown import Lines
from marketplace.web.db import reader
from marketplace.web.policy import policy


@bp.get("/office/reports/areas/<code>/promotions")
@policy("reports.read", of="area", **READERS)
def promotions(code: str) -> str:
    """Show what each promotion brought to an area of the reader's own; sales that came by no link are left out."""
    found, scope, names = shown.asked_area(code), shown.asked_scope(), shown.area_names()
    rows = income.figures_by_promotion(
        reader(), period=scope.period.word, area_code=found.code, measure=scope.measure, category=scope.category
    )
    title = _("What each promotion brought")
    page = PromotionsPage(
        title=title,
        area_name=names[found.code],
        crumbs=shown.crumbs(found.code, names, scope, (title, None)),
        period_words=shown.scope_words(scope),
        as_of=clock.now(),
        filters=shown.filters(url_for("reports.promotions", code=found.code), scope),
        table=Table(
            caption=_("By promotion"),
            note=_(
                "In yuan. A shared link names its promotion; what is bought or booked within 30 days counts for the last one."
            ),
            columns=[
                {"key": "promotion", "label": _("Promotion"), "kind": "code"},
                {"key": "orders", "label": _("Orders and bookings"), "kind": "number"},
                *shown.figure_columns(),
            ],
            rows=[_cells(scope, found.code, *row) for row in rows],
            empty=_("No sale of this period came by a shared link."),
        ),
        how_url=url_for("reports.definitions"),
    )
    return render_template("reports/promotions.html", page=page)


def _cells(scope: Scope, code: str, promotion: str, orders: int, figures: Figures) -> dict[str, Any]:
    return {"promotion": promotion, "orders": orders, **Lines(scope, area=code, promotion=promotion).cells(figures)}
