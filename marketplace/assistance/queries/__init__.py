"""Named reads of the assistance record."""

from marketplace.assistance.queries.standings import helper_contact, standing, standings

__all__ = ["helper_contact", "standing", "standings"]
