"""The county on dry land: terraces, tea hill, hall of memory, old street.

Each function takes a stage and returns fragments from back to front: sky and hills, the middle ground, one subject.
"""

from math import sin

from marketplace.media.illustrations import buildings, plants, scenery
from marketplace.media.illustrations.palette import mix
from marketplace.media.illustrations.shapes import box, crown, gouge, ink, num, nums, place, poly, ridge, stroke
from marketplace.media.illustrations.stage import Stage


def terraced_rice(stage: Stage) -> list[str]:
    """Terraces stepping down a valley side, some in grain and some under water, and someone at work."""
    dice, inks, width = stage.dice, stage.inks, stage.width
    horizon = dice.between(236, 268)
    drawn = scenery.sky(stage, horizon) + scenery.hills(stage, horizon, layers=4, tall=dice.between(100, 125))
    drawn.append(scenery.mist(stage, horizon - 8, thick=18))
    lit = inks.water if stage.mood in ("dawn", "rain") else inks.leaf_light
    tones = (inks.hills[3], lit, inks.gold, inks.leaf, inks.gold_deep if stage.mood == "dusk" else inks.leaf_light)
    count, phase, valley = 11, dice.between(0, 6), dice.pick((0.3, 0.68)) * width
    before = -1
    farm_x = width * dice.pick((0.24, 0.72))
    for step in range(count):
        near = step / (count - 1)
        y = horizon + 4 + (near**1.35) * (stage.height - horizon - 60)
        swing = 14 + 34 * near
        line = []
        for at in range(-1, 9):
            x = at * width / 7
            dip = 46 * (1 - near * 0.5) * max(0.0, 1 - abs(x - valley) / 330)
            line.append((x, y + swing * sin(x / (118 + 70 * near) + phase + step * 0.55) + dip - 24))
        pick = dice.whole(0, len(tones) - 1)
        before = (pick + 1) % len(tones) if pick == before else pick
        field = ridge(line, stage.height + 10)
        drawn += [place(ink(inks.sky_low, field), 0, -3 - 5 * near), ink(tones[before], field)]
        cuts = ""
        for _ in range(7):
            x, size = dice.between(0, width), 12 + 6 * (step // 2)
            top = y + swing * sin(x / (118 + 70 * near) + phase + step * 0.55) - 8 + 14 * near
            cuts += stroke(x, top, size, size / 9)
        drawn.append(ink(mix(tones[before], inks.leaf_dark, 0.3), cuts))
        if step == 1:
            drawn.append(buildings.village(stage, width - farm_x, y + 14, 0.58, 3))
    drawn.append(place(buildings.farmer(inks, inks.lotus_deep), farm_x, 566, 0.98))
    drawn.append(place(plants.grass(inks.leaf_dark, 9), farm_x, 612, 1.5))
    ears = plants.rice_ear(inks, inks.leaf)
    farm_x = width - farm_x
    for step in range(5):
        x = farm_x + (step - 2) * 58
        drawn.append(place(ears, x, 640 + step % 2 * 18, dice.between(1.0, 1.25), flip=step < 2, turn=dice.between(-10, 10)))
    return drawn


def tea_hill(stage: Stage) -> list[str]:
    """Clipped rows of tea following the hill, and a picker with a basket."""
    dice, inks, width = stage.dice, stage.inks, stage.width
    horizon = dice.between(250, 290)
    drawn = scenery.sky(stage, horizon) + scenery.hills(stage, horizon, layers=4, tall=dice.between(105, 130))
    drawn.append(scenery.mist(stage, horizon - 4, thick=18))
    side = dice.pick((-1, 1))
    drawn.append(buildings.village(stage, width / 2 - side * 190, horizon + 22, 0.56, 3))
    crest, phase = width * (0.5 + side * 0.24), dice.between(0, 6)
    tones = (inks.hills[3], inks.leaf) if stage.mood != "dusk" else (inks.leaf, inks.hills[3])
    picker = width / 2 + side * dice.between(40, 150)
    for step in range(7):
        near = step / 6
        if step == 5:
            drawn.append(place(buildings.farmer(inks, inks.lotus_deep, basket=True), picker, horizon + 222, 1.15))
        drawn.append(_tea_row(stage, crest, horizon - 34 + near**1.2 * 330, near, phase + step, tones[step % 2]))
    return drawn


def _tea_row(stage: Stage, crest: float, y: float, near: float, phase: float, tone: str) -> str:
    """One clipped row: round bushes against the light, the furrow's shade beneath, fresh tips caught by the sun."""
    inks, size = stage.inks, 17 + 33 * near
    step, bulge = round(size * 1.7), num(size * 0.9, 0)
    spots = []
    for x in range(-step * 2, stage.width + step * 2, step):
        rise = (92 - 40 * near) * max(0.0, 1 - ((x - crest) / (420 + 200 * near)) ** 2) + 7 * sin(x / 90 + phase)
        spots.append((x, round(y - rise + 24)))
    tops, last = f"M{spots[0][0]} {spots[0][1]}", spots[0][1]
    for _, level in spots[1:]:
        tops += f"a{bulge} {bulge} 0 0 1 {nums((step, level - last), 0)}"
        last = level
    tips = "".join(stroke(x + step / 2, level - size * 0.36, size * 0.34, size * 0.22) for x, level in spots)
    tips += "".join(stroke(x + step / 2 - size * 0.2, level - size * 0.02, size * 0.34, size * 0.22) for x, level in spots[::3])
    row = f"{tops}V{stage.height}H{spots[0][0]}z"
    return ink(tone, row) + ink(inks.leaf_light, tips) + place(ink(inks.leaf_dark, row), 0, size * 0.95)


def memorial_hall(stage: Stage) -> list[str]:
    """A quiet hall between cypresses, broad steps, azaleas in flower; symmetrical, because that is its dignity."""
    dice, inks, middle = stage.dice, stage.inks, stage.width / 2
    horizon = dice.between(296, 316)
    sun = (stage.width * dice.pick((0.2, 0.5, 0.8)), dice.between(92, 120))
    drawn = scenery.sky(stage, horizon, sun_at=sun) + scenery.hills(stage, horizon + 20, layers=4, tall=dice.between(150, 175))
    drawn.append(scenery.mist(stage, horizon + 6, thick=20))
    drawn.append(ink(inks.hills[3], "".join(crown(x, horizon + 52, dice.between(46, 70), 40, 9, x) for x in range(-10, 830, 84))))
    drawn.append(ink(inks.hills[2], box(0, 402, stage.width, 200)))
    drawn.append(ink(inks.wall_shade, poly((middle - 236, 402), (middle + 236, 402), (middle + 420, 600), (middle - 420, 600))))
    joints = "".join(
        gouge((middle - 250 - depth, 412 + depth), (middle + 250 + depth, 412 + depth), 1.8) for depth in (18, 44, 82, 132)
    )
    drawn.append(ink(inks.wall, joints, poly((middle - 40, 402), (middle + 40, 402), (middle + 96, 600), (middle - 96, 600))))
    cypress = plants.cypress(inks.leaf_dark, inks.hills[3])
    for reach, foot, scale in ((262, 404, 0.92), (312, 424, 1.12), (372, 460, 1.42)):
        drawn += [place(cypress, middle - reach, foot, scale), place(cypress, middle + reach, foot, scale, flip=True)]
    drawn.append(place(buildings.hall(inks), middle, 402, 1.06))
    bush = plants.azalea(inks.leaf_dark, inks.lotus_deep if dice.is_true() else inks.red, inks.lotus_pale)
    for step in range(4):
        reach, foot, scale = 190 + step * 66, 520 + step * 30, 0.82 + step * 0.14
        drawn += [place(bush, middle - reach, foot, scale), place(bush, middle + reach, foot, scale, flip=True)]
    return drawn


def old_street(stage: Stage) -> list[str]:
    """A lane of white houses with horse-head walls going up to the hills, flagstones, red lanterns."""
    dice, inks, width, height = stage.dice, stage.inks, stage.width, stage.height
    middle = width / 2 + dice.between(-50, 50)
    drawn = scenery.sky(stage, 330, sun_at=(middle + dice.between(-70, 70), dice.between(110, 150))) + scenery.hills(
        stage, 360, layers=3, tall=160
    )
    drawn.append(scenery.mist(stage, 352, thick=18))
    drawn.append(ink(inks.wall_shade, box(0, 380, width, 220)))
    drawn.append(ink(inks.sky_low, poly((middle - 26, 380), (middle + 26, 380), (middle + 210, height), (middle - 210, height))))
    rows = ((96, 104, 128, 396), (160, 148, 190, 424), (258, 216, 280, 470), (398, 316, 404, 560))
    joints = ""
    for step in range(7):
        y = 392 + step * step * 4.6
        half = 26 + (y - 380) * 0.84
        joints += gouge((middle - half, y), (middle + half, y), 1 + step * 0.3)
    drawn.append(ink(inks.wall_shade, joints))
    sides = (-1, 1)
    for order, (reach, wide, tall, foot) in enumerate(rows):
        for side in sides:
            x = middle + side * reach
            high = tall * dice.between(0.9, 1.12)
            drawn.append(place(buildings.gable(inks, wide, high, door=(order + side) % 3 != 0), x, foot, 1, flip=side < 0))
            if order > 0:
                inner = x - side * wide * 0.5
                drawn.append(place(buildings.lantern(inks), inner - side * 8 * order, foot - high * 0.56, 0.45 + order * 0.26))
    pot = dice.pick(sides)
    drawn.append(place(plants.bamboo(inks.leaf_dark, inks.leaf), middle + pot * 372, 618, 1.05, flip=pot > 0))
    return drawn
