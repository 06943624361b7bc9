"""The build itself: one transaction from the empty county to today, so that an interrupted build leaves nothing behind."""

import contextlib
import datetime as dt
import gc
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.accounts.services import hash_password
from marketplace.demo import (
    buyers,
    cases,
    county,
    courses,
    goods,
    grievances,
    helping,
    money,
    pooling,
    privacy,
    reconciling,
    sellers,
    surveys,
    tours,
    trade,
    visitors,
    watching,
)
from marketplace.demo.pictures import Pictures
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import COUNTY_PHONE, PASSWORD, Size
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import in_transaction, reading
from marketplace.kernel.words import Say
from marketplace.media.storage import Store

#: The dice fall the same way each time; only today differs.
SEED = 20_140_501
#: Rows remembered by the session are let go this often, or each flush would look through the whole year.
_FORGET_EVERY = 40
#: Rows come and go by the million: Python looks for forgotten circles among them this seldom while it builds.
_COLLECT_EVERY = 100_000

#: What arranges the year, in order: the dice fall the same way each time.
_PLANS = (
    goods.plan_offers,
    sellers.plan_visits,
    sellers.plan_declarations,
    helping.plan_help,
    courses.plan_courses,
    trade.plan_year,
    tours.plan_tours,
    visitors.plan_bookings,
    money.plan_money,
    reconciling.plan_reconciling,
    pooling.plan_pools,
    grievances.plan_grievances,
    surveys.plan_survey,
    watching.plan_watching,
    cases.plan_cases,
)


def stands(session: Session) -> bool:
    """Say whether the demonstration county is there: its first official is."""
    return accounts.user_by_phone(session, str(COUNTY_PHONE)) is not None


def build_county(
    engine: Engine, size: Size, *, sealer: Sealer, gateways: Any, store: Store, say: Say, tell: Callable[[str], None]
) -> bool:  # fmt: skip
    """Build the county; return whether it was, rather than stood already. A minute and a half for the full size."""
    with reading(engine) as session:
        if stands(session):
            return False
    with (
        _collecting_seldom(),
        Pictures(store, count=size.pictures, width=size.picture_width, processes=size.picture_processes) as pictures,
        tempfile.TemporaryDirectory(prefix="lotusfair-demo-") as folder,
    ):
        password_hash = hash_password(PASSWORD)
        now = clock.now()

        def verb(session: Session) -> None:
            build = Building(
                session, size, random.Random(SEED), now, sealer, gateways, password_hash, Path(folder),
                pictures.chooser(session), pictures.chooser(session, is_public=False), say, tell,
            )  # fmt: skip
            _build(build, pictures)
            privacy.keep_data(build)

        in_transaction(engine, verb)
    return True


@contextlib.contextmanager
def _collecting_seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(_COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _build(build: Building, pictures: Pictures) -> None:
    session = build.session
    timeline = Timeline(build.now)
    with clock.stopped_at(build.start):
        county.found_county(build)
        tours.load_places(build)
        watching.set_rules(build)
    with clock.stopped_at(build.start + dt.timedelta(hours=5)):
        county.open_register(build)
    with clock.stopped_at(build.start + dt.timedelta(days=1)):
        sellers.open_shops(build)
        tours.open_agency(build)
    with clock.stopped_at(build.start + dt.timedelta(days=2)):
        sellers.keep_record(build)
        helping.note_what_homes_can_do(build)
        buyers.invite_buyers(build)
    session.flush()
    session.expunge_all()
    for plan in _PLANS:
        plan(build, timeline)
    month = ""

    def after_each(done: int) -> None:
        nonlocal month
        if done % _FORGET_EVERY == 0:
            session.flush()
            session.expunge_all()
        if clock.month_of(clock.now()) != month:
            month = clock.month_of(clock.now())
            build.tell(f"the year: {month}, {len(build.goods)} offers on sale, {build.placed} orders placed")

    timeline.run(after_each)
    build.tell(f"pictures: {pictures.store_rest(session)}")
