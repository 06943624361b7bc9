"""The desk's home: sell, my orders, my money, call for help; and the worker that keeps listing possible without reception."""

import hashlib
import json

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.assistance import queries as assistance
from marketplace.desk.pages import DeskHome
from marketplace.farmers import queries as farmers
from marketplace.income import queries as income
from marketplace.kernel import clock
from marketplace.orders import queries as orders
from marketplace.products import queries as products
from marketplace.web.db import reader
from marketplace.web.policy import Reach, me, my_households, policy

bp = Blueprint("desk", __name__)

#: What the worker keeps beside the drawings of the goods: all that the page of a whole listing and the list of a departure name.
KEPT_FILES = ("site.css", "site.js", "desk.js", "outbox.js", "scans.js", "keep.js", "gate.js", "img/favicon.svg")


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
        month=month,
        net_fen=figures.net_fen if figures else 0,
        paid_fen=figures.paid_fen if figures else 0,
        helper_name=helper.name if helper else None,
        helper_phone=helper.phone if helper else None,
        households=[(names[each.id], url_for("desk.home", household=each.ref), each is chosen) for each in own],
        household_ref=chosen.ref if chosen else None,
    )
    return render_template(
        "desk/home.html", page=page, desk_name=page.name, helper_name=page.helper_name, helper_phone=page.helper_phone
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
        "outbox": f"/static/{manifest['outbox.js']}",
        "scans": f"/static/{manifest['scans.js']}",
    }
    answer = Response(f"self.DESK = {json.dumps(desk)};\n{code}", mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


def _name(household_id: int, ref: str) -> str:
    sellers = farmers.sellers_of_household(reader(), household_id)
    return sellers[0].display_name if sellers else ref
