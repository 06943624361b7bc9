"""What people built: horse-head houses, a hall of memory, a bridge, a pavilion, a boat, a lantern; and someone at work.

All are types, none is a real building; no emblem, no writing, no face. Each stands on its own origin, feet on y = 0.
"""

from marketplace.media.illustrations.palette import Palette
from marketplace.media.illustrations.shapes import (
    Pen,
    blob,
    box,
    crown,
    gouge,
    ink,
    num,
    nums,
    oval,
    petal,
    place,
    poly,
    sliver,
    stalk,
)
from marketplace.media.illustrations.stage import Stage


def eave(left: float, right: float, y: float, thick: float) -> str:
    """Path data of a tiled coping whose ends turn up."""
    wide, t = right - left, thick
    return (
        f"M{nums((left - t, y - t))}q{nums((t, t, 2 * t, t))}h{num(wide - 2 * t)}q{nums((t, 0, 2 * t, -t))}"
        f"l{nums((-t, 2 * t))}h{num(-wide)}z"
    )


def gable(inks: Palette, width: float, height: float, *, door: bool = False) -> str:
    """A gable end with three steps of horse-head wall, each step under its own dark coping."""
    half, step, thick = width / 2, height * 0.17, max(3.0, width * 0.045)
    levels = ((half, height * 0.62), (half * 0.66, height * 0.62 + step), (half * 0.3, height * 0.62 + step * 2))
    walls = "".join(box(-reach, -top, 2 * reach, top) for reach, top in levels)
    caps = "".join(eave(-reach - thick * 0.3, reach + thick * 0.3, -top - thick, thick) for reach, top in levels)
    shade = "".join(box(0.45 * width * 0.5, -top, reach - 0.225 * width, top) for reach, top in levels if reach > 0.225 * width)
    small = width * 0.09
    holes = box(-small / 2, -height * 0.66, small, small * 1.2)
    if door:
        holes += box(-width * 0.11, -height * 0.32, width * 0.22, height * 0.32)
    else:
        holes += box(-half * 0.6, -height * 0.4, small, small * 1.3) + box(half * 0.5, -height * 0.4, small, small * 1.3)
    return ink(inks.wall, walls) + ink(inks.wall_shade, shade) + ink(inks.roof, caps, holes)


def house(inks: Palette, width: float, height: float) -> str:
    """A long house: white wall, dark roof between two stepped gables, door and windows."""
    half = width / 2
    eaves = height * 0.56
    thick = max(3.0, height * 0.055)
    roof = poly((-half, -eaves), (-half, -height * 0.9), (half, -height * 0.9), (half, -eaves))
    cuts = "".join(sliver((x * half, -height * 0.86), (x * half, -eaves - 2), 2) for x in (-0.55, -0.3, -0.05, 0.2, 0.45))
    steps = ""
    walls = box(-half, -eaves, width, eaves)
    for side in (-1, 1):
        for reach, top in ((0.26, 0.72), (0.17, 0.88), (0.08, 1.04)):
            left = side * half - (reach * width * 0.5 if side > 0 else 0)
            walls += box(left, -top * height, reach * width * 0.5, top * height)
            steps += eave(left - 1, left + reach * width * 0.5 + 1, -top * height - thick, thick)
    holes = box(-width * 0.06, -eaves * 0.66, width * 0.12, eaves * 0.66)
    holes += "".join(box(x * width, -eaves * 0.66, width * 0.07, eaves * 0.26) for x in (-0.32, -0.2, 0.14, 0.26))
    return ink(inks.roof, roof) + ink(inks.wall_shade, cuts) + ink(inks.wall, walls) + ink(inks.roof, steps, holes)


def hall(inks: Palette) -> str:
    """A hall of memory, 400 wide: double roof with lifted corners, columns, broad steps. No sign, no emblem."""
    columns = "".join(box(x - 6, -118, 12, 82) for x in (-150, -100, -50, 50, 100, 150))
    lit = "".join(box(x - 6, -118, 4, 82) for x in (-150, -100, -50, 50, 100, 150))

    def roof(reach: float, y: float, tall: float, crest: float) -> str:
        pen = Pen([(-reach, y), (reach, y - tall)])
        pen.move((-reach - 16, y - 12))
        pen.draw("q", (-reach + 30, y - 12), (-crest, y - tall))
        pen.draw("l", (crest, y - tall))
        pen.draw("q", (reach - 30, y - 12), (reach + 16, y - 12))
        pen.draw("q", (reach - 6, y), (reach - 30, y + 2))
        pen.draw("l", (-reach + 30, y + 2))
        pen.draw("q", (-reach + 6, y), (-reach - 16, y - 12))
        return pen.close()

    tiles = "".join(sliver((x, -124), (x * 0.74, -158), 3) for x in range(-150, 151, 25))
    tiles += "".join(sliver((x, -188), (x * 0.7, -214), 3) for x in range(-96, 97, 24))
    steps = "".join(box(-214 - step * 14, -36 + step * 9, 428 + step * 28, 9) for step in (0, 2))
    risers = "".join(box(-214 - step * 14, -36 + step * 9, 428 + step * 28, 9) for step in (1, 3))
    return (
        ink(inks.wall, box(-168, -124, 336, 90), box(-112, -190, 224, 34))
        + ink(
            inks.roof,
            box(-26, -106, 52, 72),
            *(box(x - 9, -96, 18, 40) for x in (-125, -75, 75, 125)),
            *(box(x - 12, -184, 24, 14) for x in (-75, -25, 25, 75)),
        )
        + ink(inks.red, columns, box(-22, -102, 20, 68), box(2, -102, 20, 68))
        + ink(inks.wall_shade, lit, risers)
        + ink(inks.wall, steps)
        + ink(inks.hills[4], roof(196, -122, 38, 132), roof(132, -186, 30, 78))
        + ink(inks.roof, box(-134, -166, 268, 7), box(-80, -220, 160, 7))
        + ink(inks.hills[2], tiles)
    )


def bridge(inks: Palette, span: float) -> str:
    """A stone bridge of one arch, `span` wide, with its reflection left to the water."""
    half, rise = span / 2, span * 0.26
    back = f"M{-half:.0f} 0Q0 {-rise * 2:.0f} {half:.0f} 0L{half * 0.62:.0f} 0Q0 {-rise * 1.5:.0f} {-half * 0.62:.0f} 0z"
    joints = "".join(
        gouge((x * half * 0.66, -rise * (1 - x * x) * 0.76), (x * half * 0.78, -rise * (1 - x * x) * 0.98), 1.5)
        for x in (-0.7, -0.45, -0.2, 0.05, 0.3, 0.55)
    )
    posts = "".join(box(x * half - 2, -rise * (1 - x * x) - 13, 4, 14) for x in (-0.8, -0.5, -0.2, 0.2, 0.5, 0.8))
    return ink(inks.wall_shade, back, posts) + ink(inks.roof, joints, opacity=0.5)


def pavilion(inks: Palette) -> str:
    """A small open pavilion, 120 wide."""
    roof = blob([(-72, -84), (-40, -90), (-12, -118), (0, -150), (12, -118), (40, -90), (72, -84), (48, -72), (-48, -72)])
    return (
        ink(inks.wood_dark, *(box(x, -76, 6, 76) for x in (-44, -16, 10, 38)), box(-52, -22, 104, 4))
        + ink(inks.wood, box(-54, -4, 108, 8), box(-48, -76, 96, 7))
        + ink(inks.roof, roof, oval(0, -142, 5))
        + ink(inks.hills[2], *(gouge((x * 0.2, -124), (x, -82), 1.5, x / 12) for x in (-44, -22, 0, 22, 44)))
    )


def boat(inks: Palette) -> str:
    """A flat-bottomed boat with a mat awning, 170 wide."""
    hull = blob([(-88, -18), (-70, -12), (0, -8), (70, -12), (90, -22), (66, 6), (0, 10), (-64, 6)])
    awning = "M-38-10C-36-46 36-46 40-10z"
    return (
        ink(inks.gold_deep, awning)
        + ink(inks.gold, *(gouge((x, -12), (x * 0.86, -34 + abs(x) * 0.3), 1.8) for x in (-24, -8, 8, 24)))
        + ink(inks.wood_dark, hull)
        + ink(inks.wood, gouge((-80, -13), (82, -14), 2.4, 4))
    )


def farmer(inks: Palette, coat: str, *, basket: bool = False) -> str:
    """Someone at work seen from behind under a straw hat, 112 tall, legs hidden in the crop."""
    body = "M-14-82q-14 4-16 18l-4 66h68l-4-66q-2-14-16-18z"
    arms = stalk((-24, -70), (-40, -34), 14, 9, 3) + stalk((24, -70), (40, -34), 14, 9, -3)
    drawn = ink(inks.wall_shade, oval(-41, -31, 5), oval(41, -31, 5)) + ink(coat, arms, body)
    if basket:
        drawn += ink(inks.leaf_light, *(petal(turn, 18, 7, (turn / 4, -56)) for turn in (-70, -35, 0, 35, 70)))
        drawn += ink(inks.wood, "M-24-60h48l-6 56h-36z")
        drawn += ink(
            inks.wood_dark,
            *(box(-22 + y / 8, -52 + y, 44 - y / 4, 2.5) for y in (0, 14, 28)),
            *(box(x, -60, 2.5, 56) for x in (-11, 9)),
        )
    else:
        drawn += ink(inks.wall_shade, "M-30-40h61l1 8h-63z")
    return (
        drawn
        + ink(inks.gold, "M-46-78q32-12 46-38q14 26 46 38q-46 12-92 0z")
        + ink(inks.gold_deep, "M0-116q14 26 46 38q-16 4-32 5q-6-24-14-43z")
    )


def lantern(inks: Palette) -> str:
    """A plain red lantern hanging from the origin, 30 wide."""
    return (
        ink(inks.roof, box(-1, 0, 2, 12), box(-7, 11, 14, 4), box(-7, 41, 14, 4))
        + ink(inks.red, oval(0, 28, 16, 14))
        + ink(inks.gold, *(gouge((x, 16), (x, 40), 1.4, -x / 2) for x in (-7, 0, 7)), box(-1.5, 45, 3, 13))
    )


def village(stage: Stage, x: float, y: float, scale: float, houses: int) -> str:
    """A row of houses and gables of uneven height before a few trees."""
    dice, inks = stage.dice, stage.inks
    drawn, at = "", 0.0
    behind = "".join(crown(dice.between(0, houses * 66), -48, 30, 22, 7, step) for step in range(2))
    drawn += ink(inks.hills[4], behind)
    long_house, tall = house(inks, 110, 62), gable(inks, 58, 84, door=True)
    for step in range(houses):
        if (step + dice.whole(0, 1)) % 2:
            drawn += place(long_house, at + 44, dice.between(-3, 3))
            at += 92
        else:
            drawn += place(tall, at + 24, dice.between(-2, 5), dice.pick((0.9, 1)))
            at += 52
    return place(drawn, x - at * scale / 2, y, scale)
