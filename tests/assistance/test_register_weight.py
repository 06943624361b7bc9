"""What importing a whole register costs others: no lock while it is read and made ready, and memory for each row alone."""

import sqlite3
import tracemalloc

import pytest
from sqlalchemy import update

from marketplace.assistance import services
from marketplace.assistance.cli import run_import
from marketplace.assistance.models import RegisterState
from marketplace.assistance.register.files import read_register, write_register
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction
from marketplace.web.db import writer_engine
from tests.assistance.register.builders import AREAS
from tests.bench.register import FULL, MOST_MIB, SIZES, register_rows
from tests.farmers.places import SEALER, county, official, phone_of

pytestmark = pytest.mark.weight

#: Some two thousand people.
HOUSEHOLDS = 550


@pytest.fixture
def officials(writing):
    county(writing)
    phones = [phone_of(writing, official(writing, "county_official", "360321")) for _ in range(2)]
    writing.commit()
    return phones


@pytest.fixture
def bring_in(app, officials, tmp_path):
    """Import a register of so many invented households as the command does."""

    def run(households, *, sealer):
        path = tmp_path / f"{households}.xlsx"
        write_register(path, register_rows(AREAS, households), AREAS)
        with app.app_context():
            return run_import(path, *officials, sealer=sealer, dry_run=False, only_good=False)

    return run


class Watching:
    """A sealer that asks, each time it is used, whether somebody else could write at this moment."""

    def __init__(self, sealer, path):
        self.sealer = sealer
        self.index_key = sealer.index_key
        self.other = sqlite3.connect(path, timeout=0, isolation_level=None)
        self.asked = self.refused = 0

    def ask(self):
        self.asked += 1
        try:
            self.other.execute("BEGIN IMMEDIATE")
            self.other.execute("ROLLBACK")
        except sqlite3.OperationalError:
            self.refused += 1

    def seal(self, plain, place):
        self.ask()
        return self.sealer.seal(plain, place)

    def open(self, sealed, place):
        self.ask()
        return self.sealer.open(sealed, place)

    def open_if_kept(self, sealed, place):
        self.ask()
        return self.sealer.open_if_kept(sealed, place)

    def blind(self, plain, kind):
        self.ask()
        return self.sealer.blind(plain, kind)


@pytest.fixture
def watching(app):
    """Make sealers that watch; they are let go in the end."""
    path = app.extensions["settings"].database_url.removeprefix("sqlite:///")
    made = []

    def make():
        made.append(Watching(app.extensions["sealer"], path))
        return made[-1]

    yield make
    for each in made:
        each.other.close()


def people_in(households):
    return sum(SIZES[number % len(SIZES)] for number in households)


def test_nobody_waits_while_a_register_is_read_compared_and_sealed(bring_in, watching, writing):
    opening, changing = watching(), watching()
    bring_in(HOUSEHOLDS, sealer=opening)
    assert len(farmers.people_on_record(writing)) == people_in(range(HOUSEHOLDS)) > 1_900
    writing.execute(update(RegisterState).values(content_hash="another"))  # so that each is compared with what stands
    writing.commit()
    bring_in(60, sealer=changing)
    assert (opening.refused, changing.refused) == (0, 0)
    assert opening.asked > 3 * people_in(range(HOUSEHOLDS)), "each person is looked up and sealed"
    assert changing.asked > 3 * people_in(range(60)), "each person is looked up, opened and compared"


def test_the_watch_notices_a_lock(app, watching):
    """The control: sealing inside a writing transaction is what the watch is for."""
    sealer = watching()
    sealer.blind("1", "id_number")
    with app.app_context():
        in_transaction(writer_engine(), lambda session: session.connection() and sealer.blind("1", "id_number"))
    assert (sealer.asked, sealer.refused) == (2, 1)


def weigh(session, officials, path, households):
    """Return the bytes that importing a register of so many households takes at most, and leave nothing of it."""
    write_register(path, register_rows(AREAS, households), AREAS)
    tracemalloc.start()
    file = read_register(path, areas=AREAS, today=clock.today())
    given = {"file": file, "sealer": SEALER}
    prepared = services.prepare_import(session, area_code="360321", only_good=False, is_decided_later=False, **given)
    acceptance = services.prepare_acceptance_of(session, prepared=prepared, **given)
    report = services.propose_import(session, prepared=prepared, by=officials[0], sha256="a" * 64)
    services.accept_import(session, import_id=report.import_id, by=officials[1], prepared=acceptance)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(farmers.people_on_record(session)) == people_in(range(households))
    session.rollback()
    return peak


def test_each_further_person_of_a_register_costs_a_few_kilobytes(writing, tmp_path):
    """So much each that a county's thirty-six thousand stay within half of what the whole import may take."""
    county(writing)
    officials = [official(writing, "county_official", "360321") for _ in range(2)]
    writing.commit()
    _warming, small, large = (weigh(writing, officials, tmp_path / "r.xlsx", households) for households in (20, 150, 400))
    a_person = (large - small) / people_in(range(150, 400))
    assert a_person > 500, "the peak is that of the rows"
    assert a_person * people_in(range(FULL)) < MOST_MIB * 1024**2 / 2
