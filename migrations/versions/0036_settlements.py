"""Pay sellers by batches, attempts and bank's files, to accounts that two people have seen; pay-outs by hand become settlements.

What stood in `sellers.payout_account_sealed` was one line of free text that nothing read and no page wrote: accounts are recorded
anew, with their evidence.

Revision ID: 0036_settlements
Revises: 0035_hosted
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0036_settlements"
down_revision = "0035_hosted"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_PROMISED = (
    "ref, attempt, key, way, batch_id, seller_ref, household_id, village_code, amount_fen, account_id, prepared_by, prepared_at"
)
#: (name, event, table, condition) of what is kept as it was written.
_GUARDS = (
    ("settlement_frozen", f"UPDATE OF {_PROMISED}", "settlements", ""),
    (
        "settlement_ended",
        "UPDATE OF state",
        "settlements",
        "OLD.state IN ('acknowledged', 'returned', 'withdrawn') AND NEW.state <> OLD.state",
    ),
    ("settlement_kept", "DELETE", "settlements", ""),
    ("bank_row_unchanged", "UPDATE", "bank_result_rows", ""),
    ("bank_row_kept", "DELETE", "bank_result_rows", ""),
)

_MOVE = """
INSERT INTO settlements (
  id, ref, attempt, key, way, seller_ref, household_id, village_code, amount_fen, state, prepared_by, prepared_at,
  approved_by, approved_at, bank_ref, settled_at, settled_by, reason, ledger_transaction_id, is_assisted, missing_words
)
SELECT id, ref, 1, key, 'by_hand', seller_ref, household_id, village_code, amount_fen,
  CASE state WHEN 'prepared' THEN 'draft' WHEN 'confirmed' THEN 'paid' ELSE 'withdrawn' END,
  prepared_by, prepared_at, confirmed_by, confirmed_at, bank_ref,
  coalesce(confirmed_at, withdrawn_at), coalesce(confirmed_by, withdrawn_by), '', ledger_transaction_id, :no, ''
FROM payouts
"""
#: Attempts through the bank that were paid are pay-outs too; those under way, and what came back, the older tables cannot say.
_MOVE_BACK = """
INSERT INTO payouts (
  id, ref, key, seller_ref, household_id, village_code, amount_fen, bank_ref, state, prepared_by, prepared_at,
  confirmed_by, confirmed_at, withdrawn_by, withdrawn_at, ledger_transaction_id
)
SELECT id, CASE attempt WHEN 1 THEN ref ELSE ref || '-' || attempt END, substr(key, 1, 60), seller_ref, household_id,
  village_code, amount_fen, bank_ref,
  CASE state WHEN 'draft' THEN 'prepared' WHEN 'withdrawn' THEN 'withdrawn' ELSE 'confirmed' END,
  prepared_by, prepared_at, approved_by, approved_at,
  CASE state WHEN 'withdrawn' THEN settled_by END, CASE state WHEN 'withdrawn' THEN settled_at END, ledger_transaction_id
FROM settlements
WHERE bank_ref <> '' AND (way = 'by_hand' OR state IN ('paid', 'acknowledged'))
"""


def _guard(name, event, table, when):
    if op.get_bind().dialect.name == "postgresql":
        how = f" FOR EACH ROW{f' WHEN ({when})' if when else ''} EXECUTE FUNCTION income_refuse_change()"
    else:
        how = f"{f' WHEN {when}' if when else ''} BEGIN SELECT RAISE(ABORT, 'income: this row is kept as it was written'); END"
    op.execute(f"CREATE TRIGGER income_{name} BEFORE {event} ON {table}{how}")


def _count_on(table):
    """Let PostgreSQL number new rows after those that were moved with their numbers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"
        )


def upgrade():
    op.create_table(
        "bank_results",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("loaded_by", KEY, nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_by", KEY, nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'accepted') = (accepted_by IS NOT NULL AND accepted_at IS NOT NULL)",
            name=op.f("ck_bank_results_accepted_whole"),
        ),
        sa.CheckConstraint("state IN ('loaded', 'accepted', 'discarded')", name=op.f("ck_bank_results_state")),
        sa.CheckConstraint("accepted_by IS NULL OR accepted_by <> loaded_by", name=op.f("ck_bank_results_two_officials")),
        sa.ForeignKeyConstraint(["accepted_by"], ["users.id"], name=op.f("fk_bank_results_accepted_by_users")),
        sa.ForeignKeyConstraint(["loaded_by"], ["users.id"], name=op.f("fk_bank_results_loaded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_results")),
        sa.UniqueConstraint("ref", name=op.f("uq_bank_results_ref")),
    )
    op.create_index(
        "uq_bank_results_sha256",
        "bank_results",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text("state <> 'discarded'"),
        postgresql_where=sa.text("state <> 'discarded'"),
    )
    op.create_table(
        "settlement_batches",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("least_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("prepared_by", KEY, nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_by IS NOT NULL AND approved_at IS NOT NULL)",
            name=op.f("ck_settlement_batches_approved_whole"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND reason <> '')",
            name=op.f("ck_settlement_batches_withdrawn_with_reason"),
        ),
        sa.CheckConstraint("state IN ('draft', 'approved', 'withdrawn')", name=op.f("ck_settlement_batches_state")),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name=op.f("ck_settlement_batches_two_officials")),
        sa.CheckConstraint("least_fen >= 1", name=op.f("ck_settlement_batches_least")),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_settlement_batches_approved_by_users")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_settlement_batches_area_code_areas")),
        sa.ForeignKeyConstraint(["prepared_by"], ["users.id"], name=op.f("fk_settlement_batches_prepared_by_users")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["users.id"], name=op.f("fk_settlement_batches_withdrawn_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_batches")),
        sa.UniqueConstraint("key", name=op.f("uq_settlement_batches_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_settlement_batches_ref")),
    )
    op.create_index("ix_settlement_batches_area_code", "settlement_batches", ["area_code", "id"], unique=False)
    op.create_index(
        "uq_settlement_batches_month",
        "settlement_batches",
        ["area_code", "month"],
        unique=True,
        sqlite_where=sa.text("month IS NOT NULL AND state <> 'withdrawn'"),
        postgresql_where=sa.text("month IS NOT NULL AND state <> 'withdrawn'"),
    )
    op.create_table(
        "bank_files",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sum_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("rows > 0 AND sum_fen > 0", name=op.f("ck_bank_files_not_empty")),
        sa.ForeignKeyConstraint(["batch_id"], ["settlement_batches.id"], name=op.f("fk_bank_files_batch_id_settlement_batches")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_bank_files_made_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_files")),
        sa.UniqueConstraint("ref", name=op.f("uq_bank_files_ref")),
    )
    op.create_table(
        "settlement_omissions",
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("seller_ref", sa.String(length=40), nullable=False),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "reason IN ('nothing_owed', 'below_minimum', 'no_account', 'account_cooling', 'own_household')",
            name=op.f("ck_settlement_omissions_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["settlement_batches.id"], name=op.f("fk_settlement_omissions_batch_id_settlement_batches")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_settlement_omissions_household_id_households")
        ),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_settlement_omissions_village_code_areas")),
        sa.PrimaryKeyConstraint("batch_id", "seller_ref", name=op.f("pk_settlement_omissions")),
    )
    op.create_table(
        "payout_accounts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("holder_sealed", sa.Text(), nullable=False),
        sa.Column("bank_sealed", sa.Text(), nullable=False),
        sa.Column("number_sealed", sa.Text(), nullable=False),
        sa.Column("number_index", sa.String(length=64), nullable=True),
        sa.Column("evidence", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", KEY, nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("takes_effect_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", KEY, nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint(
            "(state IN ('withdrawn', 'stopped')) = (ended_at IS NOT NULL)", name=op.f("ck_payout_accounts_ended_whole")
        ),
        sa.CheckConstraint("evidence IN ('passbook', 'card', 'bank_letter')", name=op.f("ck_payout_accounts_evidence")),
        sa.CheckConstraint(
            "state <> 'confirmed' OR confirmed_by IS NOT NULL", name=op.f("ck_payout_accounts_confirmed_by_somebody")
        ),
        sa.CheckConstraint("state <> 'recorded' OR confirmed_by IS NULL", name=op.f("ck_payout_accounts_recorded_by_one")),
        sa.CheckConstraint("state IN ('recorded', 'confirmed', 'withdrawn', 'stopped')", name=op.f("ck_payout_accounts_state")),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL) AND (confirmed_by IS NULL) = (takes_effect_at IS NULL)",
            name=op.f("ck_payout_accounts_confirmed_whole"),
        ),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name=op.f("ck_payout_accounts_two_people")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["users.id"], name=op.f("fk_payout_accounts_confirmed_by_users")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_payout_accounts_ended_by_users")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_payout_accounts_household_id_households")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_payout_accounts_recorded_by_users")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_payout_accounts_seller_id_sellers")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_payout_accounts_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_accounts")),
        sa.UniqueConstraint("key", name=op.f("uq_payout_accounts_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_payout_accounts_ref")),
    )
    op.create_index("ix_payout_accounts_number_index", "payout_accounts", ["number_index"], unique=False)
    op.create_index("ix_payout_accounts_seller_id", "payout_accounts", ["seller_id", "id"], unique=False)
    op.create_index("ix_payout_accounts_state", "payout_accounts", ["state", "village_code"], unique=False)
    op.create_index(
        "uq_payout_accounts_recorded",
        "payout_accounts",
        ["seller_id"],
        unique=True,
        sqlite_where=sa.text("state = 'recorded'"),
        postgresql_where=sa.text("state = 'recorded'"),
    )
    op.create_table(
        "account_looks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_user_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("file_ref", sa.String(length=20), nullable=True),
        sa.CheckConstraint("length(reason) >= 4 OR file_ref IS NOT NULL", name=op.f("ck_account_looks_reason_given")),
        sa.ForeignKeyConstraint(["account_id"], ["payout_accounts.id"], name=op.f("fk_account_looks_account_id_payout_accounts")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_account_looks_by_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_looks")),
        sa.UniqueConstraint("ref", name=op.f("uq_account_looks_ref")),
    )
    op.create_index("ix_account_looks_account_id", "account_looks", ["account_id", "id"], unique=False)
    op.create_index("ix_account_looks_file_ref", "account_looks", ["file_ref"], unique=False)
    op.create_table(
        "settlements",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("batch_id", KEY, nullable=True),
        sa.Column("seller_ref", sa.String(length=40), nullable=False),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("prepared_by", KEY, nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("bank_file_id", KEY, nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("bank_ref", sa.String(length=60), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", KEY, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("ledger_transaction_id", KEY, nullable=True),
        sa.Column("return_transaction_id", KEY, nullable=True),
        sa.Column("acknowledged_by", KEY, nullable=True),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("is_assisted", sa.Boolean(), nullable=False),
        sa.Column("missing_at", UtcDateTime(), nullable=True),
        sa.Column("missing_words", sa.String(length=300), nullable=False),
        sa.CheckConstraint("(missing_at IS NULL) = (missing_words = '')", name=op.f("ck_settlements_missing_has_words")),
        sa.CheckConstraint(
            "(state = 'acknowledged') = (acknowledged_at IS NOT NULL)", name=op.f("ck_settlements_acknowledged_whole")
        ),
        sa.CheckConstraint(
            "return_transaction_id IS NULL OR state = 'returned'", name=op.f("ck_settlements_reversed_is_returned")
        ),
        sa.CheckConstraint(
            "state <> 'returned' OR (reason <> '' AND (ledger_transaction_id IS NULL) = (return_transaction_id IS NULL))",
            name=op.f("ck_settlements_returned_is_reversed"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'sent', 'paid', 'acknowledged', 'returned', 'withdrawn')",
            name=op.f("ck_settlements_state"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR approved_by IS NOT NULL", name=op.f("ck_settlements_approved_by_somebody")
        ),
        sa.CheckConstraint(
            "state NOT IN ('draft', 'approved', 'sent', 'withdrawn') OR ledger_transaction_id IS NULL",
            name=op.f("ck_settlements_unpaid_is_not_posted"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('paid', 'acknowledged') OR (ledger_transaction_id IS NOT NULL AND bank_ref <> '')",
            name=op.f("ck_settlements_paid_is_posted"),
        ),
        sa.CheckConstraint("way = 'bank' OR (batch_id IS NULL AND bank_ref <> '')", name=op.f("ck_settlements_hand_has_slip")),
        sa.CheckConstraint(
            "way = 'by_hand' OR (batch_id IS NOT NULL AND account_id IS NOT NULL)", name=op.f("ck_settlements_bank_knows_where")
        ),
        sa.CheckConstraint("way IN ('bank', 'by_hand')", name=op.f("ck_settlements_way")),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_settlements_approved_whole")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_settlements_some_amount")),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name=op.f("ck_settlements_two_officials")),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_settlements_attempt")),
        sa.ForeignKeyConstraint(["account_id"], ["payout_accounts.id"], name=op.f("fk_settlements_account_id_payout_accounts")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["users.id"], name=op.f("fk_settlements_acknowledged_by_users")),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_settlements_approved_by_users")),
        sa.ForeignKeyConstraint(["bank_file_id"], ["bank_files.id"], name=op.f("fk_settlements_bank_file_id_bank_files")),
        sa.ForeignKeyConstraint(["batch_id"], ["settlement_batches.id"], name=op.f("fk_settlements_batch_id_settlement_batches")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_settlements_household_id_households")),
        sa.ForeignKeyConstraint(
            ["ledger_transaction_id"], ["transactions.id"], name=op.f("fk_settlements_ledger_transaction_id_transactions")
        ),
        sa.ForeignKeyConstraint(["prepared_by"], ["users.id"], name=op.f("fk_settlements_prepared_by_users")),
        sa.ForeignKeyConstraint(
            ["return_transaction_id"], ["transactions.id"], name=op.f("fk_settlements_return_transaction_id_transactions")
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["users.id"], name=op.f("fk_settlements_settled_by_users")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_settlements_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.UniqueConstraint("key", name=op.f("uq_settlements_key")),
        sa.UniqueConstraint("ref", "attempt", name=op.f("uq_settlements_ref_attempt")),
    )
    op.create_index("ix_settlements_batch_id", "settlements", ["batch_id", "village_code"], unique=False)
    op.create_index("ix_settlements_household_id", "settlements", ["household_id", "prepared_at"], unique=False)
    op.create_index("ix_settlements_seller_ref", "settlements", ["seller_ref", "state"], unique=False)
    op.create_index("ix_settlements_state", "settlements", ["state", "village_code"], unique=False)
    op.create_index(
        "uq_settlements_bank_ref",
        "settlements",
        ["seller_ref", "bank_ref"],
        unique=True,
        sqlite_where=sa.text("bank_ref <> '' AND state <> 'withdrawn'"),
        postgresql_where=sa.text("bank_ref <> '' AND state <> 'withdrawn'"),
    )
    op.create_index(
        "uq_settlements_live",
        "settlements",
        ["ref"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'approved', 'sent', 'paid', 'acknowledged')"),
        postgresql_where=sa.text("state IN ('draft', 'approved', 'sent', 'paid', 'acknowledged')"),
    )
    op.create_table(
        "bank_result_rows",
        sa.Column("id", KEY, nullable=False),
        sa.Column("result_id", KEY, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("settlement_id", KEY, nullable=False),
        sa.Column("word", sa.String(length=10), nullable=False),
        sa.Column("bank_ref", sa.String(length=60), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("word <> 'paid' OR bank_ref <> ''", name=op.f("ck_bank_result_rows_paid_has_reference")),
        sa.CheckConstraint("word <> 'returned' OR reason <> ''", name=op.f("ck_bank_result_rows_returned_has_reason")),
        sa.CheckConstraint("word IN ('paid', 'returned')", name=op.f("ck_bank_result_rows_word")),
        sa.ForeignKeyConstraint(["result_id"], ["bank_results.id"], name=op.f("fk_bank_result_rows_result_id_bank_results")),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlements.id"], name=op.f("fk_bank_result_rows_settlement_id_settlements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_result_rows")),
        sa.UniqueConstraint("result_id", "settlement_id", name=op.f("uq_bank_result_rows_result_id_settlement_id")),
    )
    op.create_index("ix_bank_result_rows_settlement_id", "bank_result_rows", ["settlement_id"], unique=False)

    op.get_bind().execute(sa.text(_MOVE), {"no": False})
    _count_on("settlements")
    op.drop_table("payouts")
    op.drop_column("sellers", "payout_account_sealed")
    for guard in _GUARDS:
        _guard(*guard)


def downgrade():
    op.create_table(
        "payouts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("seller_ref", sa.String(length=40), nullable=False),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("bank_ref", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("prepared_by", KEY, nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", KEY, nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("ledger_transaction_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_by IS NOT NULL AND ledger_transaction_id IS NOT NULL)",
            name=op.f("ck_payouts_confirmed_is_posted"),
        ),
        sa.CheckConstraint("bank_ref <> ''", name=op.f("ck_payouts_bank_reference")),
        sa.CheckConstraint("state IN ('prepared', 'confirmed', 'withdrawn')", name=op.f("ck_payouts_state")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payouts_some_amount")),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> prepared_by", name=op.f("ck_payouts_two_officials")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["users.id"], name=op.f("fk_payouts_confirmed_by_users")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_payouts_household_id_households")),
        sa.ForeignKeyConstraint(
            ["ledger_transaction_id"], ["transactions.id"], name=op.f("fk_payouts_ledger_transaction_id_transactions")
        ),
        sa.ForeignKeyConstraint(["prepared_by"], ["users.id"], name=op.f("fk_payouts_prepared_by_users")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_payouts_village_code_areas")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["users.id"], name=op.f("fk_payouts_withdrawn_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("key", name=op.f("uq_payouts_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_payouts_ref")),
    )
    op.create_index("ix_payouts_household_id", "payouts", ["household_id", "prepared_at"], unique=False)
    op.create_index("ix_payouts_state", "payouts", ["state", "village_code"], unique=False)
    op.create_index(
        "uq_payouts_bank_ref",
        "payouts",
        ["seller_ref", "bank_ref"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
        sqlite_where=sa.text("state <> 'withdrawn'"),
    )
    op.execute(_MOVE_BACK)
    _count_on("payouts")
    _guard("payout_kept", "DELETE", "payouts", "")
    for name, _event, table, _when in _GUARDS:
        on_table = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER income_{name}{on_table}")
    op.drop_table("bank_result_rows")
    op.drop_table("settlements")
    op.drop_table("account_looks")
    op.drop_table("payout_accounts")
    op.drop_table("settlement_omissions")
    op.drop_table("bank_files")
    op.drop_table("settlement_batches")
    op.drop_table("bank_results")
    op.add_column("sellers", sa.Column("payout_account_sealed", sa.Text(), nullable=True))
