"""Part `register`: a county's register from a file, by the command an official would run: seconds and memory of its process."""

import contextlib
import datetime as dt
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.areas.queries import register_index
from marketplace.assistance.register.areas import AreaEntry, AreaIndex
from marketplace.assistance.register.files import write_register
from marketplace.assistance.register.values import (
    Attribute,
    Cause,
    Health,
    HouseholdRow,
    LabourCapacity,
    PersonRow,
    RegisterDate,
    Relation,
    Schooling,
    StudentStatus,
)
from marketplace.farmers.models import Household, MemberSpell
from marketplace.kernel.identity import Sex, check_character
from tests.bench.machine import ROOT
from tests.bench.people import COUNTY
from tests.bench.shown import Table

#: A county, and what importing its register may cost.
FULL, MOST_SECONDS, MOST_MIB = 10_000, 60, 400
PHONES = ("19900001001", "19900001002")
RELATIONS = (Relation.HEAD, Relation.SPOUSE, Relation.SON, Relation.MOTHER)
SIZES = (3, 4, 4, 3, 4)


class ImportFailed(Exception):
    """The command refused what it should have taken, or imported another number."""


def measure(bench, table, engine_name, households):
    """Import the file, then the same file again; add both."""
    filled = bench.copy(bench.laid(engine_name), "register")
    filled.write(_officials)
    areas = filled.write(lambda session: AreaIndex(AreaEntry(*entry) for entry in register_index(session)))
    path = bench.folder / "register.xlsx"
    people = 0
    if not path.exists():
        write_register(path, register_rows(areas, households), areas)
    people = sum(SIZES[number % len(SIZES)] for number in range(households))
    base, base_peak = process([sys.executable, "-c", _READ, str(path)], {**os.environ})
    table.add("", "openpyxl reads the cells alone (control)", f"{base:.1f}", f"{base_peak:.0f}", "", "")
    line = [sys.executable, "-m", "flask", "--app", "wsgi", "register", "import", str(path), "--by", PHONES[0],
            "--accepted-by", PHONES[1]]  # fmt: skip
    for words in (f"import of {households:,} households, {people:,} people", "the same file again: nothing changes"):
        with Waiting(filled.path) as waiting:
            seconds, peak = process(line, filled.environment)
        table.add(
            engine_name, words, within(seconds, MOST_SECONDS, households), within(peak, MOST_MIB, households),
            f"×{seconds / base:.2f}", f"{waiting.longest:.2f}" if filled.path else "",
        )  # fmt: skip
        with filled.engine() as engine, Session(engine) as session:
            counts = [session.scalar(select(func.count()).select_from(model)) for model in (Household, MemberSpell)]
        if counts != [households, people]:
            raise ImportFailed(counts)


def within(figure, limit, households):
    """Return a figure beside the limit it is held to at full size."""
    return f"{figure:.1f} of {limit}" if households == FULL else f"{figure:.1f}"


class Waiting:
    """Somebody else who would write meanwhile: a context whose `longest` is how long they were kept out at a stretch.

    PostgreSQL keeps nobody out, so it is asked of SQLite alone.
    """

    def __init__(self, path):
        self.path = path
        self.longest = 0.0
        self._ended = threading.Event()
        self._asking = threading.Thread(target=self._ask)

    def __enter__(self):
        if self.path:
            self._asking.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        if self.path:
            self._asking.join()

    def _ask(self):
        with contextlib.closing(sqlite3.connect(self.path, timeout=0, isolation_level=None)) as connection:
            since = None
            while not self._ended.wait(0.01):
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    connection.execute("ROLLBACK")
                    since = None
                except sqlite3.OperationalError:
                    since = since or time.perf_counter()
                    self.longest = max(self.longest, time.perf_counter() - since)


_READ = (
    "import sys, openpyxl\n"
    "book = openpyxl.load_workbook(sys.argv[1], read_only=True)\n"
    "print(sum(1 for row in book.active.iter_rows(values_only=True)))"
)


#: Runs a command and says its seconds, start included, and its peak memory. A process of its own: Linux counts what the parent
#: held when it started a child as the child's, and the bench holds much.
_WATCHED = """
import resource, subprocess, sys, time
begun = time.perf_counter()
done = subprocess.run(sys.argv[1:])
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


def process(line, environment):
    """Run a process to its end; return its seconds and its peak memory in MiB."""
    done = subprocess.run([sys.executable, "-c", _WATCHED, *line], cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise ImportFailed((done.stdout + done.stderr)[-2000:])
    seconds, kibibytes = done.stdout.splitlines()[-1].split()
    return float(seconds), int(kibibytes) / 1024


def _officials(session):
    for phone in PHONES:
        user = accounts.create_user(session, name="县干部", phone=phone)
        accounts.grant_role(session, user_id=user.id, role="county_official", area_code=COUNTY, by=None)


def register_rows(areas, households):
    """Yield so many invented households; the same number is always the same household."""
    villages = [code for code, entry in areas._entries.items() if entry.township_code]
    for number in range(households):
        dice = random.Random(number)
        people = tuple(
            _person(number * len(RELATIONS) + at, relation, dice)
            for at, relation in enumerate(RELATIONS[: SIZES[number % len(SIZES)]])
        )
        village = dice.choice(villages)
        yield HouseholdRow(
            f"3603{number:08d}", areas.township_of(village), village, people, Attribute.ORDINARY, Cause.ILLNESS,
            (Cause.LABOUR, Cause.SKILLS), RegisterDate(dt.date(2014, 5, 1)), 2018, dice.randint(100000, 900000), ("水稻", "莲子"),
            "王五", "县教育局",
        )  # fmt: skip


def _person(number, relation, dice):
    """Return somebody invented, under the unassigned prefix 360399."""
    born = dt.date(1940, 1, 1) + dt.timedelta(days=number // 900 * 7)
    body = f"360399{born:%Y%m%d}{number % 900:03d}"
    sex = Sex.MALE if number % 900 % 2 else Sex.FEMALE
    name = dice.choice("刘王李张") + dice.choice("伟芳娜敏静") + dice.choice("国华")
    return PersonRow(
        0, name, body + check_character(body), born, sex, relation, Schooling.PRIMARY, StudentStatus.NONE, (Health.HEALTHY,),
        LabourCapacity.ORDINARY, "19912345678" if relation is Relation.HEAD else None,
    )  # fmt: skip


def table():
    return Table(
        "Register import",
        "The command of an official from start to end, once, with the peak memory of its process, beside the limits for a county "
        f"of {FULL:,} households; the ratio is to reading the cells of the same file and doing nothing with them. On SQLite, "
        "also the longest stretch for which another writer was kept out.",
        ("engine", "what", "seconds", "peak MiB", "× reading alone", "others wait, s"),
    )
