"""The build itself: one transaction from the empty county to today, so that an interrupted build leaves nothing behind."""

import datetime as dt
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.accounts.services import hash_password
from marketplace.demo import county, goods, sellers, today, trade
from marketplace.demo.pictures import Pictures
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import PASSWORD, Building, SignIn, Size
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import in_transaction
from marketplace.media.storage import Store

#: The dice fall the same way each time; only today differs.
SEED = 20_140_501
#: Rows remembered by the session are let go this often, or each flush would look through the whole year.
_FORGET_EVERY = 40
_TELL_EVERY = 2_500


def stands(session: Session) -> bool:
    """Say whether the demonstration county is there: its first official is."""
    return accounts.user_by_phone(session, county.PEOPLE["county"].phone) is not None


def build_county(
    engine: Engine, size: Size, *, sealer: Sealer, store: Store, tell: Callable[[str], None]
) -> tuple[SignIn, ...] | None:
    """Build the county; return who can sign in, or None where it stands already. About a minute for the full size."""
    with in_reading(engine) as session:
        if stands(session):
            return None
    with (
        Pictures(store, count=size.pictures, width=size.picture_width, processes=size.picture_processes) as pictures,
        tempfile.TemporaryDirectory(prefix="lotusfair-demo-") as folder,
    ):
        password_hash = hash_password(PASSWORD)
        now = clock.now()

        def verb(session: Session) -> tuple[SignIn, ...]:
            build = Building(
                session, size, random.Random(SEED), now, sealer, password_hash, Path(folder), pictures.chooser(session), tell
            )
            return _build(build, pictures)

        return in_transaction(engine, verb)


def _build(build: Building, pictures: Pictures) -> tuple[SignIn, ...]:
    session = build.session
    timeline = Timeline(build.now)
    with clock.stopped_at(build.start):
        county.found_county(build)
    with clock.stopped_at(build.start + dt.timedelta(hours=5)):
        register = county.open_register(build)
    with clock.stopped_at(build.start + dt.timedelta(days=1)):
        sellers.open_shops(build)
    with clock.stopped_at(build.start + dt.timedelta(days=2)):
        sellers.keep_record(build)
    session.flush()
    session.expunge_all()
    goods.plan_offers(build, timeline)
    trade.plan_year(build, timeline)
    today.plan_waiting(build, timeline, register)

    def after_each(done: int) -> None:
        if done % _FORGET_EVERY == 0:
            session.flush()
            session.expunge_all()
        if done % _TELL_EVERY == 0:
            build.tell(f"the year: {clock.today():%Y-%m-%d}, {trade.so_far(build)}")

    timeline.run(after_each)
    build.tell(f"pictures: {pictures.store_rest(session)}")
    build.tell(f"trade: {trade.so_far(build)}")
    return sign_ins(session)
