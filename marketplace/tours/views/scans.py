"""What a phone at the gate asks without a page: the list it may keep, and the scans it kept while it had no network."""

import datetime as dt
import re
from typing import Any

from flask import current_app, jsonify, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.tours import queries, services
from marketplace.tours.services import Scan, ScanResult
from marketplace.tours.values import OUTCOME_WORDS, CheckInOutcome, DepartureView
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.day import GUIDES, departure_within_reach, kept_list, standing_words
from marketplace.web.db import reader, write
from marketplace.web.forms import tidy
from marketplace.web.policy import me, policy

#: Scans taken in by one sending; a phone sends the rest with the next.
MOST_SCANS = 100
_NONCE = re.compile(r"[0-9A-Za-z-]{8,40}", re.ASCII)
_MOST_CODE = 40


@bp.get("/desk/departures/<ref>/list")
@policy("tours.gate_list", of="departure", **GUIDES)
def gate_list(ref: str) -> Response:
    """Give a phone the list it may keep, and the token for its next sending."""
    return jsonify(csrf_token=generate_csrf(), **_list(departure_within_reach(ref)))


@bp.post("/desk/departures/<ref>/scans")
@policy("tours.upload_scans", of="departure", **GUIDES)
def upload_scans(ref: str) -> Response:
    """Take in what a phone scanned, in the order of its clock; each scan counts once however often it is sent."""
    departure = departure_within_reach(ref)
    scans, by = _scans(request.get_json(silent=True)), me().user_id
    # A nonce is the person's own: nobody learns from it what another phone scanned.
    own = [
        Scan(nonce=f"{by}/{scan.nonce}", code=scan.code, device_at=scan.device_at, is_offline=scan.is_offline) for scan in scans
    ]
    departure_id = departure.id
    results = write(lambda session: services.upload_scans(session, departure_id=departure_id, scans=own, by=by))
    return jsonify(results=[_said(result) for result in results], **_list(departure))


def _list(departure: DepartureView) -> dict[str, Any]:
    parties = queries.parties_of_departure(reader(), departure_id=departure.id, sealer=current_app.extensions["sealer"])
    standing = {party.booking_ref: standing_words(party, departure) for party in parties}
    return {
        "list": kept_list(departure, parties),
        "here": sum(party.arrived for party in parties),
        "parties": [{"booking_ref": ref, "words": words, "kind": kind} for ref, (words, kind) in standing.items()],
    }


def _said(result: ScanResult) -> dict[str, Any]:
    words = _(OUTCOME_WORDS[result.outcome])
    if result.outcome is CheckInOutcome.ACCEPTED:
        words = ngettext("%(num)d person comes in.", "%(num)d people come in.", result.people)
    return {
        "nonce": result.nonce.partition("/")[2],
        "outcome": result.outcome.value,
        "people": result.people,
        "booking_ref": result.booking_ref,
        "words": words,
    }


def _scans(sent: Any) -> list[Scan]:
    """Read the scans of a sending.

    Raises:
        BadInput: it is no list of scans, or too long a one.
    """
    rows = sent.get("scans") if isinstance(sent, dict) else None
    if not isinstance(rows, list) or len(rows) > MOST_SCANS:
        raise BadInput
    return [_scan(row) for row in rows]


def _scan(row: Any) -> Scan:
    nonce, code, at = (row.get(name) if isinstance(row, dict) else None for name in ("nonce", "code", "device_at"))
    if not (isinstance(nonce, str) and _NONCE.fullmatch(nonce) and isinstance(code, str) and isinstance(at, str)):
        raise BadInput
    return Scan(nonce=nonce, code=tidy(code)[:_MOST_CODE], device_at=_moment(at), is_offline=bool(row.get("is_offline")))


def _moment(text: str) -> dt.datetime:
    """Return what a phone's clock said; ours where that cannot be a time."""
    try:
        found = dt.datetime.fromisoformat(text[:40])
        return found.astimezone(dt.UTC) if found.tzinfo else clock.now()
    except (ValueError, OverflowError):
        return clock.now()
