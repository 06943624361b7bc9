"""Part `pages`: the catalogue and a product against a bare Flask page under the same server, in turn, at 100,000 offers."""

import functools

from sqlalchemy import select

from marketplace.products.models import Offer
from tests.bench.serving import Client, many_a_second, serving, visits_to
from tests.bench.shown import Spread, Table, in_turn, times

#: Clients at once where answers a second are counted.
AT_ONCE = 4


def measure(world, table, engine_name):
    """Add the pages of one engine to the table."""
    slug = world.full.write(lambda session: session.scalar(select(Offer.slug).where(Offer.id == world.offers // 2)))
    pages = {
        "catalogue, first page": "/products/",
        "catalogue, one kind, by price": "/products/?category=rice&sort=price",
        "product page": f"/products/{slug}",
        "search 莲子": "/search?q=%E8%8E%B2%E5%AD%90",
    }
    with serving("tests.bench.bare:app") as bare_port, serving("wsgi:app", world.full.environment) as port:
        bare, house = Client(bare_port), Client(port)
        things = {"bare": lambda: bare.get("/")}
        things |= {name: functools.partial(house.get, path) for name, path in pages.items()}
        found = in_turn(things, rounds=world.rounds(20), each=5)
        rates = {name: [] for name in things}
        for _ in range(world.rounds(3)):
            rates["bare"].append(many_a_second(visits_to(bare_port, "/"), seconds=1, clients=AT_ONCE))
            for name, path in pages.items():
                rates[name].append(many_a_second(visits_to(port, path), seconds=1, clients=AT_ONCE))
        weights = {name: len(house.get(path)[1]) for name, path in pages.items()} | {"bare": len(bare.get("/")[1])}
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
