"""How far broadband reaches in each village: read by officials, written by the county."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from marketplace.areas import queries as areas
from marketplace.areas.values import Coverage
from marketplace.assistance import services
from marketplace.assistance.views.blueprint import RULE_READERS, bp
from marketplace.assistance.views.measure_rules import COUNTY
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import DayField, Form, TidyStringField, WholeNumberField
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.policy import me, policy, reachable_areas


@dataclass(frozen=True)
class BroadbandPage:
    """The latest figure of each village of one's areas."""

    villages: tuple[tuple[str, Coverage | None], ...]
    can_write: bool


@dataclass(frozen=True)
class BroadbandFormPage:
    """The form of a figure."""

    form: Any
    villages: tuple[tuple[str, str], ...]


class BroadbandForm(Form):
    """A figure of one village."""

    village = SelectField()
    on = DayField(needed=_l("Say on which day."))
    percent = WholeNumberField(least=0, most=100, needed=_l("Say how many of a hundred households have a line."))
    source = TidyStringField(most=120, needed=_l("Say where the figure comes from."))


@bp.get("/office/broadband")
@policy("broadband.list", of="area", **RULE_READERS)
def broadband() -> str:
    """Show how far broadband reaches in the villages of one's areas."""
    today, codes = clock.today(), reachable_areas()
    latest = {code: one for area in codes for code, one in areas.broadband(reader(), area, today).items()}
    villages = [village.code for area in codes for village in areas.villages(reader(), area)]
    page = BroadbandPage(
        tuple((code, latest.get(code)) for code in sorted(villages, key=lambda code: (code not in latest, code))),
        can_write=bool(visitor().roles & set(COUNTY)),
    )
    return render_template("assistance/broadband.html", page=page)


@bp.route("/office/broadband/new", methods=["GET", "POST"])
@policy("broadband.record", of="area", **COUNTY)
def record_broadband() -> Any:
    """Write down the figure of a village."""
    form: Any = BroadbandForm()
    at = int(locale_id() == "en")
    villages = tuple(
        (village.code, (village.name_zh, village.name_en)[at])
        for area in reachable_areas()
        for village in areas.villages(reader(), area)
    )
    form.village.choices = [code for code, _name in villages]
    by = me().user_id
    if request.method == "GET":
        form.on.data, form.village.data = clock.today(), request.args.get("village", "")
    elif form.is_posted_and_valid():
        try:
            write(
                lambda session: services.record_broadband(
                    session, village_code=form.village.data, measured_on=form.on.data, households_percent=form.percent.data,
                    source=form.source.data, by=by,
                )
            )  # fmt: skip
            flash(_("On record, with its source."), "ok")
            return redirect(url_for("assistance.broadband"), 303)
        except Refusal as no:
            form.refuse(no)
    return render_template("assistance/record_broadband.html", page=BroadbandFormPage(form, villages))
