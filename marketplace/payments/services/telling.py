"""Words owed to buyers of payments: written down with what caused them, said in their language by a sweep, sent by the outbox.

A note holds nobody's name or number.
"""

import datetime as dt

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.crypto import CannotOpen, Sealer
from marketplace.kernel.words import N_, Say
from marketplace.messages.services import enqueue_sms
from marketplace.payments.dues import dues_of
from marketplace.payments.models import PaymentCheckout, PaymentIntent, PaymentNote
from marketplace.payments.queries import due_of_intent
from marketplace.payments.values import NoteKind

log = structlog.get_logger()

MOST_AT_ONCE = 100
#: Later than this nobody needs to hear it by SMS; the page says it still.
_USEFUL = dt.timedelta(days=3)

_WORDS = {
    NoteKind.SENT_BACK: N_(
        "LotusFair: your payment for %(ref)s came too late or twice. All of it is on its way back to you, the way it came. "
        "%(where)s"
    ),
    NoteKind.NOT_PAID: N_("LotusFair: your payment for %(ref)s did not go through. Nothing was taken. %(where)s"),
}


def note_for_buyer(session: Session, kind: NoteKind, checkout_id: int) -> None:
    """Write down that a buyer has to be told something of a visit; once."""
    standing = select(PaymentNote.id).where(PaymentNote.kind == kind.value, PaymentNote.checkout_id == checkout_id)
    if session.scalar(standing) is None:
        session.add(PaymentNote(kind=kind.value, checkout_id=checkout_id, made_at=clock.now()))
        session.flush()


def tell_buyers(session: Session, *, say: Say, sealer: Sealer, site: str | None) -> int:
    """Put what is owed into the outbox, the oldest first; return how many. What helps nobody any more is passed over."""
    rows = session.scalars(
        select(PaymentNote)
        .where(PaymentNote.told_at.is_(None))
        .order_by(PaymentNote.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    told = 0
    for note in rows:
        try:
            told += _tell(session, note, say, sealer, site)
        except CannotOpen:  # one contact that does not open must not keep the words from all others
            log.error("a buyer cannot be told", note=note.id)
        note.told_at = clock.now()
    session.flush()
    return told


def _tell(session: Session, note: PaymentNote, say: Say, sealer: Sealer, site: str | None) -> bool:
    checkout = session.get_one(PaymentCheckout, note.checkout_id)
    intent = session.get_one(PaymentIntent, checkout.intent_id)
    kind, due_id = due_of_intent(intent)
    phone, useful_until = dues_of(kind).phone(session, due_id, sealer), note.made_at + _USEFUL
    if not phone or useful_until <= clock.now():
        return False
    where = f"{site.rstrip('/')}/pay/{intent.due_ref}" if site else ""
    words = say(checkout.locale, _WORDS[NoteKind(note.kind)]) % {"ref": intent.due_ref, "where": where}
    enqueue_sms(session, to=phone, text=words.strip(), sealer=sealer, useful_until=useful_until)
    return True
