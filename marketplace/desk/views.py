"""The desk's home: sell, my orders, my money, call for help; and the worker that keeps listing possible without reception."""

import datetime as dt
import hashlib
import json
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.assistance import queries as assistance
from marketplace.assistance.values import MeasureKind
from marketplace.desk import information as gathered
from marketplace.desk.pages import DeskHome, InformationPage
from marketplace.farmers import queries as farmers
from marketplace.income import queries as income
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.kernel.words import N_
from marketplace.orders import queries as orders
from marketplace.products import queries as products
from marketplace.tours import queries as tours
from marketplace.web.db import reader
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, me, my_households, policy
from marketplace.web.steps import FirstStep, Step, first_steps

bp = Blueprint("desk", __name__)

#: What the worker keeps beside the drawings of the goods: all that the page of a whole listing, the list of a departure and
#: the form of a visit name.
KEPT_FILES = (
    "site.css", "site.js", "desk.js", "outbox.js", "scans.js", "keep.js", "gate.js", "notes.js", "visits.js", "img/favicon.svg",
)  # fmt: skip


def _listed(session: Session, household_id: int) -> int:
    return len(products.offers_of_households(session, [household_id], limit=1))


def _offered(session: Session, household_id: int) -> int:
    sellers = [seller.id for seller in farmers.sellers_of_household(session, household_id)]
    return len(tours.tours_of_seller(session, seller_ids=sellers, limit=1)) if sellers else 0


#: What a measure leads to while the household has begun nothing of the kind.
FIRST_STEPS = (
    FirstStep(
        frozenset({MeasureKind.AGRICULTURE, MeasureKind.ECOMMERCE}), "products.photograph",
        N_("List the first product"), "camera", _listed,
    ),
    FirstStep(
        frozenset({MeasureKind.TOURISM}), "tours.choose_what", N_("Offer the first experience"), "calendar", _offered
    ),
)  # fmt: skip


@bp.get("/desk/")
@policy("desk.home", farmer=Reach.HOUSEHOLD)
def home() -> str:
    """Show the four tiles for one household; a phone that serves several chooses."""
    own = [found for each in sorted(my_households()) if (found := farmers.household(reader(), each))]
    chosen = next((each for each in own if each.ref == request.args.get("household")), own[0] if own else None)
    today = clock.today()
    month = f"{today:%Y-%m}"
    names = {each.id: _name(each.id, each.ref) for each in own}
    figures = income.household_figures(reader(), chosen.id, month) if chosen else None
    helper = assistance.helper_contact(reader(), chosen.id, today, sealer=current_app.extensions["sealer"]) if chosen else None
    page = DeskHome(
        name=names[chosen.id] if chosen else me().name,
        goods=products.count_of_households(reader(), [chosen.id]) if chosen else 0,
        orders_to_do=orders.count_to_do(reader(), household_ids=my_households()),
        reviews_waiting=products.count_unanswered(reader(), my_households()),
        month=month,
        net_fen=figures.net_fen if figures else 0,
        paid_fen=figures.paid_fen if figures else 0,
        helper_name=helper.name if helper else None,
        helper_phone=helper.phone if helper else None,
        households=[(names[each.id], url_for("desk.home", household=each.ref), each is chosen) for each in own],
        household_ref=chosen.ref if chosen else None,
        help_waiting=assistance.answers_waiting(reader(), chosen.id) if chosen else 0,
        steps=_steps(chosen, today) if chosen else (),
    )
    return render_template(
        "desk/home.html", page=page, desk_name=page.name, helper_name=page.helper_name, helper_phone=page.helper_phone
    )


def _steps(household: Any, today: dt.date) -> tuple[Step, ...]:
    standing = assistance.standing(reader(), household.id, today)
    return first_steps(
        standing.enrolled_measures, household_id=household.id, village_code=household.village_code, ref=household.ref
    )


@bp.get("/desk/information")
@policy("desk.information", farmer=Reach.HOUSEHOLD)
def information() -> str:
    """Show what is good to know for one household of this phone."""
    own = [found for each in sorted(my_households()) if (found := farmers.household(reader(), each))]
    chosen = next((each for each in own if each.ref == request.args.get("household")), own[0] if own else None)
    if chosen is None:
        raise NotThere
    page = InformationPage(gathered.information(reader(), chosen.id, clock.today()), gathered.LATELY_DAYS)
    return render_template(
        "desk/information.html", page=page, locale=locale_id(), back_url=url_for("desk.home", household=chosen.ref)
    )


@bp.get("/desk/sw.js")
@policy("desk.worker", public=True)
def worker() -> Response:
    """Send the service worker with the names of today's static files; its address gives it the desk and no more.

    It says nothing of anybody, so it is public: a phone whose sign-in ran out still gets the newer one.
    """
    manifest = current_app.extensions["static_manifest"]
    pictures = sorted({each.picture for each in products.varieties(reader())})
    files = [f"/static/{manifest[name]}" for name in KEPT_FILES]
    files += [url_for("storefront.drawn", kind=picture) for picture in pictures]
    code = (current_app.extensions["settings"].static_dir / manifest["sw.js"]).read_text(encoding="utf-8")
    desk = {
        "version": hashlib.sha256(" ".join(files).encode()).hexdigest()[:12],
        "files": files,
        "page": url_for("products.at_once"),
        "note": url_for("assistance.note_visit"),
        "outbox": f"/static/{manifest['outbox.js']}",
        "scans": f"/static/{manifest['scans.js']}",
        "notes": f"/static/{manifest['notes.js']}",
    }
    answer = Response(f"self.DESK = {json.dumps(desk)};\n{code}", mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


def _name(household_id: int, ref: str) -> str:
    sellers = farmers.sellers_of_household(reader(), household_id)
    return sellers[0].display_name if sellers else ref
