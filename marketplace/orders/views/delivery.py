"""What sending costs, beside the goods in the shop: to the province this browser remembers, or from so much on.

The shop's pages stay below orders, so they ask for this in their template. A guest without a cookie gets the same page as every
other; a province is remembered by a form that is posted, never by looking.
"""

from dataclasses import dataclass

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from marketplace.orders import queries, rules
from marketplace.orders.addresses import PROVINCES_EN
from marketplace.orders.views.blueprint import bp
from marketplace.web import visits
from marketplace.web.db import reader
from marketplace.web.language import locale_id
from marketplace.web.policy import policy


@dataclass(frozen=True)
class Delivery:
    """What it costs to send the least that can be ordered. Without a province `freight_fen` is the nearest zone's."""

    province: str
    province_words: str
    freight_fen: int
    #: Goods of one seller from which sending there is free.
    free_over_fen: int | None
    choices: tuple[tuple[str, str], ...]


@bp.app_template_global("delivery")
def delivery(grams: int, goods_fen: int) -> Delivery | None:
    """Return what sending costs, or None where the county sends nowhere yet."""
    zones = queries.freight_zones(reader())
    if not zones:
        return None
    names = {name: PROVINCES_EN.get(name, name) if locale_id() == "en" else name for zone in zones for name in zone.provinces}
    province = visits.province() if visits.province() in names else ""
    zone = next((zone for zone in zones if province in zone.provinces), zones[0])
    return Delivery(
        province=province,
        province_words=names.get(province, ""),
        freight_fen=rules.freight(zone, grams=grams, goods_fen=goods_fen),
        free_over_fen=zone.free_over_fen,
        choices=tuple(names.items()),
    )


@bp.app_template_global("province_name")
def province_name(province: str) -> str:
    """Return a province's name in the reader's language: what is shown of who wrote a review."""
    return PROVINCES_EN.get(province, province) if locale_id() == "en" else province


@bp.post("/delivery")
@policy("delivery.choose", public=True)
def choose_province() -> Response:
    """Remember where this browser sends to, and go back to the goods."""
    province = request.form.get("province", "")
    if province in queries.provinces(reader()):
        visits.keep_province(province)
    back = request.referrer if is_ours(request.referrer) else url_for("orders.cart")
    return redirect(f"{str(back).partition('#')[0]}#delivery", code=303)


def is_ours(address: str | None) -> bool:
    """Say whether an address is one of our own pages."""
    return bool(address) and str(address).startswith(request.host_url)
