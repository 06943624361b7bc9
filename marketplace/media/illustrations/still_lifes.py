"""What is sold, on a wooden table by a window.

Every still life shares one room: a plain wall with slanting window light, a table with a little grain, light from
the left and flat shadows to the right. The subject stands a little off the middle; its company says where it
comes from.
"""

from marketplace.media.illustrations import plants, produce, vessels
from marketplace.media.illustrations.shapes import Point, box, ink, oval, place, poly, stroke
from marketplace.media.illustrations.stage import Stage


def _room(stage: Stage) -> tuple[list[str], float]:
    """Wall, window light and table; returns the fragments and the level of the table's far edge."""
    dice, inks, width, height = stage.dice, stage.inks, stage.width, stage.height
    wall, light = dice.pick(inks.rooms)
    edge = dice.between(372, 404)
    drawn = [ink(wall, box(0, 0, width, edge + 2))]
    left, slant = dice.between(90, 330), dice.between(90, 140)
    wide, tall = dice.between(92, 120), dice.between(120, 150)
    panes = ""
    for column in range(2):
        for row in range(2):
            x, y = left + column * (wide + 14) - row * slant * 0.5, 40 + row * (tall + 12) - column * 12
            panes += poly((x, y), (x + wide, y - 10), (x + wide - slant * 0.45, y + tall - 10), (x - slant * 0.45, y + tall))
    drawn.append(ink(light, panes))
    drawn.append(ink(inks.table, box(0, edge, width, height - edge)))
    cuts = ""
    for step in range(9):
        size = dice.pick((50, 90, 140))
        cuts += stroke(dice.between(0, width), edge + 26 + step * (height - edge - 30) / 9, size, 3)
    drawn.append(ink(inks.table_grain, cuts, box(0, edge, width, 9)))
    return drawn, edge


def _cast(stage: Stage, *spots: tuple[float, float, float]) -> str:
    """Shadows of things standing at (x, y), each `reach` wide from its middle, thrown to the right."""
    return ink(
        stage.inks.shadow,
        *(oval(x + reach * 0.34, y - reach * 0.03, reach * 1.12, reach * 0.19) for x, y, reach in spots),
        opacity=0.55,
    )


def _scatter(stage: Stage, x: float, y: float, wide: float, deep: float, count: int) -> list[Point]:
    """Loose spots on the table, further apart towards the edge of the patch."""
    dice = stage.dice
    return [(round(x + dice.between(-1, 1) * wide), round(y + dice.between(-1, 1) * deep)) for _ in range(count)]


def _side(stage: Stage) -> tuple[float, int]:
    """Where the subject stands, and on which side its company is (1 right, -1 left)."""
    side = 1 if stage.dice.is_true() else -1
    return stage.width / 2 - side * stage.dice.between(40, 84), side


def lotus_seed(stage: Stage) -> list[str]:
    """A bowl, basket or tray of dried lotus seeds, with a seed head and a leaf."""
    dice, inks = stage.dice, stage.inks
    drawn, edge = _room(stage)
    x, side = _side(stage)
    foot = edge + dice.between(92, 112)
    vessel = dice.whole(0, 2)
    stand = x + side * dice.between(226, 252)
    drawn += [_cast(stage, (stand, foot - 22, 60)), place(_vase_of(stage, 1), stand, foot - 20, 0.92, flip=side < 0)]
    drawn.append(_cast(stage, (x, foot - 4, 150)))
    if vessel == 0:
        drawn.append(place(vessels.bowl(inks, 166, 118, produce.seed_heap(inks, dice, 138, 62)), x, foot))
    elif vessel == 1:
        drawn.append(place(vessels.basket(inks, 160, 112, produce.seed_heap(inks, dice, 132, 58), handle=False), x, foot))
    else:
        drawn.append(place(vessels.tray(inks, 204, place(produce.seed_heap(inks, dice, 136, 60), 0, 14)), x, foot - 40))
    drawn.append(place(plants.seed_head(inks), x + side * 130, foot + 50, 1.2, turn=side * 70))
    loose = _scatter(stage, x - side * 80, foot + 50, 140, 20, dice.whole(7, 10))
    return [*drawn, produce.lotus_seeds(inks, loose)]


def rice(stage: Stage) -> list[str]:
    """New rice in a sack, measure or bowl, with ripe ears and a gourd ladle."""
    dice, inks = stage.dice, stage.inks
    drawn, edge = _room(stage)
    x, side = _side(stage)
    foot = edge + dice.between(84, 104)
    vessel = dice.whole(0, 2)
    ear = plants.rice_ear(inks, inks.leaf)
    for step, lean in enumerate((-16, 2, 18, 34)):
        drawn.append(
            place(
                ear,
                x + side * (132 + step * 22),
                foot + 4 - step * 3,
                dice.between(1.7, 2.1),
                flip=side < 0,
                turn=side * (lean - 12),
            )
        )
    if vessel == 0:
        drawn += [
            _cast(stage, (x, foot, 130)),
            place(vessels.sack(inks, produce.rice_heap(inks, dice, 84, 42)), x, foot, 1.22),
        ]
    elif vessel == 1:
        drawn += [
            _cast(stage, (x, foot, 110)),
            place(vessels.measure(inks, produce.rice_heap(inks, dice, 62, 40)), x, foot, 1.7),
        ]
    else:
        drawn += [
            _cast(stage, (x, foot, 130)),
            place(vessels.bowl(inks, 160, 120, produce.rice_heap(inks, dice, 146, 80)), x, foot),
        ]
    spot = x + side * 190
    drawn += [
        _cast(stage, (spot, foot + 62, 60)),
        place(vessels.ladle(inks, produce.rice_heap(inks, dice, 38, 18)), spot, foot + 66, 1.15, flip=side < 0),
    ]
    return [*drawn, produce.grains(inks.wall, _scatter(stage, x - side * 10, foot + 62, 140, 22, 24))]


def tea(stage: Stage) -> list[str]:
    """Green tea: a covered bowl steaming, a caddy or jar, loose leaves and a fresh sprig."""
    dice, inks = stage.dice, stage.inks
    drawn, edge = _room(stage)
    x, side = _side(stage)
    foot = edge + dice.between(88, 108)
    far = x + side * dice.between(206, 232)
    holder = dice.whole(0, 2)
    drawn.append(_cast(stage, (far, foot - 34, 76), (x, foot + 4, 128)))
    if holder == 0:
        drawn.append(place(vessels.caddy(inks), far, foot - 34, 1.6))
    elif holder == 1:
        drawn.append(place(vessels.jar(inks, inks.blue, inks.roof), far, foot - 34, 1.5))
    else:
        tops = produce.tea_leaves(inks, produce.mound(dice, 82, 34, 17))
        drawn.append(place(vessels.basket(inks, 104, 84, tops), far, foot - 24, 1.2))
    drawn.append(place(vessels.gaiwan(inks), x, foot + 8, dice.between(1.65, 1.85)))
    drawn.append(ink(inks.wall, vessels.steam(x - 44, foot - 232), opacity=0.75))
    drawn.append(produce.tea_leaves(inks, _scatter(stage, x + side * 70, foot + 60, 170, 20, 26)))
    drawn.append(place(produce.tea_sprig(inks), x - side * 170, foot + 76, 1.25, flip=side > 0, turn=-side * 64))
    return drawn


def lotus_root(stage: Stage) -> list[str]:
    """Fresh lotus root, whole and sliced, on a cloth or a leaf."""
    dice, inks = stage.dice, stage.inks
    drawn, edge = _room(stage)
    x, side = _side(stage)
    foot = edge + dice.between(44, 62)
    if dice.is_true():
        drawn.append(place(vessels.cloth(inks.wall, inks.blue), x + side * 40, foot + 40, 1.3, flip=side < 0))
    else:
        drawn.append(place(plants.lotus_leaf(inks), x + side * 60, foot + 30, 2.3, flip=side < 0, squash=0.8))
    drawn.append(place(_vase_of(stage, 1), x + side * 250, edge + 40, 0.78, flip=side < 0))
    start = x - side * 190
    drawn.append(_cast(stage, (x - 10, foot + 34, 210)))
    drawn.append(
        place(
            produce.lotus_root(inks),
            start + side * 50,
            foot - 48,
            1.14,
            flip=side < 0,
            turn=side * dice.between(-11, -6),
        )
    )
    drawn.append(place(produce.lotus_root(inks), start, foot + 10, 1.24, flip=side < 0, turn=side * dice.between(-3, 3)))
    piece = produce.root_slice(inks)
    for step in range(dice.whole(3, 4)):
        spot = x - side * 96 + side * step * 94
        drawn.append(_cast(stage, (spot, foot + 112 + step % 2 * 14, 40)))
        drawn.append(place(piece, spot, foot + 98 + step % 2 * 14, dice.between(0.82, 0.98), squash=0.66))
    return drawn


def camellia_oil(stage: Stage) -> list[str]:
    """A bottle of camellia oil with a flowering sprig, fruits and a dish of oil."""
    dice, inks = stage.dice, stage.inks
    drawn, edge = _room(stage)
    x, side = _side(stage)
    foot = edge + dice.between(80, 100)
    second = dice.is_true()
    drawn.append(_cast(stage, (x, foot, 62)))
    if second:
        drawn += [
            _cast(stage, (x - side * 120, foot - 30, 54)),
            place(vessels.bottle(inks), x - side * 120, foot - 30, 1.02, flip=True),
        ]
    else:
        drawn += [
            _cast(stage, (x - side * 140, foot - 24, 64)),
            place(vessels.jar(inks, inks.clay, inks.clay_dark), x - side * 140, foot - 24, 1.06),
        ]
    drawn.append(place(vessels.bottle(inks), x, foot, 1.34))
    oil = ink(inks.gold, oval(0, 0, 66, 10))
    drawn += [
        _cast(stage, (x + side * 186, foot + 6, 66)),
        place(vessels.bowl(inks, 78, 42, oil), x + side * 186, foot + 6),
    ]
    drawn.append(
        place(
            produce.camellia_sprig(inks),
            x + side * 66,
            foot + 44,
            dice.between(1.15, 1.3),
            flip=side < 0,
            turn=side * dice.between(-6, 8),
        )
    )
    nuts = _scatter(stage, x - side * 150, foot + 66, 70, 18, 5)
    return [
        *drawn,
        ink(inks.wood_dark, *(oval(px, py, 12, 10) for px, py in nuts)),
        ink(inks.cream_shade, *(oval(px - 4, py - 4, 3, 2) for px, py in nuts)),
    ]


def honey(stage: Stage) -> list[str]:
    """A jar of honey, a dipper, comb and small blossoms."""
    dice, inks = stage.dice, stage.inks
    drawn, edge = _room(stage)
    x, side = _side(stage)
    foot = edge + dice.between(84, 104)
    drawn += [
        _cast(stage, (x + side * 190, foot - 8, 84)),
        place(produce.honeycomb(inks), x + side * 190, foot - 4, dice.between(1.15, 1.35), flip=side < 0),
    ]
    if dice.is_true():
        drawn += [
            _cast(stage, (x - side * 160, foot - 30, 66)),
            place(vessels.honey_jar(inks), x - side * 160, foot - 30, 0.95),
        ]
    drawn += [_cast(stage, (x, foot, 96)), place(vessels.honey_jar(inks), x, foot, 1.42)]
    dish = ink(inks.gold, oval(0, 0, 88, 13))
    spot = x + side * 124
    drawn += [_cast(stage, (spot, foot + 72, 84)), place(vessels.bowl(inks, 102, 46, dish), spot, foot + 72)]
    drawn.append(place(produce.dipper(inks), spot - side * 8, foot + 20, 1, turn=side * 52))
    drawn.append(ink(inks.gold, produce.blossom_dust(_scatter(stage, x - side * 120, foot + 60, 110, 22, 12))))
    return drawn


def vegetables(stage: Stage) -> list[str]:
    """Vegetables dried at home: a bamboo tray of mushrooms, beans and radish under a string of chillies."""
    dice, inks = stage.dice, stage.inks
    drawn, edge = _room(stage)
    x, side = _side(stage)
    foot = edge + dice.between(72, 90)
    string = x + side * dice.between(230, 262)
    drawn.append(ink(inks.wood_dark, box(string - 2, 0, 4, 250)))
    pod = produce.chilli(inks)
    for step in range(11):
        lean = 1 if step % 2 else -1
        drawn.append(
            place(pod, string, 56 + step * 19, dice.between(1.15, 1.4), flip=lean < 0, turn=-lean * dice.between(14, 40))
        )
    items: list[str] = []
    cap, strip, bundle = produce.mushroom(inks), produce.radish(inks), produce.bean(inks)
    order = dice.pick(((cap, strip, bundle), (strip, cap, bundle), (bundle, cap, strip)))
    for row, (y, reach) in enumerate(((-62, 120), (-28, 160), (10, 110))):
        for step in range(4 - row % 2 * 0 - (row == 2)):
            px = -reach + step * 2 * reach / (3 - (row == 2)) + dice.between(-8, 8)
            items.append(place(order[(step + row) % 3], px, y, dice.between(1.1, 1.3), turn=dice.between(-14, 14)))
    drawn += [_cast(stage, (x, foot + 44, 230)), place(vessels.tray(inks, 250, "".join(items)), x, foot + 10)]
    if dice.is_true():
        drawn += [
            _cast(stage, (x + side * 262, foot + 66, 60)),
            place(vessels.bowl(inks, 80, 62, place(cap, -22, -6, 1) + place(cap, 26, -4, 1.05)), x + side * 262, foot + 70),
        ]
    else:
        drawn.append(place(bundle, x + side * 250, foot + 84, 1.25, turn=-side * 12))
    return drawn


def seedlings(stage: Stage) -> list[str]:
    """Flower and vegetable seedlings in clay pots and a crate."""
    dice, inks = stage.dice, stage.inks
    drawn, edge = _room(stage)
    x, side = _side(stage)
    foot = edge + dice.between(84, 104)
    bloom = dice.pick((inks.lotus_deep, inks.lotus, inks.red, inks.gold))
    green, flower = produce.seedling(inks), produce.flower_seedling(inks, bloom)
    drawn.append(_cast(stage, (x, foot, 176)))
    for step in range(6):
        drawn.append(
            place(
                dice.pick((green, green, flower)),
                x - 140 + step * 56,
                foot - 66 + step % 2 * 6,
                dice.between(1.15, 1.5),
                flip=dice.is_true(),
            )
        )
    drawn.append(place(produce.crate(inks, 176), x, foot, 1.04))
    clay = vessels.pot(inks.clay, inks.clay_dark) if dice.is_true() else vessels.pot(inks.wall, inks.wall_shade)
    for reach, drop, scale in ((226, -8, 1.16), (150, 76, 0.9)):
        spot = x + side * reach
        drawn += [
            _cast(stage, (spot, foot + drop, 46 * scale)),
            place(dice.pick((flower, green)), spot, foot + drop - 68 * scale, 1.25 * scale),
            place(clay, spot, foot + drop, scale),
        ]
    leafy = place(green, x - side * 110, foot + 84, 0.9, turn=-side * 64)
    return [*drawn, leafy]


def _vase_of(stage: Stage, flowers: int) -> str:
    """A vase with lotus in it."""
    dice, inks = stage.dice, stage.inks
    glaze, shade = dice.pick(
        (
            (inks.leaf_light, inks.leaf),
            (inks.wall, inks.wall_shade),
            (inks.blue, inks.roof),
            (inks.clay, inks.clay_dark),
        )
    )
    stems = (
        poly((-4, -170), (-74, -300), (-69, -300), (2, -170))
        + poly((0, -170), (16, -360), (21, -360), (6, -170))
        + poly((4, -170), (92, -270), (97, -268), (9, -170))
    )
    drawn = ink(inks.leaf, stems)
    drawn += place(plants.lotus_leaf(inks), -84, -286, 0.7, turn=-14) + place(plants.seed_head(inks), 94, -266, 0.9, turn=16)
    drawn += place(dice.pick((plants.lotus_half, plants.lotus_flower))(inks), 18, -352, 1.05)
    if flowers > 1:
        drawn += ink(inks.leaf, poly((0, -170), (-46, -236), (-41, -238), (5, -172))) + place(
            plants.lotus_flower(inks), -40, -228, 1.0, turn=-12
        )
    if flowers > 2:
        drawn += ink(inks.leaf, poly((0, -170), (60, -380), (64, -380), (5, -172))) + place(
            plants.lotus_bud(inks), 62, -376, 0.9, turn=12
        )
    return drawn + vessels.vase(inks, glaze, shade)


def lotus_flower(stage: Stage) -> list[str]:
    """Cut lotus in a vase, a fallen petal or two on the table."""
    dice, inks = stage.dice, stage.inks
    drawn, edge = _room(stage)
    x = stage.width / 2 + dice.between(-90, 90)
    foot = edge + dice.between(84, 106)
    drawn += [_cast(stage, (x, foot, 76)), place(_vase_of(stage, dice.whole(2, 3)), x, foot, 0.96, flip=dice.is_true())]
    side = 1 if x < stage.width / 2 else -1
    if dice.is_true():
        drawn += [
            _cast(stage, (x + side * 220, foot - 6, 80)),
            place(vessels.bowl(inks, 96, 66, produce.seed_heap(inks, dice, 76, 32)), x + side * 220, foot),
        ]
    else:
        drawn += [
            place(plants.seed_head(inks), x + side * 180, foot + 30, 1.3, turn=side * 76),
            produce.lotus_seeds(inks, _scatter(stage, x + side * 250, foot + 46, 60, 18, 5)),
        ]
    fallen = "q30-26 70-12q-26 32-70 12z"
    spots = _scatter(stage, x - side * 150, foot + 34, 70, 26, dice.whole(1, 3))
    return [
        *drawn,
        ink(inks.lotus, *(f"M{px} {py + 4}{fallen}" for px, py in spots)),
        ink(inks.lotus_pale, *(f"M{px} {py}{fallen}" for px, py in spots)),
    ]
