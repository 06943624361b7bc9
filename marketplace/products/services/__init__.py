"""Verbs of goods and stock. They flush and never commit."""

from marketplace.products.services.listing import (
    change_price,
    describe_draft,
    list_offer,
    set_images,
    start_draft,
    submit_offer,
)
from marketplace.products.services.lists import load_categories, record_licence, set_licence_rule
from marketplace.products.services.publishing import approve_offer, archive_offer, pause_offer, reject_offer, resume_offer
from marketplace.products.services.stock import (
    commit_hold,
    expire_holds,
    extend_hold,
    hold_stock,
    release_hold,
    restock,
    set_stock,
)

__all__ = [
    "approve_offer",
    "archive_offer",
    "change_price",
    "commit_hold",
    "describe_draft",
    "expire_holds",
    "extend_hold",
    "hold_stock",
    "list_offer",
    "load_categories",
    "pause_offer",
    "record_licence",
    "reject_offer",
    "release_hold",
    "restock",
    "resume_offer",
    "set_images",
    "set_licence_rule",
    "set_stock",
    "start_draft",
    "submit_offer",
]
