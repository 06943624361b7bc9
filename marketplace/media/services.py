"""Verbs of pictures: accept (pure, slow, before the writer), keep the files, then write the row."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import clock, ids
from marketplace.media.cleaning import accept_image
from marketplace.media.models import Image
from marketplace.media.storage import DiskStore, Store, keep_files
from marketplace.media.values import CleanImage, ImageState

__all__ = ["DiskStore", "Store", "accept_image", "keep_files", "keep_photos", "store_image"]


def store_image(session: Session, clean: CleanImage, uploaded_by: int | None, alt: str = "") -> Image:
    """Write the row of a cleaned picture whose files are kept; the same picture again returns the first row."""
    standing = session.scalar(select(Image).where(Image.sha256 == clean.sha256))
    if standing is not None:
        return standing
    image = Image(
        ref=ids.reference("M", 8), sha256=clean.sha256, width=clean.width, height=clean.height, alt=alt, uploaded_by=uploaded_by,
        taken_at=clean.taken_at, state=ImageState.READY, is_public=clean.is_public, created_at=clock.now(),
        variants=[
            {"kind": each.kind, "width": each.width, "height": each.height, "bytes": len(each.data)} for each in clean.variants
        ],
    )  # fmt: skip
    session.add(image)
    session.flush()
    return image


def keep_photos(folder: Path, sent: Iterable[bytes], *, is_private: bool) -> list[CleanImage]:
    """Clean some photos and keep their files, before a writer opens; whoever uses them stores their rows by `store_image`.

    Private ones are evidence, and not for everybody.

    Raises:
        PictureRefused: one of them cannot be taken; nothing is kept.
    """
    photos = [accept_image(data) for data in sent]
    if is_private:
        photos = [photo.kept_private() for photo in photos]
    store = DiskStore(folder)
    for photo in photos:
        keep_files(store, photo)
    return photos
