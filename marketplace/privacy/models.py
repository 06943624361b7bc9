"""The table of requests for erasure."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Key, Model, Moment, one_of, partial
from marketplace.privacy.values import ErasureState, How
from marketplace.privacy.values.erasure import OPEN


class ErasureRequest(Model):
    """That somebody's personal data be erased: asked for, proposed by one official, decided by another."""

    __tablename__ = "erasure_requests"
    __table_args__ = (
        CheckConstraint(one_of("state", ErasureState), name="state"),
        CheckConstraint(one_of("how", How), name="how"),
        CheckConstraint("(household_id IS NULL) <> (user_id IS NULL)", name="of_one_subject"),
        CheckConstraint("state NOT IN ('proposed', 'erased') OR proposed_by IS NOT NULL", name="proposed_by_somebody"),
        CheckConstraint("(state IN ('erased', 'refused')) = (decided_by IS NOT NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_some_day"),
        CheckConstraint("state <> 'erased' OR decided_by <> proposed_by", name="decided_by_another"),
        CheckConstraint("state <> 'refused' OR length(refusal) > 0", name="refused_with_words"),
        partial("uq_erasure_requests_household", "household_id", only=one_of("state", OPEN), unique=True),
        partial("uq_erasure_requests_user", "user_id", only=one_of("state", OPEN), unique=True),
        partial("ix_erasure_requests_open", "area_code", "id", only=one_of("state", OPEN)),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    user_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    #: The household's village; of an account the county.
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    state: Mapped[str] = mapped_column(String(10))
    how: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    asked_at: Mapped[Moment]
    proposed_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    proposed_at: Mapped[dt.datetime | None]
    decided_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    refusal: Mapped[str] = mapped_column(String(300), default="", server_default="")
