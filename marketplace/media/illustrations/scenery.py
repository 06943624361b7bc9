"""What stands behind every outdoor subject: sky, sun, hills, mist, water, birds and rain.

Distance is told as a block printer tells it: each ridge is a flat tone paler than the one before it, its foot
dissolves in mist, and light is what the knife left uncut. Functions return fragments from back to front.
"""

from collections.abc import Sequence
from itertools import pairwise

from marketplace.media.illustrations.shapes import Point, band, bar, blob, box, gouge, ink, num, oval, ridge, stroke
from marketplace.media.illustrations.stage import Dice, Stage


def sky(stage: Stage, horizon: float, *, sun_at: Point | None = None) -> list[str]:
    """Sky in three steps of tone, sun disc with its halo, bars of cloud; rain hides all but a pale disc."""
    inks, dice, width = stage.inks, stage.dice, stage.width
    drawn = [ink(inks.sky, box(0, 0, width, stage.height))]
    for tone, level in ((inks.sky_mid, 0.4), (inks.sky_low, 0.7)):
        wave = [(x * width / 4, horizon * level + dice.between(-14, 14)) for x in range(-1, 6)]
        drawn.append(ink(tone, ridge(wave, horizon + 120)))
    x, y = sun_at or (width * dice.pick((0.24, 0.32, 0.66, 0.76)), horizon * dice.between(0.26, 0.52))
    radius = dice.between(0.068, 0.088) * stage.height
    if stage.mood != "rain":
        drawn.append(ink(inks.halo, oval(x, y, radius * 1.55)))
    drawn.append(ink(inks.sun, oval(x, y, radius)))
    clouds = ""
    for _ in range(dice.whole(2, 3)):
        clouds += cloud(dice, x + dice.between(-250, 250), y + dice.between(-0.5, 1.5) * radius, dice.between(110, 230))
    drawn.append(ink(inks.sky_low, clouds, opacity=0.85))
    return drawn


def cloud(dice: Dice, x: float, y: float, length: float) -> str:
    """Path data of stacked level bars, the cloud of old prints."""
    thick = 11.0
    shift = dice.between(0.2, 0.5) * length
    return (
        bar(x - length / 2, y, length, thick)
        + bar(x - length / 2 + shift, y - thick + 1, length * 0.55, thick)
        + bar(x - length / 2 - shift * 0.3, y + thick - 1, length * 0.5, thick)
    )


def profile(stage: Stage, base: float, height: float, steps: int = 6) -> list[Point]:
    """A hill's skyline: one chief summit, a lesser one, and foothills."""
    dice, width = stage.dice, stage.width
    summit, second = dice.between(0.05, 0.95), dice.between(0, 1)
    points = []
    for step in range(-1, steps + 2):
        at = step / steps
        rise = height * max(0.0, 1 - abs(at - summit) * 2.9)
        rise = max(rise, height * 0.7 * max(0.0, 1 - abs(at - second) * 3.4))
        points.append((at * width, base - rise - dice.between(0, height * 0.3)))
    return points


def hills(stage: Stage, horizon: float, *, layers: int = 4, tall: float = 120, has_cuts: bool = True) -> list[str]:
    """Ridges paling with distance, each with sunlit cuts on its slope and mist at its foot."""
    inks, dice = stage.inks, stage.dice
    drawn = []
    for layer in range(layers):
        near = layer / max(1, layers - 1)
        base = horizon - (1 - near) * tall * 0.55
        height = tall * (0.92 - 0.56 * near)
        line = profile(stage, base, height)
        drawn.append(ink(inks.hills[layer], ridge(line, horizon + 30)))
        if layer and has_cuts:
            drawn.append(ink(inks.hills[layer - 1], slope_cuts(dice, line, height)))
        if layer < layers - 1 and layer != 1:
            drawn.append(mist(stage, base + 2 + dice.between(-8, 8), thick=14, opacity=0.6))
    return drawn


#: Marks of the gouge down a slope falling to the right; mirrored for the other side. Few, so that they compress.
CUTS_RIGHT = ("q9 8 15 28q-11-14-15-28z", "q12 9 22 20q-15-8-22-20z")
CUTS_LEFT = ("q-9 8-15 28q11-14 15-28z", "q-12 9-22 20q15-8 22-20z")


def slope_cuts(dice: Dice, line: list[Point], height: float) -> str:
    """Tapered marks running down from a skyline, leaning with the slope."""
    cuts = ""
    for here, after in pairwise(line[1:-1]):
        for share in (0.25, 0.7):
            if dice.is_true(0.45):
                continue
            x = here[0] + (after[0] - here[0]) * share
            y = here[1] + (after[1] - here[1]) * share + height * 0.1 + dice.between(6, 16)
            cuts += f"M{num(x, 0)} {num(y, 0)}" + dice.pick(CUTS_RIGHT if after[1] > here[1] else CUTS_LEFT)
    return cuts


def mist(stage: Stage, y: float, *, thick: float = 16, opacity: float = 0.7) -> str:
    """A bank of mist: long level bars that overlap, broken by gaps."""
    dice = stage.dice
    bank = ""
    x = dice.between(-160, -20)
    while x < stage.width:
        length = dice.pick((150, 220, 300))
        bank += bar(x, y + dice.whole(-1, 1) * thick * 0.55, length, thick)
        x += length * dice.pick((0.6, 0.9, 1.3))
    return ink(stage.inks.mist, bank, opacity=opacity)


def water(stage: Stage, top: float, *, sun_x: float | None = None) -> list[str]:
    """Still water from `top` down, with cut ripples that widen towards the reader and the sun's broken path."""
    inks, dice, width = stage.inks, stage.dice, stage.width
    drawn = [ink(inks.water, box(0, top, width, stage.height - top))]
    ripples = bar(-20, top - 3, width + 40, 6)
    for step in range(10):
        depth = (step + dice.between(0, 1)) / 10
        size = 24 + 20 * int(depth * 4)
        ripples += stroke(dice.between(0, width), top + 10 + depth**1.4 * (stage.height - top - 20), size, size / 8)
    drawn.append(ink(inks.water_light, ripples))
    if sun_x is not None and stage.mood != "rain":
        glints = "".join(
            stroke(sun_x + dice.between(-9, 9), top + 8 + step * (9 + step * 2), 16 + step * 7, 6) for step in range(6)
        )
        drawn.append(ink(inks.sun, glints))
    return drawn


def birds(stage: Stage, x: float, y: float) -> str:
    """A few far birds in a loose line."""
    dice = stage.dice
    wings = ""
    for step in range(dice.whole(3, 5)):
        bx, by, span = x + step * 24 + dice.between(-5, 5), y - step * 8 + dice.between(-6, 6), dice.between(9, 13)
        wings += gouge((bx, by), (bx - span, by - span * 0.5), 2.2, -3) + gouge((bx, by), (bx + span, by - span * 0.6), 2.2, 3)
    return ink(stage.inks.hills[3], wings)


def rain(stage: Stage) -> str:
    """Slanting cuts over the whole picture."""
    dice = stage.dice
    lines = ""
    for _ in range(30):
        x, y = dice.between(-10, stage.width + 60), dice.between(-40, stage.height - 60)
        lines += f"M{num(x, 0)} {num(y, 0)}" + dice.pick(("l-22 74 3 1z", "l-15 50 3 1z", "l-31 104 3 1z"))
    return ink(stage.inks.sun, lines, opacity=0.62)


def ground(stage: Stage, points: list[Point], tone: str) -> str:
    """The near earth, from a soft line to the lower edge."""
    return ink(tone, ridge(points, stage.height))


def furrow(upper: list[Point], lower: list[Point], tone: str) -> str:
    """A field between two soft lines."""
    return ink(tone, band(upper, lower))


def stones(dice: Dice, spots: Sequence[Point], size: float) -> str:
    """Path data of rounded stones at the given spots."""
    cut = ""
    for x, y in spots:
        reach = size * dice.between(0.7, 1.3)
        cut += blob([(x - reach, y), (x - reach * 0.6, y - reach * 0.7), (x + reach * 0.5, y - reach * 0.75), (x + reach, y)])
    return cut
