"""Named reads of pay-out accounts: masked for pages, which one is used, and where one number serves several sellers."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.farmers import rules
from marketplace.farmers.models import AccountLook, PayoutAccount, Seller
from marketplace.farmers.values import (
    AccountEvidence,
    AccountInUse,
    AccountLookView,
    AccountState,
    AccountUse,
    AccountView,
    OpenAccount,
)
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.identity import mask_name
from marketplace.vault import queries as vault


def accounts_in_use(session: Session, seller_refs: Iterable[str], *, at: dt.datetime | None = None) -> dict[str, AccountInUse]:
    """Return where the money of some sellers goes at a moment, by reference; one query.

    The newest account whose day has come counts. If the payee has stopped that one, nothing is sent: an older one may be the
    one that was lost. One that was stopped before its day never counted.
    """
    moment = at or clock.now()
    wanted = sorted(set(seller_refs))
    if not wanted:
        return {}
    rows = session.execute(
        select(Seller.ref, PayoutAccount.id, PayoutAccount.state, PayoutAccount.takes_effect_at)
        .join(PayoutAccount, PayoutAccount.seller_id == Seller.id)
        .where(Seller.ref.in_(wanted), _ever_counted())
        .order_by(Seller.ref, PayoutAccount.takes_effect_at, PayoutAccount.id)
    )
    found = {ref: AccountInUse(AccountUse.MISSING) for ref in wanted}
    for ref, account_id, state, takes_effect_at in rows:
        before = found[ref]
        if takes_effect_at is None or takes_effect_at > moment:
            use = AccountUse.COOLING if before.use is AccountUse.MISSING else before.use
            found[ref] = AccountInUse(use, before.account_id, takes_effect_at)
        elif state == AccountState.STOPPED:
            found[ref] = AccountInUse(AccountUse.MISSING)
        else:
            found[ref] = AccountInUse(AccountUse.USABLE, account_id)
    return found


def account_in_use(session: Session, seller_ref: str, *, at: dt.datetime | None = None) -> AccountInUse:
    """Return where a seller's money goes at a moment."""
    return accounts_in_use(session, [seller_ref], at=at)[seller_ref]


def _ever_counted() -> ColumnElement[bool]:
    stopped_late = and_(PayoutAccount.state == AccountState.STOPPED, PayoutAccount.ended_at >= PayoutAccount.takes_effect_at)
    return or_(PayoutAccount.state == AccountState.CONFIRMED, stopped_late)


def account_by_ref(session: Session, ref: str, *, sealer: Sealer) -> AccountView | None:
    """Return an account, masked, by its reference."""
    return next(iter(_views(session, _with_sellers().where(PayoutAccount.ref == ref), sealer)), None)


def accounts_of_seller(session: Session, seller_id: int, *, sealer: Sealer) -> list[AccountView]:
    """Return a seller's accounts, masked, the newest first."""
    wanted = _with_sellers().where(PayoutAccount.seller_id == seller_id).order_by(PayoutAccount.id.desc())
    return _views(session, wanted, sealer)


def accounts_of_household(session: Session, household_id: int, *, sealer: Sealer) -> list[AccountView]:
    """Return the accounts of a household's sellers that stand, or that ended within thirty days, the newest first."""
    lately = clock.now() - dt.timedelta(days=30)
    stands = or_(PayoutAccount.ended_at.is_(None), PayoutAccount.ended_at >= lately)
    wanted = _with_sellers().where(PayoutAccount.household_id == household_id, stands).order_by(PayoutAccount.id.desc())
    return _views(session, wanted, sealer)


def accounts_by_id(session: Session, account_ids: Iterable[int], *, sealer: Sealer) -> dict[int, AccountView]:
    """Return some accounts, masked, by key."""
    wanted = sorted(set(account_ids))
    return {view.id: view for view in _views(session, _with_sellers().where(PayoutAccount.id.in_(wanted)), sealer)}


def accounts_waiting_list(session: Session, codes: Collection[str], *, sealer: Sealer, limit: int = 100) -> list[AccountView]:
    """Return the accounts of some areas that wait for a second official, longest waiting first."""
    wanted = _with_sellers().where(PayoutAccount.state == AccountState.RECORDED, in_areas(PayoutAccount.village_code, codes))
    return _views(session, wanted.order_by(PayoutAccount.id).limit(limit), sealer)


def accounts_waiting(codes: Collection[str]) -> Select[int]:
    """Return the count of the accounts of some areas that wait for a second official, to be asked together with others."""
    return (
        select(func.count())
        .select_from(PayoutAccount)
        .where(PayoutAccount.state == AccountState.RECORDED, in_areas(PayoutAccount.village_code, codes))
    )


def shared_accounts(session: Session, codes: Collection[str], *, sealer: Sealer, limit: int = 100) -> list[AccountView]:
    """Return the standing accounts of some areas whose number serves another seller too, wherever that one is."""
    wanted = (
        _with_sellers()
        .where(PayoutAccount.number_index.in_(_shared_numbers()), _stands(), in_areas(PayoutAccount.village_code, codes))
        .order_by(PayoutAccount.number_index, Seller.ref)
        .limit(limit)
    )
    return _views(session, wanted, sealer)


def looks_at_accounts(session: Session, account_ids: Iterable[int], *, limit: int = 50) -> list[AccountLookView]:
    """Return who saw some accounts in clear, the latest first."""
    rows = session.scalars(
        select(AccountLook)
        .where(AccountLook.account_id.in_(sorted(set(account_ids))))
        .order_by(AccountLook.id.desc())
        .limit(limit)
    )
    return [AccountLookView(row.at, row.by_user_id, row.reason, row.file_ref) for row in rows]


def looks_by_file(file_refs: Iterable[str] | None = None) -> Select[str | None, int]:
    """Return the selection of (file_ref, rows): how many accounts went out in each bank's file, as often as it was made."""
    query = select(AccountLook.file_ref, func.count().label("rows")).where(AccountLook.file_ref.is_not(None))
    if file_refs is not None:
        query = query.where(AccountLook.file_ref.in_(sorted(set(file_refs))))
    return query.group_by(AccountLook.file_ref)


def opened(session: Session, accounts: Sequence[PayoutAccount], *, sealer: Sealer) -> dict[int, OpenAccount]:
    """Return accounts in clear by key, without those that were erased. One query more where households have their own keys."""
    columns = ("holder", "bank", "number")
    able = vault.opener(session, sealer, [getattr(each, f"{name}_sealed") for each in accounts for name in columns])
    found = {}
    for each in accounts:
        parts = [able.open_if_kept(getattr(each, f"{name}_sealed"), f"payout_accounts/{name}/{each.ref}") for name in columns]
        if None not in parts:
            found[each.id] = OpenAccount(*(part or "" for part in parts))
    return found


def _stands() -> ColumnElement[bool]:
    return PayoutAccount.state.in_((AccountState.RECORDED, AccountState.CONFIRMED))


def _shared_numbers() -> Select[str | None]:
    return (
        select(PayoutAccount.number_index)
        .where(PayoutAccount.number_index.is_not(None), _stands())
        .group_by(PayoutAccount.number_index)
        .having(func.count(PayoutAccount.seller_id.distinct()) > 1)
    )


def _with_sellers() -> Select[PayoutAccount, str, str]:
    return select(PayoutAccount, Seller.ref, Seller.display_name).join(Seller, Seller.id == PayoutAccount.seller_id)


def _views(session: Session, wanted: Select[PayoutAccount, str, str], sealer: Sealer) -> list[AccountView]:
    rows = session.execute(wanted).all()
    accounts = [row[0] for row in rows]
    clear = opened(session, accounts, sealer=sealer)
    shared = _sellers_by_number(session, {each.number_index for each in accounts if each.number_index is not None})
    return [
        _view(
            account,
            seller_ref,
            name,
            clear.get(account.id),
            shared[account.number_index or ""] - {(seller_ref, account.village_code)},
        )
        for account, seller_ref, name in rows
    ]


def _sellers_by_number(session: Session, indexes: set[str]) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    if indexes:
        rows = session.execute(
            select(PayoutAccount.number_index, Seller.ref, Seller.village_code)
            .join(Seller, Seller.id == PayoutAccount.seller_id)
            .where(PayoutAccount.number_index.in_(sorted(indexes)), _stands())
        )
        for index, ref, village_code in rows:
            found[index or ""].add((ref, village_code))
    return found


def _view(account: PayoutAccount, seller_ref: str, name: str, clear: OpenAccount | None, shared: Any) -> AccountView:
    return AccountView(
        id=account.id,
        ref=account.ref,
        seller_id=account.seller_id,
        seller_ref=seller_ref,
        seller_name=name,
        household_id=account.household_id,
        village_code=account.village_code,
        holder_masked=mask_name(clear.holder) if clear else "",
        bank=clear.bank if clear else "",
        number_masked=rules.masked_account(clear.number) if clear else "****",
        evidence=AccountEvidence(account.evidence),
        state=AccountState(account.state),
        recorded_by=account.recorded_by,
        recorded_at=account.recorded_at,
        confirmed_by=account.confirmed_by,
        confirmed_at=account.confirmed_at,
        takes_effect_at=account.takes_effect_at,
        ended_at=account.ended_at,
        end_reason=account.end_reason,
        shared_with=tuple(sorted(shared)),
    )
