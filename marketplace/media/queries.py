"""Named reads of pictures."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.media.models import Image
from marketplace.media.values import ImageState, ImageView


def image_views(session: Session, ids: Iterable[int | None]) -> dict[int, ImageView]:
    """Return the pictures of some keys as templates want them, in one query; keys of None are passed over."""
    wanted = sorted({each for each in ids if each is not None})
    if not wanted:
        return {}
    rows = session.scalars(select(Image).where(Image.id.in_(wanted), Image.state == ImageState.READY))
    return {
        row.id: ImageView(
            ref=row.ref, sha256=row.sha256, width=row.width, height=row.height, alt=row.alt,
            files=tuple((str(each["kind"]), int(each["width"])) for each in row.variants),
        )
        for row in rows
    }  # fmt: skip


def image_by_ref(session: Session, ref: str) -> Image | None:
    """Return a picture by its public reference."""
    return session.scalar(select(Image).where(Image.ref == ref))
