"""Code lists of goods and the licences that some of them need."""

import datetime as dt
import json
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.products.models import Category, SellerLicence, Variety


def load_categories(session: Session) -> None:
    """Load categories and varieties of the county; what the county has changed since stays as it is."""
    lists = json.loads(resources.files("marketplace.products").joinpath("categories.json").read_text(encoding="utf-8"))
    known = set(session.scalars(select(Category.code)))
    for position, row in enumerate(lists["categories"]):
        if row["code"] not in known:
            months = ",".join(str(month) for month in row["season_months"])
            session.add(Category(**{**row, "season_months": months}, position=position))
    session.flush()
    known = set(session.scalars(select(Variety.code)))
    for position, row in enumerate(lists["varieties"]):
        if row["code"] not in known:
            session.add(Variety(**{**row, "crop_words": ",".join(row["crop_words"])}, position=position))
    session.flush()


def set_licence_rule(session: Session, *, category_code: str, needs_licence: bool, by: int) -> None:
    """Say whether a kind of goods needs a food licence in this county."""
    category = session.get(Category, category_code)
    if category is None:
        raise NotThere
    before = category.needs_licence
    category.needs_licence = needs_licence
    session.flush()
    record_audit(
        session, by=by, action="products.set_licence_rule", object_kind="category", object_ref=category_code,
        before={"needs_licence": before}, after={"needs_licence": needs_licence},
    )  # fmt: skip


def record_licence(
    session: Session, *, seller_id: int, category_code: str, number: str, valid_to: dt.date, by: int
) -> SellerLicence:
    """Put a seller's licence on file; the same number again takes the later date."""
    standing = session.scalar(
        select(SellerLicence).where(
            SellerLicence.seller_id == seller_id, SellerLicence.category_code == category_code, SellerLicence.number == number
        )
    )
    if standing is None:
        standing = SellerLicence(
            seller_id=seller_id, category_code=category_code, number=number, valid_to=valid_to, recorded_by=by,
            recorded_at=clock.now(),
        )  # fmt: skip
        session.add(standing)
    standing.valid_to = max(standing.valid_to, valid_to)
    session.flush()
    record_audit(
        session, by=by, action="products.record_licence", object_kind="seller", object_ref=str(seller_id),
        after={"category": category_code, "number": number, "valid_to": valid_to.isoformat()},
    )  # fmt: skip
    return standing
