"""Prints a tour's poster: picture, title, price and the code that leads to its page, drawn as SVG and printed as PNG.

Words need a typeface that has Chinese; where the machine has none of those known here the poster goes without words, and picture
and code still lead to the page.
"""

import base64
import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import resvg_py
import segno
from markupsafe import Markup, escape
from PIL import Image

from marketplace.media import illustrations
from marketplace.web.faces import installed_face

WIDTH, HEIGHT = 750, 1200
_PICTURE_HEIGHT = 562
#: The white field of the code: its left upper corner and its side.
_FIELD_AT, _FIELD = (472, 922), 252
_BAND = 900
_TITLE_SIZE, _TITLE_AT, _LINE, _MOST_LINES = 46, 640, 57, 3
#: Sheets kept in this process: all but the code is the same for everybody.
_KEPT = 32
#: What of its height a letter is wide: Chinese fills a square, Latin about half of one.
_LATIN_WIDTH = 0.54
#: What no line begins with.
_NEVER_FIRST = "，。：、！？）》 "


@dataclass(frozen=True)
class Poster:
    """All that stands on a poster. `photo` is the path of a JPEG, or nothing where the picture is drawn."""

    title: str
    theme: str
    where: str
    price: str
    unit: str
    scan: str
    site: str
    #: 'kind-number' of the drawing, and what it is marked with.
    drawing: str
    drawn: str
    photo: str | None = None


def printed(poster: Poster, url: str) -> bytes:
    """Return a poster as PNG, with the code of an address; a third of a second the first time, a tenth again."""
    sheet = _sheet(poster).copy()
    left, top = _FIELD_AT
    dark = int(sheet.getpixel((4, HEIGHT - 4)))  # type: ignore[arg-type] # a palette's pixel is one number
    rows = [bytes(row) for row in segno.make(url, error="m", micro=False).matrix]
    side = (_FIELD - 24) // len(rows)
    margin = (_FIELD - side * len(rows)) // 2
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell:
                at = (left + margin + x * side, top + margin + y * side)
                sheet.paste(dark, (*at, at[0] + side, at[1] + side))
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


@functools.lru_cache(maxsize=_KEPT)
def _sheet(poster: Poster) -> Image.Image:
    """Return a poster without its code, in a palette of 256 colours."""
    face = installed_face()
    picture = bytes(
        resvg_py.svg_to_bytes(
            svg_string=_drawn(poster, face.name if face else ""), skip_system_fonts=True, font_files=[face.path] if face else []
        )
    )
    with Image.open(io.BytesIO(picture)) as sheet:
        dither = Image.Dither.FLOYDSTEINBERG if poster.photo else Image.Dither.NONE
        return sheet.convert("RGB").quantize(256, dither=dither)


def lines_of(title: str, *, size: int, width: int, most: int) -> list[str]:
    """Break a title into lines: Latin between words, Chinese anywhere; what does not fit ends in an ellipsis."""
    lines: list[str] = [""]
    for piece in _pieces(title):
        if lines[-1] and _length((lines[-1] + piece).rstrip()) * size > width:
            lines.append("")
        lines[-1] = (lines[-1] + piece).lstrip()
    if len(lines) > most:
        last = lines[most - 1].rstrip()
        while _length(last + "…") * size > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last + "…"]
    return [line.rstrip() for line in lines]


def _pieces(title: str) -> list[str]:
    pieces: list[str] = []
    for letter in title:
        goes_on = bool(pieces) and letter.isascii() and pieces[-1][-1].isascii() and " " not in (letter, pieces[-1][-1])
        if goes_on or (pieces and letter in _NEVER_FIRST):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _length(text: str) -> float:
    return sum(_LATIN_WIDTH if letter.isascii() else 1.0 for letter in text)


def _drawn(poster: Poster, face: str) -> str:
    x, y = _FIELD_AT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#FBF8F1"/>{_picture(poster)}'
        f'<path d="M0 {_PICTURE_HEIGHT - 30}q{WIDTH / 2} 60 {WIDTH} 0v60H0z" fill="#FBF8F1"/>'
        f'<rect y="{_BAND}" width="{WIDTH}" height="{HEIGHT - _BAND}" fill="#12492F"/>'
        f'<rect x="{x}" y="{y}" width="{_FIELD}" height="{_FIELD}" rx="18" fill="#FFF"/>'
        f"""{f'<g font-family="{face}">{"".join(_words(poster))}</g>' if face else ""}</svg>"""
    )


def _picture(poster: Poster) -> str:
    if poster.photo:
        held = base64.b64encode(Path(poster.photo).read_bytes()).decode()
        return (
            f'<image href="data:image/jpeg;base64,{held}" width="{WIDTH}" height="{_PICTURE_HEIGHT}"'
            ' preserveAspectRatio="xMidYMid slice"/>'
        )
    kind, _, number = poster.drawing.rpartition("-")
    drawn = illustrations.numbered(kind, int(number))
    # as a document of its own it fills the frame it is put into
    return drawn.replace('width="800" height="600"', f'width="{WIDTH}" height="{_PICTURE_HEIGHT}"', 1)


def _words(poster: Poster) -> Sequence[str]:
    lines = lines_of(poster.title, size=_TITLE_SIZE, width=WIDTH - 100, most=_MOST_LINES)
    invitation = lines_of(poster.scan, size=34, width=390, most=3)
    bottom = _TITLE_AT + (len(lines) - 1) * _LINE
    price = Markup('{}<tspan dx="14" font-size="28" fill="#4C5A52" stroke="none">{}</tspan>').format(poster.price, poster.unit)
    return [
        *([_text(poster.drawn, WIDTH - 24, 40, 22, "#1E2621", end=True)] if poster.drawn else []),
        *(_text(line, 50, _TITLE_AT + at * _LINE, _TITLE_SIZE, "#12492F", bold=True) for at, line in enumerate(lines)),
        _text(f"{poster.theme} · {poster.where}", 50, bottom + 48, 28, "#4C5A52"),
        _text(price, 50, 872, 56, "#B3245E", bold=True),
        *(_text(line, 50, 990 + at * 46, 34, "#FFF") for at, line in enumerate(invitation)),
        _text(poster.site, 50, 1140, 30, "#CFE6D8"),
    ]


def _text(words: str, x: int, y: int, size: int, colour: str, *, bold: bool = False, end: bool = False) -> str:
    weight = f' stroke="{colour}" stroke-width="{size / 40:.2f}"' if bold else ""
    anchor = ' text-anchor="end"' if end else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{weight}{anchor}>{escape(words)}</text>'
