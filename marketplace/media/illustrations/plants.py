"""Growing things, each drawn around its own origin: lotus flower, bud, leaf and seed head, trees, bamboo, rice, grass.

A plant takes the inks and nothing else: the same plant is the same string wherever it stands, so a pond of forty leaves
compresses to little more than one. Variety comes from a few cuts of each and from where scenes place them.
"""

from math import cos, pi, sin

from marketplace.media.illustrations.palette import Palette
from marketplace.media.illustrations.shapes import (
    Point,
    blob,
    crown,
    gouge,
    ink,
    oval,
    petal,
    place,
    ring,
    sliver,
    stalk,
)


def _petal(tone: str, blush: str, *, cup: float = 0) -> str:
    """One petal, upright, 100 tall, blushing at its tip; `cup` bends it to the right."""
    return ink(tone, petal(0, 100, 37, bend=cup)) + ink(blush, petal(cup * 0.35 - 180, 60, 21, (cup, -99), -cup * 0.3))


def _folded(tone: str, shade: str) -> str:
    """A petal of the back row, one half in shade."""
    return ink(tone, petal(0, 100, 34)) + ink(shade, petal(0, 100, 34, side=1))


def _pair(fragment: str, x: float, y: float, turn: float, scale: float) -> str:
    """The same petal left and right of the middle."""
    return place(fragment, -x, y, scale, flip=True, turn=-turn) + place(fragment, x, y, scale, turn=turn)


def lotus_flower(inks: Palette) -> str:
    """An open flower seen from the side, about 210 wide and 120 tall; its base is the origin."""
    back = _folded(inks.lotus, inks.lotus_deep)
    front = _petal(inks.lotus_pale, inks.lotus)
    side = _petal(inks.lotus_pale, inks.lotus, cup=-26)
    outer = _petal(inks.lotus, inks.lotus_deep, cup=-26)
    seeds = "".join(oval(x, y, 4, 2.2) for x, y in ((-12, -55), (0, -58), (12, -55), (-6, -51), (7, -51)))
    return (
        _pair(back, 6, -14, 15, 1.08)
        + _pair(outer, 10, -10, 58, 1.06)
        + _pair(back, 8, -10, 38, 1.05)
        + place(front, 0, -14, 1.06)
        + ink(inks.gold, crown(0, -48, 32, 14, 13))
        + ink(inks.leaf_light, oval(0, -54, 21, 8))
        + ink(inks.gold_deep, seeds)
        + _pair(outer, 12, -2, 88, 0.92)
        + _pair(side, 8, 0, 62, 0.98)
        + _pair(front, 4, 2, 28, 0.76)
        + place(front, 0, 5, 0.66)
    )


def lotus_half(inks: Palette) -> str:
    """A flower half open, a cup of upright petals about 100 wide; its base is the origin."""
    back = _folded(inks.lotus, inks.lotus_deep)
    front = _petal(inks.lotus_pale, inks.lotus)
    outer = _petal(inks.lotus, inks.lotus_deep, cup=-26)
    return (
        _pair(back, 4, -8, 15, 1.06)
        + _pair(outer, 6, -2, 48, 0.95)
        + place(front, 0, -4, 1.04)
        + _pair(front, 4, 2, 20, 0.84)
        + _pair(outer, 6, 4, 84, 0.56)
    )


def lotus_bud(inks: Palette) -> str:
    """A closed bud about 86 tall; its base is the origin."""
    leaf = ink(inks.leaf_light, petal(0, 26, 9))
    return (
        place(_folded(inks.lotus, inks.lotus_deep), 0, 0, 0.88)
        + ink(inks.lotus_pale, petal(-9, 62, 15, (-3, -2), 5))
        + _pair(leaf, 2, 0, 28, 1)
    )


def seed_head(inks: Palette) -> str:
    """A lotus seed head seen a little from above, 72 wide; the stem joins at the origin."""
    holes = "".join(oval(x, y, 6, 4) for x, y in ((-20, -54), (-7, -60), (8, -60), (21, -54), (-10, -48), (10, -48)))
    return (
        ink(inks.leaf, "M-36-54q4 46 36 56q32-10 36-56z")
        + ink(inks.leaf_dark, "M36-54q-4 46-34 54q14-18 16-54z")
        + ink(inks.leaf_light, oval(0, -54, 36, 14))
        + ink(inks.leaf_dark, holes)
    )


def _leaf_rim(rx: float, ry: float, notch: float, wave: float) -> list[Point]:
    """Points around a lotus leaf; the rim draws in to a notch at the angle `notch` (radians)."""
    points = []
    for step in range(12):
        turn = notch + 0.1 + (2 * pi - 0.2) * step / 11
        reach = 1 + wave * sin(step * 2.1)
        points.append((rx * reach * cos(turn), ry * reach * sin(turn)))
    points.append((rx * 0.16 * cos(notch), ry * 0.16 * sin(notch)))
    return points


def lotus_pad(inks: Palette) -> str:
    """A floating leaf, 200 wide and 76 deep in perspective, with veins from its heart and one notch."""
    notch = 1.1
    rim = blob(_leaf_rim(100, 38, notch, 0.035))
    veins = ""
    for step in range(1, 8):
        turn = notch + 2 * pi * step / 8
        veins += sliver((0, 0), (88 * cos(turn), 33 * sin(turn)), 4.5)
    return ink(inks.leaf_dark, rim) + place(ink(inks.leaf, rim), 0, -4) + place(ink(inks.leaf_light, veins), 0, -4)


def lotus_leaf(inks: Palette) -> str:
    """A leaf held above the water, 224 wide: dished upper face, its rim folding down to show the pale underside."""
    under = blob([(-110, -8), (-84, 40), (-28, 56), (8, 44), (44, 62), (110, -6), (0, -30)])
    face = blob(
        [
            (-112, -10),
            (-84, -36),
            (-30, -42),
            (14, -40),
            (58, -48),
            (112, -12),
            (84, 20),
            (46, 28),
            (6, 20),
            (-34, 32),
            (-84, 22),
        ]
    )
    ends = ((-96, -8), (-60, -32), (0, -37), (60, -36), (98, -10), (62, 18), (12, 18), (-50, 22))
    veins = "".join(sliver((0, -8), end, 4.5) for end in ends)
    shade = blob([(-112, -10), (-84, -36), (14, -42), (58, -48), (0, -20)])
    return ink(inks.leaf_light, under) + ink(inks.leaf, face) + ink(inks.leaf_dark, shade) + ink(inks.leaf_light, veins)


def tree(dark: str, light: str, trunk: str) -> str:
    """A broad camphor tree, about 130 tall; its foot is the origin."""
    return (
        ink(trunk, stalk((0, 2), (2, -70), 13, 7, 3), sliver((1, -36), (24, -70), 6), sliver((0, -34), (-22, -62), 6))
        + ink(dark, crown(0, -92, 44, 30), crown(-30, -68, 24, 15, 7), crown(34, -68, 24, 15, 7, 2))
        + ink(light, crown(-12, -104, 22, 9, 7, 1), crown(-36, -74, 11, 5, 5), crown(30, -80, 15, 6, 5, 2))
    )


def cypress(dark: str, light: str) -> str:
    """A cypress, 150 tall; its foot is the origin."""
    flank = [(-7, 0), (-25, -16), (-22, -62), (-11, -112), (0, -164), (11, -112), (22, -62), (25, -16), (7, 0)]
    cuts = "".join(
        gouge((x, y), (x * 0.4 - 2, y - 38), 2.6, 3) for x, y in ((-15, -18), (-6, -40), (-12, -64), (2, -16), (-4, -92))
    )
    return ink(dark, blob(flank)) + ink(light, cuts)


def pine(dark: str, light: str, trunk: str) -> str:
    """A leaning pine with level plates of needles; its foot is the origin."""
    plates = ((-46, -96, 44), (34, -120, 50), (-18, -150, 46), (20, -178, 32))
    return (
        ink(
            trunk,
            stalk((0, 4), (6, -172), 13, 4, -16),
            stalk((6, -76), (-44, -92), 6, 3),
            stalk((10, -100), (40, -114), 6, 3),
        )
        + ink(dark, *(crown(x, y, reach, 10, 9) for x, y, reach in plates))
        + ink(light, *(crown(x - 6, y - 5, reach * 0.6, 3, 7) for x, y, reach in plates))
    )


def bamboo(dark: str, light: str) -> str:
    """A clump of bamboo bending under its leaves, about 210 tall."""
    canes, leaves, lit = "", "", ""
    for x, tip, tall in ((-14, -52, 180), (0, 16, 214), (14, 64, 168)):
        canes += stalk((x, 0), (tip, -tall), 6, 2, (x - tip) * 0.3)
        for step in range(5):
            share = 0.5 + step * 0.12
            at = round(x + (tip - x) * share * share), round(-tall * share)
            leaves += petal(120, 42, 7, at) + petal(-125, 42, 7, at)
            lit += petal(145 - step % 2 * 290, 34, 5, at)
    return ink(light, canes) + ink(dark, leaves) + ink(light, lit)


def rice_ear(inks: Palette, stem: str) -> str:
    """A ripe ear bowing to the right, about 120 tall; its foot is the origin."""
    grains, shaded = "", ""
    for step in range(9):
        share = step / 8
        spot = round(18 + 52 * share), round(-112 - 22 * sin(share * pi) + 46 * share * share)
        turn = 30 + 30 * round(share * 3)
        grains += petal(turn, 19, 6, spot)
        shaded += petal(turn + 60, 19, 6, spot)
    return (
        ink(
            stem,
            stalk((0, 0), (22, -118), 3.4, 2.4, 8),
            stalk((21, -116), (74, -90), 2.4, 1.6, 20),
            petal(-24, 84, 7, (0, -14), -20),
        )
        + ink(inks.gold_deep, shaded)
        + ink(inks.gold, grains)
    )


def grass(tone: str, blades: int = 7) -> str:
    """A tuft of blades, about 40 tall."""
    middle = (blades - 1) / 2
    return ink(
        tone,
        *(
            petal((step - middle) * 15, 44 - abs(step - middle) * 5, 4, (step * 2 - middle * 2, 0), (step - middle) * 4)
            for step in range(blades)
        ),
    )


def azalea(dark: str, bloom: str, light: str) -> str:
    """A low bush in flower, 120 wide."""
    spots = [(x, y) for x, y in ring(40, 15, 9, 0.2, phase=1)] + [(-16, -8), (14, -12), (0, 4)]
    flowers = "".join(crown(x, y - 24, 6, 5, 5) for x, y in spots)
    hearts = "".join(oval(x - 1, y - 25, 2.6, 2.2) for x, y in spots)
    return ink(dark, crown(0, -20, 50, 22, 11)) + ink(bloom, flowers) + ink(light, hearts)
