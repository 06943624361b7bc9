"""A tour's poster, for where a page cannot be shared: picture, price, and a code that leads to it and says where it was seen."""

from flask import Response, current_app, request
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.areas import queries as areas
from marketplace.media import queries as media
from marketplace.media.storage import DiskStore
from marketplace.tours import queries
from marketplace.tours.values import THEME_WORDS, TourKind, TourView
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.printing import Poster, printed
from marketplace.tours.views.shop import adult_fen, shown_tour
from marketplace.web import visits
from marketplace.web.db import reader
from marketplace.web.filters import money
from marketplace.web.language import locale_id
from marketplace.web.pages import public_url
from marketplace.web.policy import policy


@bp.get("/tours/<slug>/poster.png")
@policy("tours.poster", public=True)
def poster(slug: str) -> Response:
    """Send the poster; `?for=` names the promotion its code leads by."""
    tour, asked = shown_tour(slug), request.args.get("for", "")
    source = asked if visits.is_promotion(asked) else "poster"
    answer = Response(printed(_poster(tour), public_url(f"/tours/{tour.slug}?from={source}")), mimetype="image/png")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer


def _poster(tour: TourView) -> Poster:
    photo = _photo(tour)
    return Poster(
        title=tour.title(locale_id()), theme=_(THEME_WORDS[tour.theme]),
        where=_where(tour), price=money(adult_fen(tour)), unit=_("a person"), scan=_("Scan to see the dates and book"),
        site=_("LotusFair"), drawing=queries.drawing(tour.picture, tour.id), drawn="" if photo else _("Illustration"),
        photo=photo,
    )  # fmt: skip


def _where(tour: TourView) -> str:
    if tour.kind is TourKind.ROUTE:
        return str(ngettext("%(num)s stop", "%(num)s stops", len(tour.stops)))
    return areas.names(reader(), [tour.village_code])[tour.village_code][locale_id() == "en"]


def _photo(tour: TourView) -> str | None:
    """Return the path of the tour's own photograph at about the poster's width, if it has one."""
    found = media.image_views(reader(), [tour.image_id]).get(tour.image_id or 0)
    if found is None:
        return None
    path = DiskStore(current_app.extensions["settings"].media_dir).path(found.sha256, found.nearest(640).rsplit("/", 1)[1])
    return str(path) if path else None
