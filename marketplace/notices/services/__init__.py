"""Verbs of notices: flush, never commit."""

from marketplace.notices.services.board import put_up, take_down_due, withdraw
from marketplace.notices.services.objections import decide_objection, object_to

__all__ = ["decide_objection", "object_to", "put_up", "take_down_due", "withdraw"]
