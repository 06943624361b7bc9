"""Things that hold things: bowl, basket, tray, jar, caddy, gaiwan, bottle, sack, measure, vase, ladle, pot, cloth.

Each stands on its own origin, the middle of its foot, lit from the left: one tone for the light, one for the shade.
Labels are refused; a vessel carries at most a band of blue or a plain knot.
"""

from math import cos, pi

from marketplace.media.illustrations.palette import Palette
from marketplace.media.illustrations.shapes import box, gouge, ink, num, nums, oval, place, poly, sliver, stroke, trace


def bowl(inks: Palette, wide: float, tall: float, heap: str = "") -> str:
    """A porcelain bowl with a blue rim, `wide` from middle to rim; `heap` is drawn in its mouth."""
    rim, foot = wide * 0.17, wide * 0.4
    mouth = trace("a", (wide, rim), " 0 0 ")
    front = trace("M", (-wide, -tall), mouth, "0 ", (2 * wide,), " 0")
    flank = trace("q", (-wide * 0.06, tall * 0.8, -wide + foot, tall * 0.94))
    other = trace("q", (foot - wide + wide * 0.06, -tall * 0.14, foot - wide, -tall * 0.94))
    body = trace(front, flank, "h", (-2 * foot,), other, "z")
    shade = trace("M", (wide, -tall), flank, "h", (-foot * 0.8,), "q", (wide * 0.52, -tall * 0.2, wide * 0.55, -tall * 0.82), "z")
    back = trace(mouth, "1 ", (-2 * wide,), " 0z")
    rim_band = trace(front, "l", (-2, tall * 0.13), mouth, "1 ", (4 - 2 * wide,), " 0z")
    line = trace("M", (-wide * 0.9, -tall * 0.62), mouth, "0 ", (1.8 * wide,), " 0l-1 4", mouth, "1 ", (2 - 1.8 * wide,), " 0z")
    base = poly((-foot, -tall * 0.08), (foot, -tall * 0.08), (foot * 0.86, 0), (-foot * 0.86, 0))
    return (
        ink(inks.wall_shade, f"{front}{back}", base)
        + place(heap, 0, -tall)
        + ink(inks.wall, body)
        + ink(inks.wall_shade, shade)
        + ink(inks.blue, rim_band, line)
    )


def basket(inks: Palette, wide: float, tall: float, heap: str = "", *, handle: bool = True) -> str:
    """A woven basket, `wide` from middle to rim, with a hoop handle; `heap` is drawn in its mouth."""
    rim, foot = wide * 0.2, wide * 0.74
    heel = foot * 0.4
    body = trace(
        "M",
        (-wide, -tall),
        "a",
        (wide, rim),
        " 0 0 0 ",
        (2 * wide,),
        " 0L",
        (foot, -6),
        "q0 8",
        (-heel, 8),
        "H",
        (-foot * 0.6,),
        "q",
        (-heel, 0, -heel, -8),
        "z",
    )
    weave = ""
    rows = 4
    for row in range(rows):
        y = -tall + rim * 0.55 + (row + 0.3) * (tall - rim * 0.9) / rows
        reach = wide + (foot - wide) * (y + tall) / tall
        for step in range(9):
            x = (step - 4 + (row % 2) * 0.5) * reach / 4.7
            if abs(x) < reach * 0.9:
                size = wide * 0.13
                lift = rim * 0.5 * cos(x / reach * pi / 2)
                bow = nums((size / 2, -size * 0.3, size, 0), 0), nums((-size / 2, size * 0.3, -size, 0), 0)
                weave += f"M{nums((x - size / 2, y + lift), 0)}q{bow[0]}v{num(tall * 0.12, 0)}q{bow[1]}z"
    hoop = trace(
        "M",
        (-wide * 0.9, -tall),
        "C",
        (-wide * 0.8, -tall * 2.7, wide * 0.8, -tall * 2.7, wide * 0.9, -tall),
        "h-9C",
        (wide * 0.66, -tall * 2.52, -wide * 0.66, -tall * 2.52, -wide * 0.9 + 9, -tall),
        "z",
    )
    dark = trace(
        "M",
        (wide, -tall),
        "L",
        (foot, -6),
        "q0 8",
        (-heel, 8),
        "Q",
        (wide * 0.66, -tall * 0.5, wide * 0.62, -tall + rim * 0.75),
        "z",
    )
    lip = trace("a", (wide + 4, rim + 2), " 0 0 ")
    edge = trace("M", (-wide - 4, -tall - 4), lip, "0 ", (2 * wide + 8,), " 0v10", lip, "1 ", (-2 * wide - 8,), " 0z")
    return (
        (ink(inks.wood_dark, hoop) if handle else "")
        + ink(inks.wood_dark, oval(0, -tall, wide, rim))
        + place(heap, 0, -tall)
        + ink(inks.gold_deep, body)
        + ink(inks.cream_shade, weave)
        + ink(inks.wood_dark, dark, opacity=0.35)
        + ink(inks.wood_dark, edge)
    )


def tray(inks: Palette, wide: float, heap: str = "") -> str:
    """A shallow round tray of split bamboo, as used for drying; `heap` lies on it."""
    deep = wide * 0.3
    laths = "".join(
        sliver((x * wide, -deep * (1 - x * x) ** 0.5 * 0.8 - 10), (x * wide, deep * (1 - x * x) ** 0.5 * 0.8 - 10), 5)
        for x in (-0.7, -0.42, -0.14, 0.14, 0.42, 0.7)
    )
    laths += "".join(stroke(0, y * deep - 10, wide * 0.86 * (1 - y * y) ** 0.5, 2) for y in (-0.5, 0, 0.5))
    return (
        ink(inks.wood_dark, oval(0, 0, wide, deep))
        + ink(inks.wood, oval(0, -9, wide, deep))
        + ink(inks.cream_shade, oval(0, -10, wide * 0.91, deep * 0.88))
        + ink(inks.wood, laths)
        + heap
    )


def jar(inks: Palette, glaze: str, shade: str, *, lid: bool = True) -> str:
    """A round-shouldered glazed jar, 130 wide and 150 tall, with a cloth or lid."""
    body = "M-38-128q-30 12-30 66q0 46 24 62h88q24-16 24-62q0-54-30-66z"
    dark = "M38-128q30 12 30 66q0 46-24 62h-32q34-24 34-70q0-40-20-58z"
    drawn = ink(glaze, body) + ink(shade, dark) + ink(inks.cream, gouge((-46, -96), (-50, -40), 5, 6))
    if lid:
        drawn += ink(inks.red, "M-44-146q44-16 88 0l12 30q-12-6-18 2q-10-10-20 0q-9-10-18 0q-9-10-18 0q-10-10-20 0q-8-8-18-2z")
        drawn += ink(inks.gold, "M-44-132q44-10 88 0v6q-44-10-88 0z")
    return drawn


def caddy(inks: Palette) -> str:
    """A lidded tea caddy, 96 wide and 160 tall."""
    return (
        ink(inks.leaf_dark, "M-48-122h96v114a48 12 0 0 1-96 0z")
        + ink(inks.leaf, "M-48-122h58V3a48 12 0 0 1-58-11z")
        + ink(inks.gold_deep, "M-52-150h104v32a52 12 0 0 1-104 0z", oval(0, -150, 52, 12))
        + ink(inks.gold, oval(0, -152, 46, 9), oval(0, -160, 12, 7))
        + ink(inks.leaf_light, gouge((-34, -104), (-34, -16), 5))
    )


def gaiwan(inks: Palette) -> str:
    """A covered tea bowl on its saucer, lid ajar, 150 wide."""
    lid = (
        ink(inks.blue, oval(0, -37, 14, 8))
        + ink(inks.wall, "M-54 2q10-36 54-38q44 2 54 38q-54 18-108 0z")
        + ink(inks.wall_shade, "M40-23q12 10 14 25q-8 4-18 6q12-14 4-31z")
    )
    return (
        ink(inks.wall_shade, "M-78-18a78 15 0 0 0 156 0q-14 18-48 18h-60q-34 0-48-18z", oval(0, -18, 78, 14))
        + ink(inks.wall, oval(0, -21, 72, 11))
        + ink(inks.wall_shade, oval(0, -92, 60, 13))
        + ink(inks.gold_deep, oval(0, -89, 52, 9))
        + ink(inks.wall, "M-60-92a60 13 0 0 0 120 0q-4 54-34 70h-52q-30-16-34-70z")
        + ink(inks.wall_shade, "M60-92q-4 54-34 70h-26q30-20 30-60z")
        + ink(
            inks.blue,
            "M-60-92a60 13 0 0 0 120 0l-1 8a60 13 0 0 1-118 0z",
            "M-50-50a60 12 0 0 0 100 0l-2 5a60 12 0 0 1-96 0z",
        )
        + place(lid, 12, -104, turn=-12)
    )


def bottle(inks: Palette) -> str:
    """A glass bottle of golden oil with a cork, 92 wide and 230 tall."""
    return (
        ink(inks.wall_shade, "M-17-206h34v44q30 18 30 60v86q0 16-14 16h-66q-14 0-14-16v-86q0-42 30-60z")
        + ink(inks.gold, "M-14-150h28q26 16 26 54v78q0 12-10 12h-60q-10 0-10-12v-78q0-38 26-54z")
        + ink(inks.gold_deep, "M14-150q26 16 26 54v78q0 12-10 12h-24q16-60 8-144z")
        + ink(inks.cream, "M-30-104q6-22 14-28q-6 40-4 110h-10z")
        + ink(inks.wood, "M-13-230h26v28h-26z")
        + ink(inks.wood_dark, "M4-230h9v28h-9z", box(-20, -208, 40, 9))
    )


def honey_jar(inks: Palette) -> str:
    """A glass jar of honey under a cloth cap tied with cord, 140 wide and 160 tall."""
    return (
        ink(inks.wall_shade, "M-56-128h112q14 10 14 30v78q0 20-20 20h-100q-20 0-20-20v-78q0-20 14-30z")
        + ink(inks.gold, "M-60-98q60 10 120 0v78q0 12-12 12h-96q-12 0-12-12z")
        + ink(inks.gold_deep, "M60-98v78q0 12-12 12h-44q44-30 30-86z")
        + ink(inks.cream, gouge((-46, -84), (-46, -24), 7))
        + ink(
            inks.cream,
            "M-58-152q58-22 116 0l16 34q-14-4-22 4q-12-12-26 0q-13-12-26 0q-13-12-26 0q-14-12-26 0q-10-8-22-4z",
        )
        + ink(inks.cream_shade, "M14-162q28 2 44 10l16 34q-14-4-22 4q-12-12-26 0q0-30-12-48z")
        + ink(inks.red, "M-58-138q58-14 116 0v6q-58-14-116 0z")
    )


def sack(inks: Palette, heap: str) -> str:
    """A cloth sack rolled open on its grain, 210 wide and 190 tall; `heap` lies in its mouth."""
    return (
        ink(inks.cream_shade, oval(0, -170, 84, 20))
        + place(heap, 0, -170)
        + ink(inks.cream, "M-90-168q90 44 180 0q-10 46 10 86q18 50-6 78q-94 18-188 0q-24-28-6-78q20-40 10-86z")
        + ink(
            inks.cream_shade,
            "M90-168q-10 46 10 86q18 50-6 78q-40 8-80 8q50-60 30-152z",
            gouge((-64, -120), (-78, -30), 4, 8),
            gouge((-20, -110), (-28, -16), 3, 4),
        )
        + ink(inks.wood, "M-96-176q-8 10 2 20q94 46 188 0q10-10 2-20q-96 44-192 0z")
        + ink(inks.blue, "M-101-76q101 30 202 0l3 9q-104 32-208 0z", "M-104-56q104 30 208 0l1 4q-105 32-210 0z")
    )


def measure(inks: Palette, heap: str) -> str:
    """A square wooden grain measure, 170 wide and 110 tall."""
    return (
        ink(inks.wood_dark, poly((-84, -104), (-56, -122), (56, -122), (84, -104), (56, -90), (-56, -90)))
        + place(heap, 0, -104)
        + ink(inks.wood, poly((-86, -106), (86, -106), (66, 0), (-66, 0)))
        + ink(
            inks.wood_dark,
            poly((86, -106), (66, 0), (30, 0), (42, -106)),
            stroke(0, -32, 70, 4),
            stroke(0, -76, 78, 4),
            opacity=0.7,
        )
        + ink(inks.cream_shade, stroke(-20, -54, 46, 3), stroke(-10, -16, 40, 3))
    )


def vase(inks: Palette, glaze: str, shade: str) -> str:
    """A slender-necked vase, 130 wide and 190 tall."""
    return (
        ink(glaze, "M-26-190q26 8 52 0q-8 30-2 52q44 26 42 76q-2 44-30 62h-72q-28-18-30-62q-2-50 42-76q6-22-2-52z")
        + ink(shade, "M26-190q-8 30-2 52q44 26 42 76q-2 44-30 62h-34q40-24 38-66q-2-44-32-62q-6-30 0-58z")
        + ink(inks.cream, gouge((-44, -100), (-50, -44), 5, 8), opacity=0.7)
    )


def ladle(inks: Palette, heap: str = "") -> str:
    """A ladle made of half a gourd, lying with its neck to the right, 190 long."""
    return (
        ink(inks.gold_deep, "M-70-34q-4 34 44 36q40 0 52-24q40 4 86-14q8-6 0-10q-42 8-88 0z")
        + ink(inks.wood_dark, "M-70-34q10-24 54-24q40 0 44 22q-10 18-50 18q-42 0-48-16z")
        + place(heap, -20, -34)
        + ink(inks.gold, "M-70-34q8 18 48 18q38 0 48-18q42 8 86-4q2 4-2 6q-44 14-84 10q-12 20-50 20q-42-2-46-32z")
    )


def pot(tone: str, shade: str) -> str:
    """A clay flower pot, 96 wide and 80 tall."""
    return ink(tone, "M-42-64h84l-10 64h-64z", "M-48-80h96v20h-96z") + ink(shade, "M48-80v20h-6l-10 60h-26l8-80z")


def cloth(tone: str, stripe: str) -> str:
    """A cloth laid under the subject, in perspective, 420 wide."""
    return ink(tone, poly((-170, -34), (176, -40), (226, 52), (-212, 60))) + ink(
        stripe,
        poly((-178, -18), (184, -24), (188, -17), (-181, -11)),
        poly((-200, 38), (214, 30), (218, 38), (-203, 46)),
    )


def steam(x: float, y: float) -> str:
    """Path data of two wisps rising from (x, y)."""
    wisp = "q-16-24 0-48q14-22 2-46q22 26 6 50q-12 22-8 44z"
    return f"M{nums((x - 12, y), 0)}{wisp}M{nums((x + 18, y + 8), 0)}{wisp}"
