"""The command: `python -m tests.bench [PART …] [--engine …] [--write]`, or `make bench PARTS="report paging"`."""

import argparse
import sys
import time
import warnings

from tests.bench import alerts, checkout, machine, pages, paging, register, report, tours
from tests.bench.databases import Bench
from tests.bench.serving import THREADS, WORKERS
from tests.bench.world import HOUSEHOLDS, World

PARTS = ("register", "alerts", "paging", "pages", "report", "checkout", "tours")
MEASUREMENTS = machine.ROOT / "docs" / "measurements.md"
_HEAD = """# Measurements

Written by `make bench WRITE=1` (`python -m tests.bench --write`), never by hand.

**Read the ratios, not the times.** Times are of this machine on that day, which other work shared (its load stands below), and
promise nothing. What is compared was measured in one run and in turn, round by round, so that whatever else the machine did fell
on both sides alike; where the tenth and the ninetieth percentile lie far apart, it did not quite. "× bare" says how many bare
Flask pages the same server could have sent meanwhile: one that asks a database ten questions and says a hundred sentences costs
dozens of them. "× the smallest" near ×1 says that a cost does not grow with history.

Every page, the bare one too, is served by granian with {workers} worker and {threads} blocking threads over the loopback, to
clients that take compressed pages. The mode is the demonstration's, behind one proxy: limits per address, budgets of orders,
security headers, compression and logs work as in production, which lacks the trial till alone. All data is invented, filled in
bulk, and proved by every invariant before it is measured, and again after guests have bought.
"""


def main():
    asked = _asked()
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    begun = time.monotonic()
    facts = machine.facts()

    def say(words):
        sys.stderr.write(f"[{time.monotonic() - begun:5.0f} s] {words}\n")
        sys.stderr.flush()

    with Bench(asked.engine) as bench:
        tables = _measured(bench, asked, say)
        facts.append(("PostgreSQL", bench.postgresql_version()))
    facts.append(("load after", machine.load()))
    facts.append(("took", f"{time.monotonic() - begun:.0f} s"))
    sys.stdout.write("\n".join(f"{name:>12}  {value}" for name, value in facts) + "\n")
    sys.stdout.write("\n".join(table.plain() for table in tables if table.rows) + "\n")
    if asked.write:
        _write(facts, tables)


def _measured(bench, asked, say):
    imported, paged, shown = register.table(), paging.table(), pages.table()
    bought = checkout.table()
    nights, lists = alerts.tables()
    available, written, booked = tours.tables()
    reported, history = report.tables()
    for engine_name in bench.usable():
        world = World(bench, engine_name, scale=asked.scale, say=say)
        if "register" in asked.parts:
            say(f"{engine_name}: importing a register")
            register.measure(bench, imported, engine_name, max(20, int(HOUSEHOLDS * asked.scale)))
        if "alerts" in asked.parts:
            alerts.measure(world, nights, lists, engine_name)
        if "paging" in asked.parts:
            paging.measure(world, paged, engine_name)
        if "pages" in asked.parts:
            pages.measure(world, shown, engine_name)
        if "report" in asked.parts:
            report.measure(world, reported, history, engine_name)
        if "checkout" in asked.parts:
            checkout.measure(world, bought, history, engine_name)
        if "tours" in asked.parts:
            tours.measure(world, available, written, booked, engine_name)
        bench.forget(engine_name)
    return shown, bought, available, written, booked, reported, history, paged, nights, lists, imported


def _asked():
    reader = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    reader.add_argument("parts", nargs="*", metavar="PART", help=f"some of: {', '.join(PARTS)} (all of them)")
    reader.add_argument("--engine", action="append", choices=("sqlite", "postgresql"), help="one engine alone (both)")
    reader.add_argument("--scale", type=float, default=1.0, help="a part of the full size, to try the bench itself")
    reader.add_argument("--write", action="store_true", help=f"write {MEASUREMENTS.relative_to(machine.ROOT)}")
    asked = reader.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        reader.error(f"no such part: {', '.join(sorted(unknown))}")
    asked.parts = asked.parts or PARTS
    asked.engine = asked.engine or ["sqlite", "postgresql"]
    if asked.write and (asked.scale != 1 or set(asked.parts) != set(PARTS)):
        reader.error("only a whole run at full size is written down")
    return asked


def _write(facts, tables):
    lines = [
        _HEAD.format(workers=WORKERS, threads=THREADS),
        "| | |",
        "| --- | --- |",
        *[f"| {name} | {value} |" for name, value in facts],
        "",
    ]
    MEASUREMENTS.write_text("\n".join([*lines, *(table.markdown() for table in tables if table.rows)]), encoding="utf-8")
    sys.stdout.write(f"\nwritten: {MEASUREMENTS.relative_to(machine.ROOT)}\n")


if __name__ == "__main__":
    main()
