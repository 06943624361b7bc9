"""What the land gives, close to: seeds, grain, tea, lotus root, camellia, honeycomb, dried vegetables, seedlings.

Each is drawn around its own origin from fixed cuts repeated, so that forty seeds cost little more than three.
"""

from math import cos, pi, sin

from marketplace.media.illustrations.palette import Palette
from marketplace.media.illustrations.shapes import (
    Point,
    crown,
    gouge,
    ink,
    num,
    nums,
    oval,
    petal,
    place,
    poly,
    stalk,
    trace,
)
from marketplace.media.illustrations.stage import Dice


def mound(dice: Dice, reach: float, rise: float, gap: float) -> list[Point]:
    """Spots that fill a heap `2 * reach` wide, from back to front."""
    spots: list[Point] = []
    rows = max(2, round(rise / (gap * 0.62)))
    for row in range(rows + 1):
        level = row / rows
        half = reach * (0.16 + 0.84 * level**0.8)
        count = max(2, round(half * 2 / gap))
        for step in range(count):
            x = -half + 2 * half * (step + 0.5) / count + dice.between(-0.2, 0.2) * gap
            spots.append((round(x), round(-rise + rise * level + 5 * cos(x / reach * 1.4) + dice.between(-2, 2))))
    return spots


def _many(spots: list[Point], tail: str) -> str:
    return "".join(f"M{nums(spot, 0)}{tail}" for spot in spots)


def lotus_seeds(inks: Palette, spots: list[Point]) -> str:
    """Dried lotus seeds, one at each spot, each with its small dark tip."""
    return (
        ink(inks.cream_shade, _many(spots, "m-12 2a12 11 0 1 0 24 0a12 11 0 1 0-24 0z"))
        + ink(inks.cream, _many(spots, "m-12 0a11 9 0 1 0 22 0a11 9 0 1 0-22 0z"))
        + ink(inks.gold_deep, _many(spots, "m-3-5q3-4 6 0q-3 4-6 0z"))
    )


def seed_heap(inks: Palette, dice: Dice, reach: float, rise: float) -> str:
    """A heap of lotus seeds."""
    dome = f"M{num(-reach)} 6Q{nums((-reach * 0.5, -rise, 0, -rise))}Q{nums((reach * 0.5, -rise, reach, 6))}z"
    return ink(inks.cream_shade, dome) + lotus_seeds(inks, mound(dice, reach * 0.96, rise, 21))


def rice_heap(inks: Palette, dice: Dice, reach: float, rise: float) -> str:
    """A heap of polished rice: one pale form flecked with grains."""
    dome = trace(
        f"M{num(-reach)} 6q",
        (reach * 0.5, -rise * 1.2, reach, -rise * 1.2),
        "q",
        (reach * 0.5, 0, reach, rise * 1.2),
        "q",
        (-reach, reach * 0.26, -2 * reach, 0),
        "z",
    )
    flecks: list[Point] = [(round(x * 0.9), round(y * 0.8)) for x, y in mound(dice, reach * 0.86, rise, 19)]
    return ink(inks.wall, dome) + grains(inks.cream_shade, flecks)


def grains(tone: str, spots: list[Point]) -> str:
    """Grains of rice lying in three directions."""
    tails = ("q5-5 12-3q-4 6-12 3z", "q6-1 11 4q-8 2-11-4z", "q1-6 6-9q2 7-6 9z")
    return ink(tone, *(_many(spots[turn::3], tails[turn]) for turn in range(3)))


def tea_leaves(inks: Palette, spots: list[Point]) -> str:
    """Twisted dry leaves of green tea."""
    tails = ("q10-12 26-8q-10 10-26 8z", "q14 0 22 10q-16 2-22-10z", "q-2-12 8-22q6 14-8 22z", "q12-6 24 2q-14 8-24-2z")
    return ink(inks.leaf_dark, *(_many(spots[turn::4], tails[turn]) for turn in (0, 1))) + ink(
        inks.leaf, *(_many(spots[turn::4], tails[turn]) for turn in (2, 3))
    )


def tea_sprig(inks: Palette) -> str:
    """Two leaves and a bud, 120 tall."""
    leaf = (
        ink(inks.leaf, petal(0, 78, 22))
        + ink(inks.leaf_dark, petal(0, 78, 22, side=1))
        + ink(inks.leaf_light, gouge((0, -8), (0, -70), 1.2))
    )
    return (
        ink(inks.leaf, stalk((0, 0), (2, -64), 5, 3, 4))
        + place(leaf, 0, -30, 0.9, turn=-52)
        + place(leaf, 2, -44, 1, turn=46)
        + ink(inks.leaf_light, petal(4, 62, 11, (2, -60)))
        + place(leaf, 0, -8, 0.7, turn=70)
    )


def lotus_root(inks: Palette, segments: int = 3) -> str:
    """A lotus root lying level: plump segments joined at dark nodes, a cut end showing its holes."""
    drawn, x = "", 0.0
    for step in range(segments):
        long, half = 136 - step * 22, 42 - step * 6
        body = trace(
            f"M{num(x)} 0q4{num(-half)} ",
            (long * 0.4, -half),
            "q",
            (long * 0.5, 2, long * 0.6, half),
            "q",
            (-long * 0.08, half - 2, -long * 0.6, half),
            "q",
            (-long * 0.4, -2, -long * 0.4, -half),
            "z",
        )
        under = trace(
            f"M{num(x + 4)} 10q",
            (long * 0.45, half * 0.7, long - 6, -8),
            "q",
            (-long * 0.1, half - 6, -long * 0.58, half - 2),
            "q",
            (-long * 0.34, -2, -long * 0.42 + 6, 10 - half),
            "z",
        )
        drawn += ink(inks.cream, body)
        drawn += ink(inks.cream_shade, under)
        drawn += ink(
            inks.gold_deep,
            *(
                gouge((x + long * t, -half * 0.5 + 14 * u), (x + long * t + 16, -half * 0.5 + 14 * u), 1)
                for t, u in ((0.3, 0), (0.55, 1), (0.42, 2))
            ),
        )
        x += long - 2
        if step < segments - 1:
            drawn += ink(inks.wood_dark, oval(x, 0, 5, 12), petal(20, 26, 4, (x, -6)), petal(-12, 20, 3, (x, -6)))
    tip = ink(inks.lotus_pale, petal(78, 62, 13, (x - 4, 2), -10)) + ink(inks.leaf_light, petal(78, 26, 5, (x + 32, -8)))
    return drawn + tip + place(root_slice(inks), 2, 0, 0.62, squash=1.15)


def root_slice(inks: Palette) -> str:
    """A slice of lotus root, 100 wide: a round of pale flesh with a wheel of holes."""
    holes = "".join(oval(27 * cos(2 * pi * step / 7), 25 * sin(2 * pi * step / 7), 8, 8) for step in range(7))
    return ink(inks.cream_shade, oval(0, 5, 50, 46)) + ink(inks.cream, oval(0, 0, 50, 46)) + ink(inks.wood, holes, oval(0, 0, 5))


def camellia_sprig(inks: Palette) -> str:
    """A sprig of oil camellia: leathery leaves, a white flower, two fruits; 200 wide."""
    leaf = ink(inks.leaf, petal(0, 82, 24)) + ink(inks.leaf_dark, petal(0, 82, 24, side=1))
    fruit = (
        ink(inks.leaf_light, oval(0, 0, 23, 22))
        + ink(inks.leaf, "M6-21q26 18 0 42q24-4 17-26q-6-14-17-16z")
        + ink(inks.wood_dark, petal(180, 9, 6, (0, -22)))
    )
    white = ink(inks.wall, petal(0, 46, 28))
    drawn = ink(inks.wood_dark, stalk((-100, 30), (60, -34), 7, 4, 14))
    for x, y, turn in ((-70, 12, -46), (-44, 8, 128), (-16, -8, -20), (30, -24, 20), (58, -34, 74), (20, -20, 140)):
        drawn += place(leaf, x, y, 0.95, turn=turn)
    drawn += place(fruit, -60, 44) + place(fruit, -8, 42, 0.86)
    drawn += ink(inks.wall_shade, oval(38, -30, 34, 32))
    for turn in range(0, 360, 60):
        drawn += place(white, 38, -30, turn=turn)
    return drawn + ink(inks.gold, crown(38, -30, 14, 13, 9)) + ink(inks.gold_deep, oval(38, -29, 6))


def honeycomb(inks: Palette) -> str:
    """A piece of comb, 150 wide, some cells full."""
    cells, full = "", ""
    tail = "l13-8 13 8v15l-13 8-13-8z"
    for row in range(4):
        for step in range(5 - (row % 2)):
            spot = f"M{nums((-75 + step * 30 + (row % 2) * 15, -92 + row * 25), 0)}{tail}"
            if (row + step * 2) % 3:
                full += spot
            else:
                cells += spot
    return (
        ink(inks.gold_deep, "M-84-96l40-16h90l36 18l6 70l-22 24h-118l-34-22z")
        + ink(inks.gold, full)
        + ink(inks.wood_dark, cells, opacity=0.55)
    )


def dipper(inks: Palette) -> str:
    """A turned honey dipper, 190 long, head at the origin."""
    return (
        ink(inks.wood, stalk((0, 0), (0, -170), 8, 11))
        + ink(inks.wood, *(oval(0, y, wide, 7) for y, wide in ((-22, 18), (-8, 24), (6, 24), (20, 17))))
        + ink(inks.wood_dark, *(gouge((-18, y), (18, y), 1.6) for y in (-15, -1, 13)))
    )


def chilli(inks: Palette) -> str:
    """A dried chilli hanging from the origin, 64 long."""
    return (
        ink(inks.leaf, petal(180, 16, 5))
        + ink(inks.red, "M-7 10q-6 30 8 56q10-24 7-56q-8-5-15 0z")
        + ink(inks.lotus_pale, gouge((-3, 18), (1, 46), 1.4, 2))
    )


def mushroom(inks: Palette) -> str:
    """A dried mushroom, 56 wide, with the crackled cap that buyers look for."""
    return (
        ink(inks.cream_shade, "M-8-4h16l4 20h-22z")
        + ink(inks.wood_dark, "M-28 0q2-30 28-30q26 0 28 30q-28 10-56 0z")
        + ink(inks.cream, gouge((-14, -6), (-4, -24), 2.4), gouge((6, -25), (14, -6), 2.4), gouge((-2, -6), (3, -16), 2))
    )


def radish(inks: Palette) -> str:
    """Strips of sun-dried radish, curled."""
    return ink(inks.cream, "M-30 0q10-16 30-8q16 6 28-6q-4 18-26 18q-18-2-32-4z", "M-20 12q20-8 42 4q-20 10-42-4z") + ink(
        inks.cream_shade, "M-26 2q12-8 26-3q14 4 22-2q-8 10-22 9z"
    )


def bean(inks: Palette) -> str:
    """A bundle of dried long beans tied in the middle."""
    return (
        ink(inks.leaf, *(gouge((-52, y), (52, -y * 0.7), 3.4, 14 + y) for y in (-12, -4, 4, 12)))
        + ink(inks.leaf_dark, gouge((-50, 14), (50, 2), 3, 16))
        + ink(inks.red, oval(0, 14, 5, 13))
    )


def seedling(inks: Palette, leaves: int = 3) -> str:
    """A young plant, about 110 tall."""
    leaf = ink(inks.leaf, petal(0, 56, 19)) + ink(inks.leaf_light, petal(0, 56, 19, side=-1))
    drawn = ink(inks.leaf, stalk((0, 0), (0, -36 - leaves * 16), 5, 3, 3))
    for step in range(leaves):
        y = -26 - step * 20
        scale = 1 - step * 0.14
        drawn += place(leaf, 0, y, scale, turn=58 - step * 10) + place(leaf, 0, y, scale, flip=True, turn=-58 + step * 10)
    return drawn + ink(inks.leaf_light, petal(0, 34, 10, (0, -30 - leaves * 16)))


def flower_seedling(inks: Palette, bloom: str) -> str:
    """A young plant in flower, about 130 tall."""
    head = "".join(oval(15 * cos(2 * pi * step / 6), 15 * sin(2 * pi * step / 6), 12, 12) for step in range(6))
    return seedling(inks, 2) + place(ink(bloom, head) + ink(inks.gold, oval(0, 0, 9)), 0, -94)


def blossom_dust(spots: list[Point]) -> str:
    """Path data of tiny four-petalled blossoms."""
    return _many(spots, "q6-8 0-11q-7 4 0 11q9-5 12 0q-3 7-12 0q5 8 0 12q-6-4 0-12q-8 6-12 0q4-7 12 0z")


def crate(inks: Palette, wide: float) -> str:
    """A slatted wooden crate, 76 tall."""
    slats = "".join(poly((-wide, y), (wide, y), (wide, y + 20), (-wide, y + 20)) for y in (-76, -50, -24))
    return (
        ink(inks.wood_dark, poly((-wide + 4, -72), (wide - 4, -72), (wide - 4, -2), (-wide + 4, -2)))
        + ink(inks.wood, slats)
        + ink(
            inks.cream_shade,
            *(gouge((-wide + 20 + shift, y), (wide - 60 + shift, y + 1), 1.4) for y, shift in ((-66, 0), (-40, 30), (-14, 10))),
        )
        + ink(
            inks.wood_dark,
            poly((-wide, -80), (-wide + 14, -80), (-wide + 14, 0), (-wide, 0)),
            poly((wide - 14, -80), (wide, -80), (wide, 0), (wide - 14, 0)),
        )
    )
