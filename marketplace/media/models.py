"""The table of pictures. Their files lie in the store, never in the database."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, true
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Model, Moment
from marketplace.media.values import ImageState


class Image(Model):
    """One cleaned picture, known by the hash of what was sent: the same file sent twice is one picture.

    A picture kept private is another one than the same file shown to everybody: neither changes sides.
    """

    __tablename__ = "images"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(word)) for word in ImageState)})", name="state"),
        CheckConstraint("width > 0 AND height > 0", name="some_size"),
        Index("ix_images_uploaded_by", "uploaded_by"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    alt: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: Empty where the house itself made the picture.
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: When the shutter fell, as the phone said; no proof of anything.
    taken_at: Mapped[dt.datetime | None]
    state: Mapped[str] = mapped_column(String(8))
    #: Whether anybody with its address may see it; all others come through a page that asks who is looking.
    is_public: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    #: [{kind, width, height, bytes}], widest last.
    variants: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[Moment]
