"""The county by its waters: lotus pond, river valley, waterfall, boardwalk, and the wide picture for the home page.

Each function takes a stage and returns fragments from back to front: sky and hills, the middle ground, one subject.
"""

from itertools import pairwise

from marketplace.media.illustrations import buildings, plants, scenery
from marketplace.media.illustrations.shapes import (
    Point,
    band,
    blob,
    box,
    crown,
    gouge,
    ink,
    num,
    nums,
    oval,
    place,
    poly,
    sliver,
)
from marketplace.media.illustrations.stage import Stage


def _sun(stage: Stage, horizon: float) -> Point:
    dice = stage.dice
    return stage.width * dice.pick((0.22, 0.3, 0.68, 0.78)), horizon * dice.between(0.26, 0.36)


def _pond(stage: Stage, top: float, *, far: int, near: int, clear: tuple[float, float] | None = None) -> list[str]:
    """Leaves and flowers on the water, small and pale far off, large at the reader's feet; `clear` keeps a gap in x."""
    dice, inks, width, height = stage.dice, stage.inks, stage.width, stage.height
    deep = height - top
    pad, bloom = plants.lotus_pad(inks), plants.lotus_half(inks)
    dots = "".join(
        oval(dice.between(0, width), top + dice.between(0.04, 0.14) * deep, dice.pick((9, 14, 19)), 3) for _ in range(far)
    )
    drawn = [ink(inks.leaf_light, dots)]
    blooms = "".join(_petal_dot(dice.between(0, width), top + dice.between(0.04, 0.12) * deep) for _ in range(far))
    drawn.append(ink(inks.lotus, blooms))
    for step in range(far):
        depth = 0.16 + 0.5 * (step + dice.between(0, 0.8)) / far
        x, y = dice.between(-20, width + 20), top + depth * deep
        if clear and clear[0] < x < clear[1]:
            continue
        scale = 0.2 + depth * 0.72
        drawn.append(place(pad, x, y, scale, flip=dice.is_true()))
        if step % 4 == 1:
            drawn.append(_standing(stage, bloom, x + 10, y, 90 * scale, scale * 0.62))
    for _ in range(near):
        x = dice.between(0, width)
        if clear and clear[0] < x < clear[1]:
            x = clear[0] if x < sum(clear) / 2 else clear[1]
        drawn.append(
            place(
                plants.lotus_leaf(inks),
                x,
                top + deep * dice.between(0.74, 0.9),
                dice.between(0.8, 1.1),
                flip=dice.is_true(),
                turn=dice.between(-8, 8),
            )
        )
    return drawn


def _petal_dot(x: float, y: float) -> str:
    """Path data of a flower too far off to show its petals."""
    return poly((x - 4, y), (x - 5, y - 6), (x, y - 10), (x + 5, y - 6), (x + 4, y))


def _standing(stage: Stage, head: str, x: float, foot: float, tall: float, scale: float, *, lean: float = 0) -> str:
    """A flower, bud or seed head on its stem, rising `tall` above `foot`."""
    stem = f"M{nums((x - 3 * scale, foot), 0)}l{nums((lean, -tall), 0)}h{num(6 * scale, 0)}l{nums((-lean, tall), 0)}z"
    return ink(stage.inks.leaf, stem) + place(head, x + lean, foot - tall + 2, scale, turn=lean / 4)


def _bouquet(stage: Stage, x: float, foot: float, scale: float, flowers: int, *, has_bud: bool = True) -> list[str]:
    """The subject of a pond: flowers at different heights, a bud, a seed head, and leaves that hide their feet."""
    dice, inks = stage.dice, stage.inks
    side = 1 if dice.is_true() else -1
    leaf = plants.lotus_leaf(inks)
    drawn = [
        ink(inks.leaf, sliver((x - side * 130 * scale, foot), (x - side * 156 * scale, foot - 140 * scale), 9 * scale)),
        place(leaf, x - side * 156 * scale, foot - 132 * scale, scale * 0.84, flip=side > 0, turn=-side * 14),
        _standing(
            stage,
            plants.seed_head(inks),
            x + side * 128 * scale,
            foot,
            dice.between(150, 190) * scale,
            scale * 0.85,
            lean=side * 12,
        ),
    ]
    if has_bud:
        drawn.append(
            _standing(
                stage,
                plants.lotus_bud(inks),
                x - side * 62 * scale,
                foot,
                dice.between(230, 270) * scale,
                scale * 0.9,
                lean=-side * 10,
            )
        )
    heads = (plants.lotus_flower(inks), plants.lotus_half(inks), plants.lotus_flower(inks))
    spots = ((10, 178, 1.25), (88, 262, 0.95), (-104, 96, 0.9))
    for head, (dx, tall, size) in list(zip(heads, spots, strict=True))[:flowers]:
        drawn.append(
            _standing(
                stage,
                head,
                x + side * dx * scale,
                foot,
                (tall + dice.between(-14, 14)) * scale,
                size * scale,
                lean=side * dx * 0.08,
            )
        )
    drawn.append(place(leaf, x + side * 66 * scale, foot - 30 * scale, scale * 1.15, flip=side < 0, turn=side * 5))
    drawn.append(place(leaf, x - side * 90 * scale, foot + 4 * scale, scale * 1.25, flip=side > 0, turn=-side * 6))
    return drawn


def lotus_pond(stage: Stage) -> list[str]:
    """Lotus in flower before a far village."""
    dice = stage.dice
    horizon = dice.between(272, 306)
    sun = _sun(stage, horizon)
    subject = stage.width * (0.66 if sun[0] < stage.width / 2 else 0.34) + dice.between(-40, 40)
    drawn = scenery.sky(stage, horizon, sun_at=sun) + scenery.hills(stage, horizon, layers=4, tall=dice.between(110, 135))
    drawn.append(scenery.birds(stage, stage.width - sun[0], horizon * 0.3))
    drawn.append(
        buildings.village(
            stage, stage.width - subject + dice.between(-20, 60), horizon + 4, dice.between(0.62, 0.8), dice.whole(3, 4)
        )
    )
    drawn += scenery.water(stage, horizon, sun_x=sun[0])
    drawn.append(scenery.mist(stage, horizon - 6, thick=12, opacity=0.55))
    drawn += _pond(stage, horizon, far=dice.whole(6, 8), near=2)
    return drawn + _bouquet(stage, subject, 600, dice.between(0.98, 1.14), dice.whole(2, 3))


def valley(stage: Stage) -> list[str]:
    """A river coming out of the mist between wooded hills; a boat or a stone bridge on it."""
    dice, inks, width = stage.dice, stage.inks, stage.width
    horizon = dice.between(286, 312)
    side = dice.pick((-1, 1))
    middle = width / 2
    sun = (middle + side * dice.between(100, 210), dice.between(90, 130))
    drawn = scenery.sky(stage, horizon, sun_at=sun) + scenery.hills(stage, horizon, layers=4, tall=dice.between(150, 180))
    drawn.append(scenery.mist(stage, horizon - 2, thick=20, opacity=0.85))
    drawn += scenery.water(stage, horizon + 10, sun_x=sun[0])
    if dice.is_true():
        drawn.append(place(buildings.bridge(inks, 250), middle - side * 30, horizon + 66, 1))
    banks = ((3, 60, 300, 0.0), (4, 150, 220, 0.4), (3, 250, 330, 0.75))
    left, right = (
        plants.tree(inks.leaf_dark, inks.leaf, inks.wood_dark),
        plants.tree(inks.leaf, inks.leaf_light, inks.wood_dark),
    )
    for order, (tone, drop, reach, near) in enumerate(banks):
        turn = side if order % 2 else -side
        y = horizon + drop
        tip = middle + turn * (20 + dice.between(0, 40) - near * 60)
        edge = middle + turn * 460
        line = [
            (edge, y - 66 - near * 20),
            (middle + turn * reach, y - 54),
            (middle + turn * (reach * 0.55), y - 8),
            (tip, y + 4 + near * 20),
            (tip + turn * 60, y + 30 + near * 30),
            (edge, y + 60 + near * 90),
        ]
        drawn.append(ink(inks.hills[tone], blob(line)))
        for step in range(4):
            drawn.append(
                place(
                    left if (step + order) % 2 else right,
                    middle + turn * (reach * 0.62 + step * 62 + dice.between(-14, 14)),
                    y - 12 + dice.between(-8, 16) + near * 10,
                    0.5 + near * 0.72 + step * 0.05,
                    flip=dice.is_true(),
                )
            )
    drawn.append(place(buildings.boat(inks), middle + side * dice.between(10, 60), horizon + 186, 0.92, flip=side < 0))
    return drawn + _reeds(stage, side)


def _reeds(stage: Stage, side: int) -> list[str]:
    """Grass and bamboo in the near corner."""
    dice, inks, width = stage.dice, stage.inks, stage.width
    corner = width / 2 - side * 370
    drawn = [place(plants.bamboo(inks.leaf_dark, inks.leaf), corner, 620, 1.5, flip=side > 0)]
    return drawn + [
        place(plants.grass(inks.leaf_dark, 7), corner + side * step * 48, 608, dice.between(1.2, 1.9)) for step in range(4)
    ]


def waterfall(stage: Stage) -> list[str]:
    """A fall between wooded cliffs, mist at its foot, a pine leaning over."""
    dice, inks, width, height = stage.dice, stage.inks, stage.width, stage.height
    fall = width / 2 + dice.between(-90, 90)
    half = dice.between(40, 58)
    drawn = scenery.sky(stage, 330, sun_at=(fall + dice.pick((-1, 1)) * dice.between(170, 230), 92))
    drawn += scenery.hills(stage, 330, layers=3, tall=150)
    lip = dice.between(176, 206)
    drawn.append(ink(inks.hills[3], box(fall - 160, lip + 8, 320, 300)))
    for side in (-1, 1):
        drawn += _cliff(stage, fall + side * half, lip, side)
    drawn.append(
        ink(
            inks.water_light,
            band(
                [(fall - half, lip), (fall - 10, lip - 4), (fall + 10, lip - 4), (fall + half, lip)],
                [(fall - half * 1.5, 480), (fall - 20, 490), (fall + 20, 490), (fall + half * 1.45, 480)],
            ),
        )
    )
    streaks = "".join(
        gouge((fall + share * half, lip + dice.between(4, 90)), (fall + share * half * 1.35, dice.between(300, 460)), 3.4)
        for share in (-0.8, -0.55, -0.3, 0, 0.25, 0.5, 0.78)
    )
    drawn.append(ink(inks.water, streaks))
    drawn.append(ink(inks.water, box(0, 486, width, height - 486)))
    drawn.append(
        ink(
            inks.water_light,
            *(
                gouge((fall - reach, y), (fall + reach * 0.8, y), 4)
                for reach, y in ((320, 520), (210, 540), (380, 562), (260, 584))
            ),
        )
    )
    spray = "".join(
        oval(fall + dice.between(-96, 96), 484 + dice.between(-10, 14), dice.between(20, 40), dice.between(12, 20))
        for _ in range(9)
    )
    drawn.append(ink(inks.mist, spray, opacity=0.85))
    spots = [(x, 540 + dice.between(0, 70)) for x in (40, 120, 196, width - 190, width - 110, width - 30) if abs(x - fall) > 120]
    drawn.append(ink(inks.leaf_dark, scenery.stones(dice, spots, 54)))
    drawn.append(ink(inks.hills[3], scenery.stones(dice, [(x - 6, y - 14) for x, y in spots], 26)))
    side = dice.pick((-1, 1))
    return [
        *drawn,
        place(plants.pine(inks.leaf_dark, inks.leaf, inks.wood_dark), fall + side * 250, 452, 1.2, flip=side > 0),
    ]


def _cliff(stage: Stage, edge: float, lip: float, side: int) -> list[str]:
    """One wall of the gorge in three ledges, each darker and nearer than the last, trees along their tops."""
    dice, inks = stage.dice, stage.inks
    drawn = []
    ledges = (
        (0, lip - 2, inks.hills[3], inks.hills[2]),
        (44, lip + 92, inks.hills[4], inks.hills[3]),
        (96, lip + 196, inks.leaf_dark, inks.hills[4]),
    )
    for order, (inset, top, tone, lit) in enumerate(ledges):
        x = edge + side * (inset + dice.between(0, 16))
        wall = [
            (x - side * 8, top + 34),
            (x + side * 14, top + 6),
            (x + side * 120, top - 26),
            (x + side * 260, top - 8 - order * 20),
            (x + side * 560, top - 50),
        ]
        foot = [
            (x + side * 560, 640),
            (x + side * 90, 560),
            (x + side * (10 + order * 22), 500),
            (x + side * 12, top + 120),
        ]
        drawn.append(
            ink(
                inks.leaf_dark if order == 0 else tone,
                *(crown(x + side * (96 + step * 74), top - 22 - step * 3, 32, 20, 9) for step in range(5)),
            )
        )
        drawn.append(ink(inks.leaf, *(crown(x + side * (88 + step * 74), top - 34 - step * 3, 15, 6, 7) for step in range(5))))
        drawn.append(ink(tone, blob([*wall, *foot])))
        cuts = "".join(
            sliver(
                (x + side * (34 + step * 42), top + 24 + dice.between(0, 24)),
                (x + side * (26 + step * 42), top + 60 + dice.between(20, 60)),
                7,
            )
            for step in range(7)
        )
        drawn.append(ink(lit, cuts))
    return drawn


def boardwalk(stage: Stage) -> list[str]:
    """A timber walk bending over the pond to a small pavilion."""
    dice, inks, width = stage.dice, stage.inks, stage.width
    horizon = dice.between(272, 300)
    side = dice.pick((-1, 1))
    sun = (width / 2 - side * dice.between(130, 220), horizon * dice.between(0.3, 0.45))
    drawn = scenery.sky(stage, horizon, sun_at=sun) + scenery.hills(stage, horizon, layers=4, tall=dice.between(110, 135))
    drawn += scenery.water(stage, horizon, sun_x=sun[0])
    drawn.append(scenery.mist(stage, horizon - 8, thick=14))
    end = width / 2 + side * dice.between(110, 170)
    path = (
        (end, horizon + 44, 26.0),
        (end - side * 120, horizon + 74, 34.0),
        (end - side * 20, horizon + 128, 62.0),
        (width / 2 - side * 60, 640, 190.0),
    )
    drawn += _pond(stage, horizon + 16, far=6, near=0)
    drawn.append(place(buildings.pavilion(inks), end, horizon + 46, dice.between(0.9, 1.1)))
    for (x1, y1, w1), (x2, y2, w2) in pairwise(path):
        drawn.append(ink(inks.wood_dark, poly((x1 - w1, y1 + 9), (x1 + w1, y1 + 9), (x2 + w2, y2 + 12), (x2 - w2, y2 + 12))))
        drawn.append(ink(inks.wood, poly((x1 - w1, y1), (x1 + w1, y1), (x2 + w2, y2), (x2 - w2, y2))))
        planks, count = "", max(3, int((y2 - y1) / 11))
        for step in range(1, count):
            share = (step / count) ** 1.3
            x, y, half = x1 + (x2 - x1) * share, y1 + (y2 - y1) * share, w1 + (w2 - w1) * share
            planks += gouge((x - half, y), (x + half, y), 1 + share * 1.4)
        drawn.append(ink(inks.wood_dark, planks))
        for edge in (-1, 1):
            posts = "".join(
                box(
                    x1 + (x2 - x1) * t + edge * (w1 + (w2 - w1) * t) - 3,
                    y1 + (y2 - y1) * t - 20 - 26 * t * (w2 > 100),
                    5 + 3 * t * (w2 > 100),
                    26 + 30 * t * (w2 > 100),
                )
                for t in (0.08, 0.4, 0.72)
            )
            drawn.append(ink(inks.wood_dark, posts))
    corner = width / 2 + side * 240
    return drawn + _bouquet(stage, corner, 612, 0.86, 2)


def hero(stage: Stage) -> list[str]:
    """The home page's picture, 3 to 1, with the village in its middle third so that a phone may crop the sides."""
    dice, inks, width, height = stage.dice, stage.inks, stage.width, stage.height
    horizon = height * 0.56
    sun = (width * dice.between(0.56, 0.62), height * 0.19)
    drawn = scenery.sky(stage, horizon, sun_at=sun) + scenery.hills(stage, horizon, layers=4, tall=84, has_cuts=False)
    drawn.append(buildings.village(stage, width * 0.53, horizon + 3, 0.66, 5))
    drawn += scenery.water(stage, horizon, sun_x=sun[0])
    drawn.append(scenery.mist(stage, horizon - 6, thick=12, opacity=0.6))
    drawn += _pond(stage, horizon, far=8, near=0)
    for share, scale in ((0.09, 0.66), (0.9, 0.66), (0.7, 0.46)):
        drawn += _bouquet(stage, width * share, height + 22, scale, 2, has_bud=False)
    drawn.append(
        _standing(stage, plants.lotus_half(inks), width * dice.between(0.34, 0.38), height, 84, 0.56, lean=dice.between(-6, 6))
    )
    drawn.append(place(plants.lotus_leaf(inks), width * 0.345, height - 12, 0.62))
    drawn.append(place(plants.lotus_leaf(inks), width * 0.5, height + 4, 0.64, flip=True))
    return drawn
