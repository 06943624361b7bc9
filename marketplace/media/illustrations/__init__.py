"""The illustration engine: seeded pictures in the manner of multi-block woodcuts, written as SVG.

It owns every picture that is drawn rather than photographed: scenes and still lifes for the demonstration, avatars,
empty states and the home page's banner. The same kind, seed and mood give the same bytes in every process.

It refuses text, likenesses, real buildings and emblems, and whatever the content security policy would refuse: styles,
scripts, references. There are no ids either, so pictures can stand inline side by side. A picture is no evidence:
pages label it 示意插图.
"""

from collections.abc import Callable

from marketplace.kernel.errors import Refusal
from marketplace.media.illustrations import avatars, lands, scenery, states, still_lifes, waters
from marketplace.media.illustrations.palette import PALETTES
from marketplace.media.illustrations.photograph import rasterise
from marketplace.media.illustrations.stage import Dice, Stage

__all__ = [
    "DRAWINGS",
    "KINDS",
    "MOODS",
    "SCENES",
    "STATES",
    "STILL_LIFES",
    "UnknownKind",
    "UnknownMood",
    "numbered",
    "rasterise",
    "render",
]

Painter = Callable[[Stage], list[str]]

_SCENES: dict[str, Painter] = {
    "lotus_pond": waters.lotus_pond,
    "terraced_rice": lands.terraced_rice,
    "tea_hill": lands.tea_hill,
    "memorial_hall": lands.memorial_hall,
    "valley": waters.valley,
    "waterfall": waters.waterfall,
    "old_street": lands.old_street,
    "boardwalk": waters.boardwalk,
    "hero": waters.hero,
}
_STILL_LIFES: dict[str, Painter] = {
    "lotus_seed": still_lifes.lotus_seed,
    "rice": still_lifes.rice,
    "tea": still_lifes.tea,
    "lotus_root": still_lifes.lotus_root,
    "camellia_oil": still_lifes.camellia_oil,
    "honey": still_lifes.honey,
    "vegetables": still_lifes.vegetables,
    "seedlings": still_lifes.seedlings,
    "lotus_flower": still_lifes.lotus_flower,
}
_STATES: dict[str, Painter] = {
    "empty": states.empty,
    "empty_basket": states.empty_basket,
    "empty_orders": states.empty_orders,
    "offline": states.offline,
    "not_found": states.not_found,
}
_PAINTERS: dict[str, Painter] = {**_SCENES, **_STILL_LIFES, **_STATES, "avatar": avatars.avatar}
#: Sizes in the picture's own units; every kind not named here is 800 by 600.
_SIZES: dict[str, tuple[int, int]] = {"hero": (1200, 400), "avatar": (400, 400)}

SCENES: tuple[str, ...] = tuple(_SCENES)
STILL_LIFES: tuple[str, ...] = tuple(_STILL_LIFES)
STATES: tuple[str, ...] = tuple(_STATES)
KINDS: tuple[str, ...] = tuple(_PAINTERS)
MOODS: tuple[str, ...] = tuple(PALETTES)
#: Pictures of a kind that a shop tells apart by number.
DRAWINGS = 9
_LIGHTS = ("noon", "dawn", "dusk")


class UnknownKind(Refusal):
    """No block was ever cut for this kind of picture."""

    code = "unknown_kind"
    message = "There is no picture of this kind: %(kind)s."
    status = 404


class UnknownMood(Refusal):
    """The light asked for is none of the four."""

    code = "unknown_mood"
    message = "There is no such light: %(mood)s."
    status = 404


def render(kind: str, seed: int | str, mood: str = "noon", *, width: int | None = None, height: int | None = None) -> str:
    """Draw a picture as a complete SVG document, at most 4 KB once gzipped.

    `width` and `height` are the attributes in CSS pixels; left out, they are the picture's own (800 by 600, a square
    avatar, a banner of 3 to 1). Asked for other proportions, the picture fills the frame and is cropped evenly.

    Raises:
        UnknownKind: `kind` is not in `KINDS`.
        UnknownMood: `mood` is not in `MOODS`.
    """
    if kind not in _PAINTERS:
        raise UnknownKind(kind=kind)
    if mood not in PALETTES:
        raise UnknownMood(mood=mood)
    own_width, own_height = _SIZES.get(kind, (800, 600))
    stage = Stage(own_width, own_height, mood, PALETTES[mood], Dice(kind, seed))
    drawn = _PAINTERS[kind](stage)
    if mood == "rain" and kind in _SCENES:
        drawn.append(scenery.rain(stage))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {own_width} {own_height}" '
        f'width="{width or own_width}" height="{height or own_height}" preserveAspectRatio="xMidYMid slice">'
        f"{''.join(drawn)}</svg>"
    )


def numbered(kind: str, number: int) -> str:
    """Draw one of the pictures of a kind by its number, 1 to `DRAWINGS`; scenes after the first stand in another light.

    Raises:
        UnknownKind: `kind` is not in `KINDS`.
    """
    return render(kind, number, _LIGHTS[(number - 1) % len(_LIGHTS)] if kind in _SCENES else "noon")
