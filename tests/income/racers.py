"""Officials who prepare and book pay-outs at once, each a process; the unguarded ones do not see what others promised."""

import hashlib

from marketplace.income import services
from marketplace.income.refusals import NothingToSettle, PayoutExceedsEarned
from marketplace.income.services import payouts, results, settlements
from marketplace.kernel.db import in_transaction
from tests.income import payees
from tests.payments.racers import refused_by
from tests.races import ready


def prepare_or_pay(address, what, racer, _tries, start):
    """Prepare a batch of a seller, or record that all of it was paid by hand, whichever comes first."""
    seller_ref, fen, officials = what
    by = officials[racer % len(officials)]

    def verb(session):
        if racer % 2:
            return services.record_payout(
                session, key=f"hand/{racer}", seller_ref=seller_ref, amount_fen=fen, bank_ref=f"H{racer}", prepared_by=by
            ).id
        return services.prepare_batch(
            session, key=f"batch/{racer}", area_code=payees.COUNTY, by=by, seller_refs=[seller_ref]
        ).id  # fmt: skip

    with ready(address, start) as engine, refused_by((PayoutExceedsEarned, NothingToSettle)):
        in_transaction(engine, verb, tries=14)


def prepare_or_pay_unguarded(address, what, racer, tries, start):
    payouts.held_fen = settlements.held_fen = lambda *_: {}
    prepare_or_pay(address, what, racer, tries, start)


def accept_same_file(address, what, racer, _tries, start):
    """Load the same file of the bank and accept what stands of it, as one of several officials."""
    content, rows, officials = what
    sha256 = hashlib.sha256(content).hexdigest()

    def load(session):
        return services.load_result(session, rows=rows, sha256=sha256, by=officials[0]).id

    with ready(address, start) as engine:
        held = in_transaction(engine, load, tries=14)
        accepter = officials[1 + racer % (len(officials) - 1)]
        in_transaction(engine, lambda session: services.accept_result(session, result_id=held, by=accepter).id, tries=14)


def accept_same_file_unguarded(address, what, racer, tries, start):
    """Each takes the file for another one, as if nothing told them apart: only the state of the attempts stops the second."""
    content, rows, officials = what
    with refused_by(results.refusals.ResultOutdated):
        accept_same_file(address, (content + str(racer).encode(), rows, officials), racer, tries, start)
