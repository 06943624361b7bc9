"""The visitors' list of places, and the page of one."""

from flask import render_template, request, url_for
from flask_babel import gettext as _

from marketplace.areas import queries as areas
from marketplace.media import queries as media
from marketplace.tours import queries
from marketplace.tours.pages.shop import Choice, SitePage, SitesPage
from marketplace.tours.values import SITE_WORDS, SiteView
from marketplace.tours.views import schema
from marketplace.tours.views.blueprint import bp
from marketplace.web.db import reader
from marketplace.web.filters import weekday_name
from marketplace.web.language import locale_id
from marketplace.web.pages import public_url
from marketplace.web.policy import authorise, policy

#: Other places of the same township shown beneath one.
MOST_NEAR = 4


@bp.get("/sites/")
@policy("tours.sites", public=True)
def sites() -> str:
    """Show every place, or those that tell of the revolution, or those of nature and fields."""
    asked = request.args.get("kind", "")
    found = [site for site in queries.sites(reader()) if asked not in ("red", "green") or site.is_red is (asked == "red")]
    choices = (("", _("All places")), ("red", _("Red culture")), ("green", _("Nature and fields")))
    page = SitesPage(
        title=_("Places to see"),
        kinds=[
            Choice(words, url_for("tours.sites", kind=kind or None), kind == (asked if asked in ("red", "green") else ""))
            for kind, words in choices
        ],
        sites=queries.shop_sites(reader(), found, locale_id()),
    )
    return render_template("tours/sites.html", page=page, tab="tours")


@bp.get("/sites/<slug>")
@policy("tours.site", public=True)
def site(slug: str) -> str:
    """Show one place: its story, its hours and rules, the tours that stop there."""
    found: SiteView = authorise(queries.site_by_slug(reader(), slug=slug))
    village = areas.names(reader(), [found.village_code])[found.village_code][locale_id() == "en"]
    keys = queries.photos_of_site(reader(), site_id=found.id)
    views = media.image_views(reader(), keys)
    photos = [views[key] for key in keys if key in views]
    near = [each for each in queries.sites(reader(), codes=[found.village_code[:9]]) if each.id != found.id]
    page = SitePage(
        site=found,
        name=found.name(locale_id()),
        kind_words=_(SITE_WORDS[found.kind]),
        story=found.story(locale_id()),
        rule=found.rule_en if locale_id() == "en" else found.rule_zh,
        village=village,
        village_url=url_for("storefront.village", slug=found.village_code),
        photos=photos,
        picture=queries.drawing(found.picture, found.id),
        closed=[weekday_name(number) for number in found.closed_weekdays],
        tours=queries.shop_tours(reader(), queries.tours_of_site(reader(), site_id=found.id), locale_id()),
        near=queries.shop_sites(reader(), near[:MOST_NEAR], locale_id()),
        schema=schema.attraction(
            found, locale_id(), village=village, image_urls=[public_url(photo.nearest(640)) for photo in photos[:3]]
        ),
    )
    return render_template("tours/site.html", page=page, tab="tours")
