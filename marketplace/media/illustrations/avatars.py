"""People without likeness: hat or scarf, hair, coat and a quiet ground. No face is drawn, so nobody is portrayed.

Square. The seed chooses head-dress, coat, hair, ground and the sun or hill behind; nothing about a real person enters.
"""

from collections.abc import Callable

from marketplace.media.illustrations.palette import Palette, mix
from marketplace.media.illustrations.shapes import box, gouge, ink, oval, petal, poly, stroke
from marketplace.media.illustrations.stage import Stage

#: (inks, main tone, its shade) -> fragment worn on the head, drawn for a head around (200, 180).
Headdress = Callable[[Palette, str, str], str]


def _straw_hat(inks: Palette, _main: str, _shade: str) -> str:
    rings = stroke(200, 148, 120, 4) + stroke(200, 122, 78, 3.4) + stroke(200, 98, 42, 3)
    return ink(inks.gold, "M44 164Q150 124 200 52Q250 124 356 164Q200 208 44 164z") + ink(
        inks.gold_deep, "M200 52Q250 124 356 164Q300 180 236 184Q246 120 200 52z", rings
    )


def _brimmed_hat(inks: Palette, main: str, shade: str) -> str:
    return (
        ink(inks.cream_shade, oval(200, 142, 136, 30))
        + ink(inks.cream, "M66 138Q128 128 134 128Q136 66 200 64Q264 66 266 128Q272 128 334 138Q200 178 66 138z")
        + ink(inks.cream_shade, "M226 68Q262 76 266 128Q300 130 334 138Q290 154 238 156Q250 104 226 68z")
        + ink(main, "M134 116Q200 136 266 116V134Q200 154 134 134z")
        + ink(shade, "M240 125Q256 122 266 116V134Q256 140 240 144z")
    )


def _headscarf(inks: Palette, main: str, shade: str) -> str:
    dots = "".join(oval(x, y, 7) for x, y in ((150, 130), (182, 106), (218, 112), (248, 138), (166, 158), (206, 142)))
    return (
        ink(
            main,
            "M122 214Q112 92 200 88Q288 92 278 214Q270 150 200 146Q130 150 122 214z",
            "M262 190Q318 206 326 262Q286 248 262 214z",
        )
        + ink(
            shade,
            "M232 94Q286 116 278 214Q272 164 236 152Q250 122 232 94z",
            "M268 196Q300 214 312 248Q282 236 262 214z",
        )
        + ink(inks.cream, dots)
    )


def _knit_cap(inks: Palette, main: str, shade: str) -> str:
    ribs = "".join(gouge((x, 146), (x, 170), 2.4) for x in range(140, 270, 15))
    return (
        ink(shade, oval(200, 70, 18))
        + ink(main, "M126 152Q124 76 200 74Q276 76 274 152z")
        + ink(shade, "M224 78Q276 90 274 152H240Q252 112 224 78z", "M120 142Q200 126 280 142V172Q200 156 120 172z")
        + ink(inks.cream, ribs)
    )


def _flat_cap(_inks: Palette, main: str, shade: str) -> str:
    return ink(main, "M118 150Q112 84 204 82Q290 88 284 148Q200 128 118 150z") + ink(
        shade,
        "M118 150Q200 124 284 148Q250 170 190 168Q140 166 118 150z",
        "M232 86Q290 94 284 148Q268 142 246 140Q252 108 232 86z",
    )


def _bun_and_band(inks: Palette, main: str, _shade: str) -> str:
    return ink(main, "M126 150Q200 108 274 150L276 168Q200 128 124 168z") + ink(
        inks.gold, petal(52, 50, 9, (226, 94)), oval(266, 62, 8)
    )


#: Head-dress and whether a bun or a parting shows under it.
HEADDRESSES: tuple[tuple[Headdress, bool], ...] = (
    (_straw_hat, False),
    (_brimmed_hat, False),
    (_headscarf, False),
    (_knit_cap, False),
    (_flat_cap, False),
    (_bun_and_band, True),
)


def _ground(stage: Stage) -> str:
    """A flat ground with a sun or a hill behind the shoulders."""
    dice, inks = stage.dice, stage.inks
    wall, light = dice.pick(inks.rooms)
    drawn = ink(wall, box(0, 0, 400, 400))
    if dice.is_true():
        drawn += ink(light, oval(200 + dice.between(-50, 50), 176, 150))
    else:
        drawn += ink(light, "M0 250Q90 130 190 210Q290 120 400 232V400H0z") + ink(
            inks.hills[1], "M0 316Q120 230 230 290Q320 240 400 300V400H0z"
        )
    return drawn


def avatar(stage: Stage) -> list[str]:
    """Someone in a hat or scarf."""
    dice, inks = stage.dice, stage.inks
    skin = mix(inks.cream_shade, inks.clay, dice.pick((0.16, 0.24, 0.34, 0.44)))
    skin_shade = mix(skin, inks.clay_dark, 0.28)
    hair = dice.pick((inks.roof, inks.roof, mix(inks.roof, inks.wood_dark, 0.5), mix(inks.wall_shade, inks.roof, 0.3)))
    coats = (
        (inks.blue, inks.roof),
        (inks.lotus_deep, mix(inks.lotus_deep, inks.roof, 0.35)),
        (inks.leaf, inks.leaf_dark),
        (inks.clay, inks.clay_dark),
        (inks.hills[3], inks.hills[4]),
    )
    coat, coat_shade = dice.pick(coats)
    main, shade = dice.pick([pair for pair in coats if pair[0] != coat])
    worn, has_bun = dice.pick(HEADDRESSES)
    drawn = [_ground(stage)]
    if has_bun:
        drawn.append(ink(hair, oval(200, 92, 40, 36)))
    elif dice.is_true(0.4):
        drawn.append(ink(hair, "M126 170Q112 260 138 292H262Q288 260 274 170z"))
    drawn.append(
        ink(coat, "M46 400Q52 306 150 282H250Q348 306 354 400z")
        + ink(coat_shade, "M250 282Q348 306 354 400H268Q282 330 236 282z")
    )
    drawn.append(
        ink(skin_shade, "M168 226H232V288Q200 322 168 288z")
        + ink(hair, "M124 190Q118 96 200 94Q282 96 276 190Q278 214 268 222L132 222Q122 214 124 190z")
    )
    drawn.append(
        ink(skin, "M136 168Q200 132 264 168Q268 262 200 266Q132 262 136 168z")
        + ink(skin_shade, "M240 156Q256 160 264 168Q268 262 200 266Q250 244 240 156z")
    )
    collar = dice.whole(0, 2)
    if collar == 0:
        drawn.append(
            ink(
                main,
                "M140 262Q200 306 262 262L274 300Q200 346 128 300z",
                poly((214, 310), (256, 306), (262, 390), (226, 390)),
            )
        )
        drawn.append(
            ink(
                shade,
                "M236 284Q252 274 262 262L274 300Q256 314 236 322z",
                poly((244, 316), (257, 314), (262, 390), (248, 390)),
            )
        )
    elif collar == 1:
        drawn.append(
            ink(
                inks.wall,
                poly((162, 276), (200, 330), (178, 348), (146, 284)),
                poly((238, 276), (200, 330), (222, 348), (254, 284)),
            )
        )
    else:
        drawn.append(
            ink(coat_shade, "M160 274Q200 316 240 274L250 286Q204 336 192 400H184Q190 330 152 286z")
            + ink(inks.gold, oval(214, 346, 6), oval(206, 380, 6))
        )
    drawn.append(worn(inks, main, shade))
    return drawn
