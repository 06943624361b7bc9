"""Named reads of pictures."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.media.models import Image
from marketplace.media.values import ImageState, ImageView


def image_views(session: Session, ids: Iterable[int | None]) -> dict[int, ImageView]:
    """Return the public pictures of some keys as templates want them, in one query; keys of None and others are passed over."""
    return _views(session, ids, is_public=True)


def private_image_views(session: Session, ids: Iterable[int | None]) -> dict[int, ImageView]:
    """Return the private ones; they are shown once the caller has given them an address that asks who is looking (`at`)."""
    return _views(session, ids, is_public=False)


def _views(session: Session, ids: Iterable[int | None], *, is_public: bool) -> dict[int, ImageView]:
    wanted = sorted({each for each in ids if each is not None})
    if not wanted:
        return {}
    rows = session.scalars(
        select(Image).where(Image.id.in_(wanted), Image.state == ImageState.READY, Image.is_public.is_(is_public))
    )
    return {
        row.id: ImageView(
            ref=row.ref, sha256=row.sha256, width=row.width, height=row.height, alt=row.alt,
            files=tuple((str(each["kind"]), int(each["width"])) for each in row.variants),
            base=f"/media/{row.sha256}" if is_public else "",
        )
        for row in rows
    }  # fmt: skip


def image_by_ref(session: Session, ref: str) -> Image | None:
    """Return a picture by its reference."""
    return session.scalar(select(Image).where(Image.ref == ref))


def is_public_image(session: Session, sha256: str) -> bool:
    """Say whether everybody may see the picture of a hash."""
    return session.scalar(select(Image.id).where(Image.sha256 == sha256, Image.is_public)) is not None
