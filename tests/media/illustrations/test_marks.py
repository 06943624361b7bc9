"""The logo and favicon: flat, small, without text, and legible where they are used."""

from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import resvg_py
from PIL import Image

MARKS = Path(__file__).parents[3] / "static" / "img"


@pytest.mark.parametrize("name", ["logo.svg", "favicon.svg"])
def test_a_mark_is_small_flat_and_wordless(name: str) -> None:
    source = (MARKS / name).read_bytes()
    assert len(source) <= 1536
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(source).iter()}  # noqa: S314  our own file
    assert tags <= {"svg", "g", "path", "rect"}


@pytest.mark.parametrize("width", [24, 64])
@pytest.mark.parametrize("name", ["logo.svg", "favicon.svg"])
def test_a_mark_fills_its_square(name: str, width: int) -> None:
    drawn = bytes(resvg_py.svg_to_bytes(svg_string=(MARKS / name).read_text(), width=width))
    with Image.open(BytesIO(drawn)) as image:
        left, top, right, bottom = image.getchannel("A").getbbox() or (0, 0, 0, 0)
    assert right - left >= width * 0.85
    assert bottom - top >= width * 0.85
