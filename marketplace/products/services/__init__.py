"""Verbs of goods and stock. They flush and never commit."""

from marketplace.products.services.agronomy import end_note, load_agronomy_notes, state_note
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
from marketplace.products.services.reviews import answer_review, hide_review, keep_review
from marketplace.products.services.searches import count_missed_search, forget_rare_searches
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
    "answer_review",
    "approve_offer",
    "archive_offer",
    "change_price",
    "commit_hold",
    "count_missed_search",
    "describe_draft",
    "end_note",
    "expire_holds",
    "extend_hold",
    "forget_rare_searches",
    "hide_review",
    "hold_stock",
    "keep_review",
    "list_offer",
    "load_agronomy_notes",
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
    "state_note",
    "submit_offer",
]
