"""Pictures for when there is nothing to show: an empty basket, no orders, no network, no such page, a quiet pond.

They stand on a soft ground without edges, so that they sit on the page's paper. Calm, never comic: somebody may be
worried.
"""

from marketplace.media.illustrations import buildings, plants, vessels
from marketplace.media.illustrations.palette import Palette, mix
from marketplace.media.illustrations.shapes import (
    band,
    blob,
    box,
    gouge,
    ink,
    oval,
    petal,
    place,
    poly,
    ring,
    stalk,
    stroke,
)
from marketplace.media.illustrations.stage import Stage


def _ground(stage: Stage) -> list[str]:
    """A soft disc of sky with far hills and a floor, no edges."""
    dice, inks = stage.dice, stage.inks
    spots = [(400 + x, 290 + y) for x, y in ring(372, 258, 11, 0.05, phase=dice.between(0, 6))]
    sun_x = 400 + dice.pick((-1, 1)) * dice.between(120, 190)
    drawn = [ink(inks.sky_low if stage.mood != "dusk" else inks.sky_mid, blob(spots))]
    drawn += [ink(inks.halo, oval(sun_x, 170, 70)), ink(inks.sun, oval(sun_x, 170, 46))]
    peak = dice.between(240, 330)
    far = [(96, 416), (170, 350), (peak, 262), (peak + 130, 316), (560, 270), (640, 350), (704, 416)]
    near = [(84, 424), (190, 376), (320, 352), (470, 378), (590, 348), (716, 424)]
    drawn.append(ink(inks.hills[0], band(far, [(96, 416), (300, 430), (500, 430), (704, 416)])))
    drawn.append(ink(inks.hills[1], band(near, [(84, 424), (300, 440), (500, 440), (716, 424)])))
    return drawn


def _floor(tone: str) -> str:
    """The near ground, an island with soft ends."""
    return ink(tone, blob([(60, 420), (240, 396), (560, 396), (744, 420), (640, 516), (400, 546), (150, 516)]))


def _dragonfly(inks: Palette) -> str:
    """A dragonfly seen from above, 120 wide."""
    wings = "".join(petal(turn, 58, 9, (0, y)) for turn, y in ((78, -14), (-78, -14), (104, -6), (-104, -6)))
    return ink(inks.wall, wings, opacity=0.85) + ink(inks.red, stalk((0, 50), (0, -14), 3, 8), oval(0, -20, 7))


def _petals_fallen(stage: Stage, x: float, y: float) -> str:
    dice, inks = stage.dice, stage.inks
    spots = [(round(x + step * 58 + dice.between(-12, 12)), round(y + dice.between(-12, 12))) for step in range(2)]
    cut = "q26-24 62-10q-22 28-62 10z"
    return ink(inks.lotus, *(f"M{px} {py + 4}{cut}" for px, py in spots)) + ink(
        inks.lotus_pale, *(f"M{px} {py}{cut}" for px, py in spots)
    )


def empty_basket(stage: Stage) -> list[str]:
    """A basket with nothing in it yet, one leaf over its rim."""
    dice, inks = stage.dice, stage.inks
    side = dice.pick((-1, 1))
    drawn = [*_ground(stage), _floor(inks.hills[2])]
    drawn.append(ink(inks.hills[3], oval(440, 492, 190, 26)))
    drawn.append(place(vessels.basket(inks, 150, 132), 400, 494, 1.12))
    drawn.append(place(plants.lotus_leaf(inks), 400 + side * 150, 360, 0.72, flip=side < 0, turn=side * 24))
    drawn.append(place(plants.lotus_bud(inks), 400 + side * 96, 376, 0.9, turn=side * 26))
    drawn.append(_petals_fallen(stage, 400 - side * 220 - 50, 500))
    return [*drawn, place(_dragonfly(inks), 400 - side * 190, 190, 0.9, turn=side * 48)]


def empty_orders(stage: Stage) -> list[str]:
    """An open box waiting to be packed, string and leaves beside it."""
    dice, inks = stage.dice, stage.inks
    side = dice.pick((-1, 1))
    flap, dark = inks.wood, inks.wood_dark
    parcel = (
        ink(dark, poly((-150, -150), (0, -186), (150, -150), (0, -112)))
        + ink(inks.cream_shade, poly((-150, -150), (0, -112), (0, 26), (-150, -20)))
        + ink(flap, poly((150, -150), (0, -112), (0, 26), (150, -20)))
        + ink(inks.cream, poly((-150, -150), (0, -112), (-54, -74), (-206, -116)))
        + ink(inks.gold_deep, poly((150, -150), (0, -112), (58, -72), (208, -118)))
        + ink(inks.cream_shade, poly((-150, -150), (0, -186), (-36, -226), (-182, -190)))
        + ink(flap, poly((150, -150), (0, -186), (40, -226), (184, -192)))
        + ink(inks.red, poly((-84, -82), (-74, -79), (-74, 3), (-84, 0)), poly((70, -80), (80, -83), (80, 1), (70, 4)))
    )
    twine = ink(
        inks.red,
        "M-40 0q0-22 40-22q40 0 40 22q0 20-40 20q-40 0-40-20zm12 0q0 12 28 12q28 0 28-12q0-14-28-14q-28 0-28 14z",
        gouge((36, 8), (110, 22), 3, -14),
    )
    drawn = [*_ground(stage), _floor(inks.hills[2]), ink(inks.hills[3], oval(430, 496, 200, 30))]
    drawn.append(place(parcel, 400 - side * 20, 478, 1.02, flip=side < 0))
    drawn.append(place(twine, 400 + side * 206, 504, 0.9, flip=side < 0))
    sprig = plants.grass(inks.leaf_dark, 5)
    drawn += [place(sprig, 400 - side * 238, 500, 1.6), place(sprig, 400 - side * 280, 486, 1.1)]
    return drawn


def offline(stage: Stage) -> list[str]:
    """A boat tied up in the mist until the way is clear; faint rings spread from the hill and break off."""
    dice, inks = stage.dice, stage.inks
    side = dice.pick((-1, 1))
    drawn = _ground(stage)
    x, y = 400 - side * 150, 300
    for reach, tone in ((46, inks.hills[2]), (86, inks.hills[1]), (126, mix(inks.hills[0], inks.sky_low, 0.4))):
        inner, chord = reach - 14, f"{reach * 1.4:.0f}"
        arc = f"a{reach} {reach} 0 0 1 {chord} 0l-10 10a{inner} {inner} 0 0 0{20 - reach * 1.4:.0f} 0z"
        drawn.append(
            ink(
                tone,
                f"M{x - reach * 0.7:.0f} {y - reach * 0.7:.0f}{arc}",
            )
        )
    drawn.append(ink(inks.hills[3], box(x - 3, y - 20, 6, 90), oval(x, y - 22, 10)))
    drawn.append(_floor(inks.water))
    ripples = "".join(stroke(250 + step * 76, 436 + step % 3 * 32, 60, 5) for step in range(5))
    drawn.append(ink(inks.water_light, ripples))
    drawn.append(ink(inks.wood_dark, box(400 + side * 196, 400, 11, 92)))
    drawn.append(ink(inks.cream_shade, gouge((400 + side * 110, 452), (402 + side * 196, 430), 2, side * 16)))
    drawn.append(place(buildings.boat(inks), 400 + side * 10, 476, 1.5, flip=side < 0))
    mists = "".join(
        f"M{mx} {my}h{long}a11 11 0 0 1 0 22h-{long}a11 11 0 0 1 0-22z"
        for mx, my, long in ((110, 366, 300), (360, 388, 320), (200, 344, 180))
    )
    drawn.insert(-4, ink(inks.mist, mists, opacity=0.85))
    return [*drawn, place(plants.grass(inks.leaf_dark, 7), 400 + side * 260, 500, 1.7)]


def not_found(stage: Stage) -> list[str]:
    """A path that forks, and a signpost with nothing on its boards."""
    dice, inks = stage.dice, stage.inks
    side = dice.pick((-1, 1))
    drawn = [*_ground(stage), _floor(inks.hills[2])]
    path = "M-70 130C-40 60 20 30-30-14Q-110-40-190-44Q-90-38-64-12C-40 20-190 60-210 118z"
    fork = "M-26-10Q40-40 150-50Q60-30 10 26z"
    drawn.append(place(ink(inks.cream, path, fork), 400 + side * 90, 404, 1.05, flip=side < 0))
    post = (
        ink(inks.wood_dark, box(-9, -210, 18, 214))
        + ink(
            inks.wood,
            poly((-14, -196), (112, -190), (140, -168), (112, -146), (-14, -150)),
            poly((14, -128), (-100, -122), (-126, -102), (-100, -82), (14, -84)),
        )
        + ink(
            inks.cream_shade,
            stroke(50, -180, 46, 2.4),
            stroke(40, -160, 50, 2.4),
            stroke(-44, -114, 44, 2.4),
            stroke(-40, -94, 46, 2.4),
        )
    )
    drawn.append(ink(inks.hills[3], oval(400 + side * 130, 492, 60, 11)))
    drawn.append(place(post, 400 + side * 104, 492, 1.08, flip=side < 0))
    tree = plants.pine(inks.leaf_dark, inks.leaf, inks.wood_dark)
    drawn.append(place(tree, 400 - side * 230, 470, 1.15, flip=side < 0))
    tuft = plants.grass(inks.leaf_dark, 5)
    return [
        *drawn,
        place(tuft, 400 + side * 150, 500, 1.1),
        place(tuft, 400 + side * 60, 502, 0.9),
        place(tuft, 400 - side * 180, 488, 1),
    ]


def empty(stage: Stage) -> list[str]:
    """A quiet pond: one leaf, one bud, a dragonfly."""
    dice, inks = stage.dice, stage.inks
    side = dice.pick((-1, 1))
    drawn = [*_ground(stage), _floor(inks.water)]
    drawn.append(ink(inks.water_light, *(stroke(230 + step * 84, 430 + step % 3 * 30, 62, 5) for step in range(5))))
    pad = plants.lotus_pad(inks)
    drawn += [
        place(pad, 400 - side * 170, 452, 0.8, flip=side < 0),
        place(pad, 400 + side * 40, 486, 1.35, flip=side > 0),
    ]
    stem = 400 + side * 120
    drawn.append(ink(inks.leaf, stalk((stem, 476), (stem + side * 20, 270), 8, 6, side * 6)))
    drawn.append(place(plants.lotus_bud(inks), stem + side * 20, 274, 1.2, turn=side * 8))
    return [*drawn, place(_dragonfly(inks), 400 - side * 60, 260, 1, turn=side * 58)]
