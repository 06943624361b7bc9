"""What models cannot say: the search table of each engine, and the triggers that keep the record of stock, its ends, and reviews.

SQLite: an FTS5 table whose rowid is the offer. PostgreSQL: a table that keeps the words as a `tsvector`, with a GIN index for
rare ones; frequent ones are found by reading back through the newest offers. Both hold the offers on sale alone and are written
by `services.publishing`. Errors carry the prefix 'products:'.
"""

from marketplace.kernel.triggers import Guard, refusing

_FROZEN_REVIEW = "ref, key, source, offer_id, seller_id, household_id, village_code, stars, words, province, written_at"

#: A review stays as it was written; its answer and its hiding are written once.
_GUARDS = (
    Guard("review_frozen", f"UPDATE OF {_FROZEN_REVIEW}", "reviews"),
    Guard("review_answered", "UPDATE OF answer, answered_at, answered_by", "reviews", "OLD.answered_at IS NOT NULL"),
    Guard("review_hidden", "UPDATE OF hidden_at, hidden_by, hidden_reason", "reviews", "OLD.hidden_at IS NOT NULL"),
    Guard("review_kept", "DELETE", "reviews"),
    Guard("review_image_unchanged", "UPDATE", "review_images"),
    Guard("review_image_kept", "DELETE", "review_images"),
)

REVIEW_TRIGGERS = tuple(guard.name for guard in _GUARDS)

_SQLITE = (
    "CREATE VIRTUAL TABLE offer_search USING fts5(terms, tokenize = 'unicode61 remove_diacritics 2', columnsize = 0)",
    """
    CREATE TRIGGER stock_movement_unchanged BEFORE UPDATE ON stock_movements BEGIN
      SELECT RAISE(ABORT, 'products: a stock movement is not changed');
    END
    """,
    """
    CREATE TRIGGER stock_movement_kept BEFORE DELETE ON stock_movements BEGIN
      SELECT RAISE(ABORT, 'products: a stock movement is not deleted');
    END
    """,
    """
    CREATE TRIGGER reservation_ended BEFORE UPDATE ON reservations WHEN OLD.state <> 'held' BEGIN
      SELECT RAISE(ABORT, 'products: an ended reservation stays ended');
    END
    """,
    """
    CREATE TRIGGER offer_archived BEFORE UPDATE OF state ON offers WHEN OLD.state = 'archived' AND NEW.state <> 'archived' BEGIN
      SELECT RAISE(ABORT, 'products: an archived offer stays archived');
    END
    """,
)

_POSTGRES = (
    "CREATE TABLE offer_search (offer_id bigint PRIMARY KEY REFERENCES offers (id), terms text NOT NULL,"
    " vector tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', terms)) STORED)",
    "CREATE INDEX ix_offer_search_vector ON offer_search USING gin (vector)",
    """
    CREATE OR REPLACE FUNCTION products_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'products: this is not changed';
    END $$
    """,
    "CREATE TRIGGER stock_movement_unchanged BEFORE UPDATE OR DELETE ON stock_movements"
    " FOR EACH ROW EXECUTE FUNCTION products_refuse_change()",
    "CREATE TRIGGER stock_movement_not_truncated BEFORE TRUNCATE ON stock_movements"
    " FOR EACH STATEMENT EXECUTE FUNCTION products_refuse_change()",
    "CREATE TRIGGER reservation_ended BEFORE UPDATE ON reservations"
    " FOR EACH ROW WHEN (OLD.state <> 'held') EXECUTE FUNCTION products_refuse_change()",
    "CREATE TRIGGER offer_archived BEFORE UPDATE OF state ON offers"
    " FOR EACH ROW WHEN (OLD.state = 'archived' AND NEW.state <> 'archived') EXECUTE FUNCTION products_refuse_change()",
)


def statements(dialect_name: str) -> list[str]:
    """Return the statements that complete fresh tables, in order, for 'sqlite' or 'postgresql'."""
    own = [statement.strip() for statement in (_SQLITE if dialect_name == "sqlite" else _POSTGRES)]
    return [*own, *review_statements(dialect_name)]


def review_statements(dialect_name: str) -> list[str]:
    """Return the statements that guard fresh tables of reviews."""
    return refusing("reviews", "products: a review stays as it was written", _GUARDS, dialect_name)
