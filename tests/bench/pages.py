"""Part `pages`: the catalogue and a product against a bare Flask page under the same server, in turn, at 100,000 offers."""

import itertools

from sqlalchemy import select

from marketplace.products.models import Offer
from tests.bench.serving import Client, many_a_second, serving, visits_to
from tests.bench.shown import Spread, Table, in_turn, times

#: Clients at once where answers a second are counted.
AT_ONCE = 4
#: Products looked at in turn.
PRODUCTS = 200


def measure(world, table, engine_name):
    """Add the pages of one engine to the table."""
    step = max(1, world.offers // PRODUCTS)
    slugs = world.full.write(lambda session: session.scalars(select(Offer.slug).where(Offer.id % step == 0)).all())
    pages = {
        "catalogue, first page": itertools.repeat("/products/"),
        "catalogue, one kind, by price": itertools.repeat("/products/?category=rice&sort=price"),
        f"product pages, {len(slugs)} in turn": itertools.cycle([f"/products/{slug}" for slug in slugs]),
        "search 莲子": itertools.repeat("/search?q=%E8%8E%B2%E5%AD%90"),
    }
    with serving("tests.bench.bare:app") as bare_port, serving("wsgi:app", world.full.environment) as port:
        bare, house = Client(bare_port), Client(port)
        things = {"bare": lambda: bare.get("/")}
        things |= {name: lambda paths=paths: house.get(next(paths)) for name, paths in pages.items()}
        found = in_turn(things, rounds=world.rounds(20), each=5)
        rates = {name: [] for name in things}
        for _ in range(world.rounds(3)):
            rates["bare"].append(many_a_second(visits_to(bare_port, itertools.repeat("/")), seconds=1, clients=AT_ONCE))
            for name, paths in pages.items():
                rates[name].append(many_a_second(visits_to(port, paths), seconds=1, clients=AT_ONCE))
        weights = {name: len(house.get(next(paths))[1]) for name, paths in pages.items()} | {"bare": len(bare.get("/")[1])}
        bare.close()
        house.close()
    base = Spread.of(rates["bare"]).median
    for name, (spread, ratios) in found.items():
        rate = Spread.of(rates[name]).median
        table.add(engine_name, name, spread, times(ratios), f"{rate:.0f}", f"×{base / rate:.1f}", f"{weights[name] / 1024:.1f}")


def table():
    return Table(
        "Pages against a bare Flask page",
        "Milliseconds for one client on one kept connection, median (tenth–ninetieth percentile); the ratio is taken round by "
        f"round. Then answers a second for {AT_ONCE} clients at once, how many times fewer than the bare page's, and KiB sent.",
        ("engine", "page", "ms", "× bare", "a second", "× fewer", "KiB"),
    )
