"""Pay-out accounts: written down by one person, confirmed by another, used after a time in which the payee can stop them."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.farmers import queries, refusals, rules
from marketplace.farmers.models import AccountLook, PayoutAccount, Seller
from marketplace.farmers.queries.payout_accounts import account_in_use, opened
from marketplace.farmers.services.sealing import sealer_of_household
from marketplace.farmers.values import AccountEntry, AccountState, OpenAccount
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere

#: An account that was confirmed is used after so long, unless the county settles otherwise.
COOLING = dt.timedelta(days=7)


def record_account(
    session: Session, *, key: str, seller_id: int, entry: AccountEntry, by: int, sealer: Sealer
) -> PayoutAccount:  # fmt: skip
    """Write down an account with its evidence in hand; nothing is sent to it yet. A repeat of `key` gives the first.

    Raises:
        AccountNumberWrong, AccountIncomplete: it cannot be an account.
        OwnAccount: money of the official's own household or firm would go there.
        AccountWaits: another one waits for its second official.
        AccountSame: the seller's money goes there already.
    """
    first = session.scalar(select(PayoutAccount).where(PayoutAccount.key == key))
    if first is not None:
        return first
    number = rules.account_number(entry.number)
    holder, bank = entry.holder.strip(), entry.bank.strip()
    if not (0 < len(holder) <= 60 and 0 < len(bank) <= 60):
        raise refusals.AccountIncomplete
    seller = _locked_seller(session, seller_id)
    _refuse_own(session, seller, by)
    waiting = select(PayoutAccount.id).where(PayoutAccount.seller_id == seller_id, PayoutAccount.state == AccountState.RECORDED)
    if session.scalar(waiting) is not None:
        raise refusals.AccountWaits
    if seller.household_id is not None:
        sealer = sealer_of_household(session, seller.household_id, sealer=sealer)
    ref = ids.reference("A", 10)
    index = sealer.blind(number, "account_number")
    _refuse_same(session, seller.ref, index, holder, sealer)
    account = PayoutAccount(
        ref=ref,
        key=key,
        seller_id=seller.id,
        household_id=seller.household_id,
        village_code=seller.village_code,
        holder_sealed=sealer.seal(holder, f"payout_accounts/holder/{ref}"),
        bank_sealed=sealer.seal(bank, f"payout_accounts/bank/{ref}"),
        number_sealed=sealer.seal(number, f"payout_accounts/number/{ref}"),
        number_index=index,
        evidence=entry.evidence,
        state=AccountState.RECORDED,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    session.add(account)
    session.flush()
    _audit(session, account, seller, by=by, action="farmers.account_record")
    return account


def confirm_account(session: Session, *, account_id: int, by: int, cooling: dt.timedelta = COOLING) -> PayoutAccount:
    """Confirm an account as another official; money goes there once the cooling time is over. Safe to repeat.

    Raises:
        AccountOfOne: the recorder cannot confirm.
        OwnAccount: money of the official's own household or firm would go there.
        AccountDecided: it was withdrawn or stopped.
    """
    account, seller = _locked(session, account_id)
    if account.recorded_by == by:
        raise refusals.AccountOfOne
    _refuse_own(session, seller, by)
    if account.state == AccountState.CONFIRMED:
        return account
    _move(account, AccountState.CONFIRMED)
    now = clock.now()
    account.confirmed_by, account.confirmed_at, account.takes_effect_at = by, now, now + cooling
    session.flush()
    _audit(session, account, seller, by=by, action="farmers.account_confirm")
    return account


def withdraw_account(session: Session, *, account_id: int, by: int, reason: str) -> PayoutAccount:
    """Withdraw an account that nobody has confirmed, with a reason.

    Raises:
        LookReasonNeeded: no reason.
        AccountDecided: it was confirmed, withdrawn or stopped.
    """
    account, seller = _locked(session, account_id)
    _end(session, account, seller, AccountState.WITHDRAWN, by, _reason(reason), "farmers.account_withdraw")
    return account


def stop_account(session: Session, *, account_id: int, by: int, reason: str = "") -> PayoutAccount:
    """Stop an account at the payee's word: before its day the one before stays in use, after it nothing is sent.

    Raises:
        AccountDecided: it was withdrawn or stopped already.
    """
    account, seller = _locked(session, account_id)
    _end(session, account, seller, AccountState.STOPPED, by, reason.strip()[:200], "farmers.account_stop")
    return account


def look_at_account(session: Session, *, account_id: int, reason: str, by: int, sealer: Sealer) -> OpenAccount:
    """Return an account in clear to an official who says why, and write the one row that says so in the same transaction.

    Raises:
        LookReasonNeeded: the reason is shorter than 4 or longer than 200 characters.
        NotThere: no such account.
        AccountErased: it cannot be opened any more.
    """
    reason = _reason(reason)
    account = session.get(PayoutAccount, account_id)
    if account is None:
        raise NotThere
    found = opened(session, [account], sealer=sealer).get(account_id)
    if found is None:
        raise refusals.AccountErased
    look = _look(session, account_id, by, reason=reason)
    record_audit(
        session, by=by, action="farmers.account_look", object_kind="account_look", object_ref=look.ref,
        after={"account": account.ref}, reason=reason,
    )  # fmt: skip
    return found


def open_accounts_for_file(
    session: Session, *, account_ids: Collection[int], file_ref: str, by: int, sealer: Sealer
) -> dict[int, OpenAccount]:
    """Return accounts in clear for a bank's file, with one row a disclosure; the file itself stands on its maker's trail.

    Raises:
        AccountErased: one of them cannot be opened any more.
    """
    wanted = sorted(set(account_ids))
    accounts = session.scalars(select(PayoutAccount).where(PayoutAccount.id.in_(wanted))).all()
    found = opened(session, accounts, sealer=sealer)
    if len(found) < len(wanted):
        raise refusals.AccountErased
    for account_id in wanted:
        _look(session, account_id, by, file_ref=file_ref)
    return found


def _look(session: Session, account_id: int, by: int, *, reason: str = "", file_ref: str | None = None) -> AccountLook:
    look = AccountLook(
        ref=ids.reference("U", 12), at=clock.now(), by_user_id=by, account_id=account_id, reason=reason, file_ref=file_ref
    )
    session.add(look)
    session.flush()
    return look


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not 4 <= len(reason) <= 200:
        raise refusals.LookReasonNeeded
    return reason


def _locked_seller(session: Session, seller_id: int) -> Seller:
    """Return a seller of whose accounts nobody else changes any until this transaction ends."""
    seller = session.scalar(
        select(Seller).where(Seller.id == seller_id).with_for_update().execution_options(populate_existing=True)
    )
    if seller is None:
        raise NotThere
    return seller


def _locked(session: Session, account_id: int) -> tuple[PayoutAccount, Seller]:
    account = session.scalar(
        select(PayoutAccount).where(PayoutAccount.id == account_id).with_for_update().execution_options(populate_existing=True)
    )
    if account is None:
        raise NotThere
    return account, session.get_one(Seller, account.seller_id)


def _refuse_own(session: Session, seller: Seller, by: int) -> None:
    own = seller.household_id is not None and by in queries.users_of_household(session, seller.household_id)
    if own or (seller.household_id is None and by == seller.applied_by):
        raise refusals.OwnAccount


def _refuse_same(session: Session, seller_ref: str, number_index: str, holder: str, sealer: Sealer) -> None:
    in_use = account_in_use(session, seller_ref)
    account = session.get(PayoutAccount, in_use.account_id) if in_use.account_id is not None else None
    if account is None or account.number_index != number_index:
        return
    found = opened(session, [account], sealer=sealer).get(account.id)
    if found is not None and found.holder == holder:
        raise refusals.AccountSame


def _move(account: PayoutAccount, to: AccountState) -> None:
    if to not in rules.ACCOUNT_EDGES[AccountState(account.state)]:
        raise refusals.AccountDecided
    account.state = to


def _end(
    session: Session, account: PayoutAccount, seller: Seller, to: AccountState, by: int, reason: str, action: str
) -> None:  # fmt: skip
    _move(account, to)
    account.ended_by, account.ended_at, account.end_reason = by, clock.now(), reason
    session.flush()
    _audit(session, account, seller, by=by, action=action, reason=reason or None)


def _audit(
    session: Session, account: PayoutAccount, seller: Seller, *, by: int, action: str, reason: str | None = None
) -> None:  # fmt: skip
    record_audit(
        session, by=by, action=action, object_kind="payout_account", object_ref=account.ref,
        after={"state": str(account.state), "seller": seller.ref}, reason=reason,
    )  # fmt: skip
