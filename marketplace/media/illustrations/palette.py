"""The inks: one small set of flat tones for each mood, drawn from the site's design tokens.

A printer of woodblocks mixes a few inks and cuts a block for each. This module owns those inks and refuses every other
colour: shapes take their fills from a `Palette`, so that a picture stays one family whatever stands in it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """The tones of one mood. `hills` run from the farthest, palest ridge to the nearest."""

    sky: str
    sky_mid: str
    sky_low: str
    sun: str
    halo: str
    hills: tuple[str, str, str, str, str]
    mist: str
    water: str
    water_light: str
    leaf_dark: str
    leaf: str
    leaf_light: str
    lotus_deep: str
    lotus: str
    lotus_pale: str
    gold: str
    gold_deep: str
    red: str
    wall: str
    wall_shade: str
    roof: str
    wood: str
    wood_dark: str
    #: Indoors: what a still life stands before and on. One of `rooms` is taken by seed: (wall, window light).
    rooms: tuple[tuple[str, str], ...]
    table: str
    table_grain: str
    shadow: str
    blue: str
    cream: str
    cream_shade: str
    clay: str
    clay_dark: str


def mix(one: str, other: str, share: float) -> str:
    """Blend `share` (0 to 1) of the second tone into the first, as an overprint would."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


DAWN = Palette(
    sky="#f6cdb4",
    sky_mid="#f9dfcb",
    sky_low="#fdf0e2",
    sun="#e2674a",
    halo="#f3b795",
    hills=("#e2bfb6", "#bfaeb0", "#8ba19a", "#557f72", "#2b5f4c"),
    mist="#fdf0e2",
    water="#f3d3bf",
    water_light="#fdf0e2",
    leaf_dark="#12492f",
    leaf="#2a7350",
    leaf_light="#86b08f",
    lotus_deep="#b3245e",
    lotus="#e27595",
    lotus_pale="#fbe0e2",
    gold="#e5a823",
    gold_deep="#b8791c",
    red="#b0231b",
    wall="#fbf8f1",
    wall_shade="#e6d5c8",
    roof="#38424a",
    wood="#b98250",
    wood_dark="#8a5a34",
    rooms=(("#f5d9c4", "#fcebdb"), ("#f2d2cb", "#fbe8e1"), ("#eadfc9", "#f8f0df"), ("#d9dfd0", "#edf0e2")),
    table="#cf9c6b",
    table_grain="#b9824f",
    shadow="#8c5c36",
    blue="#1f5f83",
    cream="#fff3dc",
    cream_shade="#e3c79d",
    clay="#c4684a",
    clay_dark="#96472f",
)

NOON = Palette(
    sky="#bfdfe0",
    sky_mid="#d6eae3",
    sky_low="#eef4e8",
    sun="#fdf0c4",
    halo="#e2efd8",
    hills=("#b9d8cf", "#8fc0af", "#5fa186", "#357f5f", "#1b6b48"),
    mist="#eff4ee",
    water="#a9d3d6",
    water_light="#eaf4ef",
    leaf_dark="#12492f",
    leaf="#1f7450",
    leaf_light="#86c49f",
    lotus_deep="#b3245e",
    lotus="#e8799d",
    lotus_pale="#fbe3ec",
    gold="#e5a823",
    gold_deep="#b87400",
    red="#b0231b",
    wall="#fffdf8",
    wall_shade="#dbe3da",
    roof="#2c3a3d",
    wood="#bd8a57",
    wood_dark="#865a35",
    rooms=(("#dceee2", "#eff7ee"), ("#d5e6ea", "#ebf4f3"), ("#fdf1d0", "#fff9e8"), ("#fbe3ec", "#fdf3f3")),
    table="#d3a573",
    table_grain="#bf8d58",
    shadow="#96683c",
    blue="#1f5f83",
    cream="#fffaec",
    cream_shade="#e8d3a8",
    clay="#c96f4b",
    clay_dark="#9a4c30",
)

DUSK = Palette(
    sky="#4c4470",
    sky_mid="#a8627f",
    sky_low="#f0a070",
    sun="#ffd98f",
    halo="#f6b87c",
    hills=("#c4707a", "#8d5878", "#62496e", "#403c60", "#27304c"),
    mist="#e7a183",
    water="#a5647d",
    water_light="#f3b283",
    leaf_dark="#15303c",
    leaf="#24574f",
    leaf_light="#5f917c",
    lotus_deep="#96205c",
    lotus="#de6d93",
    lotus_pale="#fbd3d2",
    gold="#f0b648",
    gold_deep="#b9762f",
    red="#a3232a",
    wall="#f2d9c6",
    wall_shade="#c99a93",
    roof="#262540",
    wood="#9c6250",
    wood_dark="#633e44",
    rooms=(("#6a5578", "#93698a"), ("#7d5670", "#a56f82"), ("#4f5a7d", "#737097"), ("#9a5f64", "#c98674")),
    table="#8a5a55",
    table_grain="#744848",
    shadow="#472b3c",
    blue="#2f5a86",
    cream="#fbe3c6",
    cream_shade="#cfa083",
    clay="#a8524e",
    clay_dark="#753743",
)

RAIN = Palette(
    sky="#b4c4c6",
    sky_mid="#c9d5d4",
    sky_low="#dfe6e2",
    sun="#edf0ea",
    halo="#cfd9d7",
    hills=("#b3c4c4", "#92abab", "#6d8f8e", "#487170", "#295455"),
    mist="#e4eae6",
    water="#9fb9bc",
    water_light="#dfe8e5",
    leaf_dark="#153f38",
    leaf="#2b6a5a",
    leaf_light="#84ad9b",
    lotus_deep="#a3265b",
    lotus="#d67593",
    lotus_pale="#f6dae0",
    gold="#d6a843",
    gold_deep="#9c7430",
    red="#a02a26",
    wall="#f4f5f0",
    wall_shade="#cfd8d5",
    roof="#2b393e",
    wood="#9a7a5c",
    wood_dark="#6a523f",
    rooms=(("#cfd9d8", "#e3eae7"), ("#c5d3cd", "#dce6df"), ("#d8d6cf", "#e9e8e1"), ("#cdd0d9", "#e1e4e8")),
    table="#ad8e70",
    table_grain="#987a5c",
    shadow="#6b533f",
    blue="#275a78",
    cream="#f7f2e4",
    cream_shade="#d3c4a6",
    clay="#ad6a54",
    clay_dark="#83493a",
)

PALETTES: dict[str, Palette] = {"dawn": DAWN, "noon": NOON, "dusk": DUSK, "rain": RAIN}
