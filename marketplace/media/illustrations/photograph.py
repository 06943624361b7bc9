"""Makes a picture look photographed: a JPEG with film grain, so that the photo pipeline can be exercised on it.

Grain comes from a seeded hash stretched over the frame: the same bytes each time with the same libraries.
"""

from hashlib import shake_256
from io import BytesIO

import resvg_py
from PIL import Image, ImageChops


def rasterise(svg: str, width: int, noise_seed: int | None) -> bytes:
    """Print `svg` at `width` pixels as a JPEG; `noise_seed` adds film grain, None leaves the print clean."""
    drawn = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True))
    with Image.open(BytesIO(drawn)) as print_:
        flat = Image.new("RGB", print_.size, "#fbf8f1")
        flat.paste(print_, mask=print_.getchannel("A") if print_.mode == "RGBA" else None)
    if noise_seed is not None:
        flat = _grained(flat, noise_seed)
    out = BytesIO()
    flat.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()


def _grained(image: Image.Image, seed: int) -> Image.Image:
    """Push brightness up and down by at most six levels, in clumps about a pixel and a half wide as grain is."""
    coarse = (max(1, image.width * 2 // 3), max(1, image.height * 2 // 3))
    noise = Image.frombytes("L", coarse, shake_256(f"grain {seed}".encode()).digest(coarse[0] * coarse[1]))
    noise = noise.resize(image.size, Image.Resampling.BILINEAR)
    lighter = Image.merge("RGB", [noise.point([max(0, value - 128) // 20 for value in range(256)])] * 3)
    darker = Image.merge("RGB", [noise.point([max(0, 128 - value) // 20 for value in range(256)])] * 3)
    return ImageChops.subtract(ImageChops.add(image, lighter), darker)
