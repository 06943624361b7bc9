"""What is scarce: resources, their buckets, and taking from them. One conditional UPDATE a bucket, in ascending order."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import ids
from marketplace.kernel.db import dialect_of, insert_into
from marketplace.kernel.errors import NotThere
from marketplace.tours import rules
from marketplace.tours.models import Allocation, Booking, Bucket, Departure, DepartureDraw, Resource
from marketplace.tours.queries.departures import people_left
from marketplace.tours.refusals import CapacityTaken, DepartureClosed, DepartureFull, PeopleRefused
from marketplace.tours.values import DepartureState, Draw, ResourceKind


def add_resource(
    session: Session, *, kind: ResourceKind, name: str, capacity: int, seller_id: int | None = None, site_id: int | None = None,
    slot_minutes: int = 60,
) -> int:  # fmt: skip
    """Add something of a seller or a place that can run out; return its key.

    Raises:
        PeopleRefused: it holds nobody.
    """
    if capacity < 1:
        raise PeopleRefused
    resource = Resource(
        ref=ids.reference("R"), kind=kind.value, seller_id=seller_id, site_id=site_id, name=name.strip()[:60], capacity=capacity,
        slot_minutes=slot_minutes,
    )  # fmt: skip
    session.add(resource)
    session.flush()
    return resource.id


def resource_of_seller(session: Session, *, seller_id: int, kind: ResourceKind, name: str, capacity: int) -> int:
    """Return the key of what a seller has of a kind, added if there is none: all its tours share it.

    Who says a larger number than before has more from now on; a smaller one is another tour's, and takes nothing away.
    """
    found = session.scalars(
        select(Resource).where(Resource.seller_id == seller_id, Resource.kind == kind.value).order_by(Resource.id)
    ).first()
    if found is None:
        return add_resource(session, kind=kind, name=name, capacity=capacity, seller_id=seller_id)
    found.capacity = max(found.capacity, capacity)
    session.flush()
    return found.id


def buckets_at(session: Session, uses: Iterable[tuple[Resource, dt.datetime]]) -> dict[tuple[int, dt.datetime], int]:
    """Return the keys of the buckets in which some uses are counted, by (resource, moment of use); tours share them.

    Those that are not there yet are made. A statement or two, however many uses.
    """
    bounds: dict[tuple[int, dt.datetime], tuple[dt.datetime, dt.datetime]] = {}
    capacities: dict[int, int] = {}
    for resource, at in uses:
        bounds[resource.id, at] = rules.bucket_bounds(ResourceKind(resource.kind), at, slot_minutes=resource.slot_minutes)
        capacities[resource.id] = resource.capacity
    if not bounds:
        return {}
    wanted = {(resource_id, *ends) for (resource_id, _at), ends in bounds.items()}
    there = _standing_buckets(session, capacities, [starts_at for _resource, starts_at, _ends in wanted])
    rows = [
        {"resource_id": key, "starts_at": starts_at, "ends_at": ends_at, "capacity": capacities[key], "taken": 0}
        for key, starts_at, ends_at in sorted(wanted)
        if (key, starts_at) not in there
    ]
    if rows:
        # another tour may be quicker
        made = insert_into(Bucket, dialect_of(session)).on_conflict_do_nothing(index_elements=["resource_id", "starts_at"])
        session.execute(made, rows)
        there = _standing_buckets(session, capacities, [starts_at for _resource, starts_at, _ends in wanted])
    return {(key, at): there[key, starts_at] for (key, at), (starts_at, _ends) in bounds.items()}


def _standing_buckets(
    session: Session, resource_ids: Collection[int], starts: Collection[dt.datetime]
) -> dict[tuple[int, dt.datetime], int]:
    rows = session.execute(
        select(Bucket.resource_id, Bucket.starts_at, Bucket.id).where(
            Bucket.resource_id.in_(sorted(resource_ids)), Bucket.starts_at.between(min(starts), max(starts))
        )
    )
    return {(row.resource_id, row.starts_at): row.id for row in rows}


def set_capacity(session: Session, *, bucket_id: int, capacity: int, by: int) -> None:
    """Say how much of a resource there is in a stretch of time; what people booked stays theirs.

    Raises:
        NotThere: no such bucket.
        CapacityTaken: more are booked; carries how many.
    """
    changed = session.execute(
        update(Bucket)
        .where(Bucket.id == bucket_id, Bucket.taken <= capacity)
        .values(capacity=capacity)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        held = session.scalar(select(Bucket.taken).where(Bucket.id == bucket_id))
        if held is None:
            raise NotThere
        raise CapacityTaken(taken=held)
    record_audit(
        session, by=by, action="tours.set_capacity", object_kind="bucket", object_ref=str(bucket_id), after={"capacity": capacity}
    )


def set_seats(session: Session, *, departure_id: int, most_people: int, by: int, seller_id: int | None = None) -> None:
    """Say how many may come on a departure; who booked keeps the place. What a seller has of its own that day grows along.

    Raises:
        NotThere: no such departure.
        CapacityTaken: more are booked, or fewer would do than must come; carries how many.
    """
    changed = session.execute(
        update(Departure)
        .where(Departure.id == departure_id, Departure.taken <= most_people, Departure.least_people <= most_people)
        .values(most_people=most_people)
        .execution_options(synchronize_session=False)
    )
    found = session.execute(
        select(Departure.ref, Departure.taken, Departure.least_people).where(Departure.id == departure_id)
    ).one_or_none()
    if found is None:
        raise NotThere
    ref, held, least = found
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise CapacityTaken(taken=max(held, least))
    if seller_id is not None:
        _widen(session, departure_id, seller_id, most_people)
    record_audit(
        session, by=by, action="tours.set_seats", object_kind="departure", object_ref=ref, after={"most_people": most_people}
    )


def _widen(session: Session, departure_id: int, seller_id: int, people: int) -> None:
    """Let a seller's own buckets of a departure hold as many people as may come; what is larger stays."""
    rows = session.execute(
        select(DepartureDraw.bucket_id, DepartureDraw.quantity)
        .join(Bucket, Bucket.id == DepartureDraw.bucket_id)
        .join(Resource, Resource.id == Bucket.resource_id)
        .where(
            DepartureDraw.departure_id == departure_id,
            DepartureDraw.draw == Draw.PERSON.value,
            Resource.seller_id == seller_id,
        )
        .order_by(DepartureDraw.bucket_id)
    ).all()
    for bucket_id, quantity in rows:
        session.execute(
            update(Bucket)
            .where(Bucket.id == bucket_id, Bucket.capacity < people * quantity)
            .values(capacity=people * quantity)
            .execution_options(synchronize_session=False)
        )


def take(session: Session, departure_id: int, booking: Booking, *, now: dt.datetime) -> None:
    """Give a booking its seats and all the buckets that its departure draws on, or nothing.

    Raises:
        DepartureClosed: the departure cannot be booked any more.
        DepartureFull: too few are left, of seats or of something that another tour shares; carries how many people could come.
    """
    _take_seats(session, departure_id, booking.people, now)
    wanted = draws_of(session, departure_id, people=booking.people)
    for bucket_id, quantity in sorted(wanted.items()):
        done = session.execute(
            update(Bucket)
            .where(Bucket.id == bucket_id, Bucket.taken + quantity <= Bucket.capacity)
            .values(taken=Bucket.taken + quantity)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise DepartureFull(left=min(people_left(session, departure_id), booking.people - 1))
    held = {row.bucket_id: row for row in session.scalars(select(Allocation).where(Allocation.booking_id == booking.id))}
    for bucket_id, quantity in sorted(wanted.items()):
        if bucket_id in held:
            held[bucket_id].quantity += quantity
        else:
            session.add(Allocation(booking_id=booking.id, bucket_id=bucket_id, quantity=quantity))
    session.flush()


def give(session: Session, departure_id: int, booking: Booking, *, people: int) -> None:
    """Let go of some people's places: their seats, and what they draw on; the last ones let go of everything."""
    rest = booking.people - people
    session.execute(
        update(Departure)
        .where(Departure.id == departure_id)
        .values(taken=Departure.taken - people)
        .execution_options(synchronize_session=False)
    )
    keeps = draws_of(session, departure_id, people=rest) if rest else {}
    rows = session.scalars(select(Allocation).where(Allocation.booking_id == booking.id).order_by(Allocation.bucket_id)).all()
    for row in rows:
        quantity = row.quantity - keeps.get(row.bucket_id, 0)
        if quantity <= 0:
            continue
        row.quantity -= quantity
        session.execute(
            update(Bucket)
            .where(Bucket.id == row.bucket_id)
            .values(taken=Bucket.taken - quantity)
            .execution_options(synchronize_session=False)
        )
    session.flush()


def draws_of(session: Session, departure_id: int, *, people: int) -> Mapping[int, int]:
    """Return how much of each bucket so many people of one booking take."""
    wanted: Counter[int] = Counter()
    rows = session.execute(
        select(DepartureDraw.bucket_id, DepartureDraw.draw, DepartureDraw.quantity).where(
            DepartureDraw.departure_id == departure_id
        )
    )
    for bucket_id, draw, quantity in rows:
        wanted[bucket_id] += quantity * (people if draw == Draw.PERSON else 1)
    return wanted


def _take_seats(session: Session, departure_id: int, people: int, now: dt.datetime) -> None:
    done = session.execute(
        update(Departure)
        .where(
            Departure.id == departure_id,
            Departure.state.in_([DepartureState.OPEN.value, DepartureState.GUARANTEED.value]),
            Departure.cutoff_at > now,
            Departure.taken + people <= Departure.most_people,
        )
        .values(taken=Departure.taken + people)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount == 1:  # type: ignore[attr-defined]
        return
    found = session.execute(
        select(Departure.state, Departure.cutoff_at, Departure.most_people - Departure.taken).where(Departure.id == departure_id)
    ).one_or_none()
    if found is None:
        raise NotThere
    state, cutoff_at, left = found
    if state not in (DepartureState.OPEN, DepartureState.GUARANTEED) or cutoff_at <= now:
        raise DepartureClosed
    raise DepartureFull(left=left)
