"""Which typeface with Chinese this machine has: posters and papers are drawn with it, or go without where there is none."""

import functools
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Face:
    """A typeface file and the name it goes by."""

    path: str
    name: str


#: Where Debian's packages fonts-wqy-microhei, fonts-noto-cjk and fonts-wqy-zenhei keep theirs.
FACES = (
    Face("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "WenQuanYi Micro Hei"),
    Face("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    Face("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "WenQuanYi Zen Hei"),
)


def first_of(faces: tuple[Face, ...]) -> Face | None:
    """Return the first of some faces that is installed, or None."""
    return next((face for face in faces if Path(face.path).exists()), None)


@functools.cache
def installed_face() -> Face | None:
    """Return the face of this machine, or None: then posters go without words, and pages are printed instead of PDFs."""
    return first_of(FACES)
