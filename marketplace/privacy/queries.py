"""Named reads of requests for erasure, and of the duties that stand against one."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.accounts.values import ON_AN_AREA
from marketplace.areas.queries import in_areas
from marketplace.assistance import queries as assistance
from marketplace.assistance.values import Status
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries.references import refs_of_households
from marketplace.farmers.values import SellerState
from marketplace.income import queries as income
from marketplace.income.values import HOLDING
from marketplace.kernel import clock
from marketplace.orders import queries as orders
from marketplace.orders.values import OrderState
from marketplace.privacy import rules
from marketplace.privacy.models import ErasureRequest
from marketplace.privacy.values import Duty, ErasureLine, ErasureState, How
from marketplace.privacy.values.erasure import OPEN
from marketplace.tours import queries as tours

MOST = 200
_IS_OPEN = ErasureRequest.state.in_([str(one) for one in OPEN])


def duties_of(session: Session, line: ErasureLine) -> tuple[Duty, ...]:
    """Return what stands against a request."""
    if line.household_id is not None:
        return duties_of_household(session, line.household_id)
    return duties_of_account(session, line.user_id or 0)


def duties_of_household(session: Session, household_id: int) -> tuple[Duty, ...]:
    """Return what asks that a household's data be kept for now."""
    found: list[Duty] = []
    if assistance.standing(session, household_id, clock.today()).status in (Status.REGISTERED, Status.MONITORED):
        found.append(Duty.REGISTERED)
    if assistance.open_case_of(session, household_id) is not None:
        found.append(Duty.OPEN_CASE)
    sellers = farmers.sellers_of_household(session, household_id)
    if any(seller.state != SellerState.CLOSED for seller in sellers):
        found.append(Duty.SELLS)
    under_way = [state for state in OrderState if state not in (OrderState.COMPLETED, OrderState.CANCELLED)]
    if orders.orders_of_households(session, household_ids=[household_id], states=under_way, limit=1).rows:
        found.append(Duty.OPEN_ORDER)
    owed = [one for seller in sellers for one in income.payables(session, (seller.village_code,), seller_ref=seller.ref, limit=1)]
    if owed or income.payouts(session, household_id=household_id, states=HOLDING, limit=1):
        found.append(Duty.UNPAID)
    last = income.last_sale_at(session, household_id)
    if last is not None and last > clock.now() - rules.PAYEE_KEPT:
        found.append(Duty.RECENT_SALE)
    return tuple(found)


def duties_of_account(session: Session, user_id: int) -> tuple[Duty, ...]:
    """Return what asks that an account be kept for now."""
    found: list[Duty] = []
    if any(grant.role in ON_AN_AREA for grant in accounts.grants_of(session, user_id)):
        found.append(Duty.OFFICE)
    if farmers.households_of_user(session, user_id):
        found.append(Duty.HOUSEHOLD)
    if orders.has_open_purchase(session, user_id=user_id) or tours.has_open_booking(session, user_id=user_id):
        found.append(Duty.OPEN_ORDER)
    return tuple(found)


def request_by_ref(session: Session, ref: str) -> ErasureLine | None:
    """Return a request by its reference."""
    found = session.scalar(select(ErasureRequest).where(ErasureRequest.ref == ref))
    return _lines(session, [found])[0] if found is not None else None


def requests_in(session: Session, areas: Sequence[str], *, is_open: bool) -> tuple[ErasureLine, ...]:
    """Return the requests of some areas, those that wait in the order they came, those decided the latest first."""
    order = ErasureRequest.id if is_open else ErasureRequest.id.desc()
    wanted = select(ErasureRequest).where(in_areas(ErasureRequest.area_code, areas), _IS_OPEN if is_open else ~_IS_OPEN)
    return _lines(session, session.scalars(wanted.order_by(order).limit(MOST)).all())


def latest_of_household(session: Session, household_id: int) -> ErasureLine | None:
    """Return the latest request about a household."""
    return _latest(session, ErasureRequest.household_id == household_id)


def latest_of_account(session: Session, user_id: int) -> ErasureLine | None:
    """Return the latest request about an account."""
    return _latest(session, ErasureRequest.user_id == user_id)


def count_waiting(areas: Sequence[str]) -> Select[int]:
    """Return the count of the requests of some areas that wait for an official, to be asked together with others."""
    return select(func.count()).select_from(ErasureRequest).where(_IS_OPEN, in_areas(ErasureRequest.area_code, areas))


def people_of(session: Session, line: ErasureLine) -> frozenset[int]:
    """Return the accounts of those whom a request is about."""
    if line.household_id is None:
        return frozenset({line.user_id} if line.user_id is not None else ())
    return frozenset(farmers.users_of_household(session, line.household_id))


def _latest(session: Session, which: object) -> ErasureLine | None:
    found = session.scalar(select(ErasureRequest).where(which).order_by(ErasureRequest.id.desc()).limit(1))  # type: ignore[arg-type]
    return _lines(session, [found])[0] if found is not None else None


def _lines(session: Session, rows: Sequence[ErasureRequest]) -> tuple[ErasureLine, ...]:
    names = accounts.names_of_users(session, {key for row in rows for key in (row.proposed_by, row.decided_by) if key})
    refs = refs_of_households(session, [row.household_id for row in rows if row.household_id])
    users = accounts.refs_of_users(session, [row.user_id for row in rows if row.user_id])
    return tuple(
        ErasureLine(
            id=row.id,
            ref=row.ref,
            state=ErasureState(row.state),
            how=How(row.how),
            subject_ref=refs[row.household_id] if row.household_id else users[row.user_id or 0][0],
            household_id=row.household_id,
            user_id=row.user_id,
            area_code=row.area_code,
            asked_at=row.asked_at,
            proposed_by=row.proposed_by,
            proposed_name=names.get(row.proposed_by or 0, ""),
            decided_name=names.get(row.decided_by or 0, ""),
            decided_at=row.decided_at,
            refusal=row.refusal,
        )
        for row in rows
    )
