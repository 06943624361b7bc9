"""Let cooperatives share what a pooled lot brought among their members.

Revision ID: 0037_pools
Revises: 0036_settlements
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0037_pools"
down_revision = "0036_settlements"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CATEGORIES = ["business", "wage"]
_KINDS = ["accrued", "fee_platform", "fee_gateway", "refund", "fee_platform_back", "passed_on", "earned", "paid"]
_FROZEN = (
    "source, holder, household_id, seller_ref, village_code, status, spell_id, helper_id, measure, enrolled_measures,"
    " income_category, category, channel, promotion, gateway, order_ref, line_id, title, quantity, sold_at, gross_fen,"
    " platform_fee_bp, gateway_fee_fen"
)
#: Altering a table drops its triggers on SQLite: these guard the two that are altered.
_OLD_GUARDS = {
    "attributions": (
        ("attribution_frozen", f"UPDATE OF {_FROZEN}", "attributions", ""),
        ("attribution_kept", "DELETE", "attributions", ""),
    ),
    "attribution_movements": (
        ("movement_unchanged", "UPDATE", "attribution_movements", ""),
        ("movement_kept", "DELETE", "attribution_movements", ""),
    ),
}
_GUARDS = (
    ("contribution_unchanged", "UPDATE", "lot_contributions", ""),
    ("contribution_kept", "DELETE", "lot_contributions", ""),
    ("distribution_ended", "UPDATE OF state", "distributions", "OLD.state <> 'draft' AND NEW.state <> OLD.state"),
    ("distribution_kept", "DELETE", "distributions", ""),
    ("share_unchanged", "UPDATE", "distribution_lines", ""),
    ("share_kept", "DELETE", "distribution_lines", ""),
)


def _guard(name, event, table, when):
    if op.get_bind().dialect.name == "postgresql":
        how = f" FOR EACH ROW{f' WHEN ({when})' if when else ''} EXECUTE FUNCTION income_refuse_change()"
    else:
        how = f"{f' WHEN {when}' if when else ''} BEGIN SELECT RAISE(ABORT, 'income: this row is kept as it was written'); END"
    op.execute(f"CREATE TRIGGER income_{name} BEFORE {event} ON {table}{how}")


def _among(table, column, words):
    name, condition = op.f(f"ck_{table}_{column}"), f"{column} IN ({', '.join(repr(word) for word in words)})"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, condition)
        return
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, condition)
    for guard in _OLD_GUARDS[table]:
        _guard(*guard)


def _add_distributed():
    """Write down how much of a pool's sale its members got, never more than it was."""
    column = sa.Column("distributed_fen", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    check = ("ck_attributions_distributed_within_gross", "distributed_fen BETWEEN 0 AND gross_fen")
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("attributions", column)
        op.create_check_constraint(op.f(check[0]), "attributions", check[1])
        return
    with op.batch_alter_table("attributions") as batch:
        batch.add_column(column)
        batch.create_check_constraint(op.f(check[0]), check[1])
    for guard in _OLD_GUARDS["attributions"]:
        _guard(*guard)


def _drop_distributed():
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_attributions_distributed_within_gross"), "attributions", type_="check")
        op.drop_column("attributions", "distributed_fen")
        return
    with op.batch_alter_table("attributions") as batch:
        batch.drop_constraint(op.f("ck_attributions_distributed_within_gross"), type_="check")
        batch.drop_column("distributed_fen")
    for guard in _OLD_GUARDS["attributions"]:
        _guard(*guard)


def upgrade():
    _add_distributed()
    _among("attributions", "income_category", [*_CATEGORIES, "property"])
    _among("attribution_movements", "kind", [*_KINDS, "distributed", "dividend"])
    op.create_table(
        "pooled_lots",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("seller_ref", sa.String(length=40), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False),
        sa.Column("contributed_grams", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", KEY, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "grams > 0 AND contributed_grams BETWEEN 0 AND grams", name=op.f("ck_pooled_lots_contributed_within_lot")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["users.id"], name=op.f("fk_pooled_lots_opened_by_users")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_pooled_lots_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pooled_lots")),
        sa.UniqueConstraint("ref", name=op.f("uq_pooled_lots_ref")),
    )
    op.create_index("ix_pooled_lots_village_code", "pooled_lots", ["village_code", "id"], unique=False)
    op.create_table(
        "distributions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("seller_ref", sa.String(length=40), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sale_fen", sa.BigInteger(), nullable=False),
        sa.Column("fees_fen", sa.BigInteger(), nullable=False),
        sa.Column("processing_fen", sa.BigInteger(), nullable=False),
        sa.Column("purchase_fen", sa.BigInteger(), nullable=False),
        sa.Column("surplus_fen", sa.BigInteger(), nullable=False),
        sa.Column("reserve_fen", sa.BigInteger(), nullable=False),
        sa.Column("reserve_bp", sa.Integer(), nullable=False),
        sa.Column("patronage_bp", sa.Integer(), nullable=False),
        sa.Column("prepared_by", KEY, nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("ledger_transaction_id", KEY, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_by IS NOT NULL AND approved_at IS NOT NULL)",
            name=op.f("ck_distributions_approved_whole"),
        ),
        sa.CheckConstraint("state IN ('draft', 'approved', 'withdrawn')", name=op.f("ck_distributions_state")),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name=op.f("ck_distributions_two_people")),
        sa.CheckConstraint(
            "reserve_bp BETWEEN 0 AND 10000 AND patronage_bp BETWEEN 0 AND 10000", name=op.f("ck_distributions_basis_points")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_distributions_approved_by_users")),
        sa.ForeignKeyConstraint(
            ["ledger_transaction_id"], ["transactions.id"], name=op.f("fk_distributions_ledger_transaction_id_transactions")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["pooled_lots.id"], name=op.f("fk_distributions_lot_id_pooled_lots")),
        sa.ForeignKeyConstraint(["prepared_by"], ["users.id"], name=op.f("fk_distributions_prepared_by_users")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_distributions_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distributions")),
        sa.UniqueConstraint("key", name=op.f("uq_distributions_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_distributions_ref")),
    )
    op.create_index("ix_distributions_village_code", "distributions", ["village_code", "id"], unique=False)
    op.create_index(
        "uq_distributions_lot",
        "distributions",
        ["lot_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "lot_contributions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column("grams", sa.BigInteger(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("weigh_ticket", sa.String(length=40), nullable=False),
        sa.Column("witness", sa.String(length=60), nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("weigh_ticket <> '' AND witness <> ''", name=op.f("ck_lot_contributions_weighed_before_somebody")),
        sa.CheckConstraint("grams > 0 AND price_fen >= 0", name=op.f("ck_lot_contributions_amounts")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_lot_contributions_household_id_households")),
        sa.ForeignKeyConstraint(["lot_id"], ["pooled_lots.id"], name=op.f("fk_lot_contributions_lot_id_pooled_lots")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_lot_contributions_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_contributions")),
        sa.UniqueConstraint("key", name=op.f("uq_lot_contributions_key")),
        sa.UniqueConstraint("lot_id", "weigh_ticket", name=op.f("uq_lot_contributions_lot_id_weigh_ticket")),
    )
    op.create_index("ix_lot_contributions_household_id", "lot_contributions", ["household_id"], unique=False)
    op.create_table(
        "member_equities",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seller_ref", sa.String(length=40), nullable=False),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column("parts", sa.BigInteger(), nullable=False),
        sa.Column("set_by", KEY, nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("parts >= 0", name=op.f("ck_member_equities_parts")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_member_equities_household_id_households")),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_member_equities_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_equities")),
    )
    op.create_index(
        "uq_member_equities_household",
        "member_equities",
        ["seller_ref", "household_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND household_id IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND household_id IS NOT NULL"),
    )
    op.create_index(
        "uq_member_equities_others",
        "member_equities",
        ["seller_ref"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND household_id IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND household_id IS NULL"),
    )
    op.create_table(
        "distribution_lines",
        sa.Column("id", KEY, nullable=False),
        sa.Column("distribution_id", KEY, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column("seller_ref", sa.String(length=40), nullable=True),
        sa.Column("grams", sa.BigInteger(), nullable=False),
        sa.Column("purchase_fen", sa.BigInteger(), nullable=False),
        sa.Column("patronage_fen", sa.BigInteger(), nullable=False),
        sa.Column("equity_parts", sa.BigInteger(), nullable=False),
        sa.Column("dividend_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "purchase_fen >= 0 AND patronage_fen >= 0 AND dividend_fen >= 0", name=op.f("ck_distribution_lines_amounts")
        ),
        sa.CheckConstraint(
            "seller_ref IS NULL OR household_id IS NOT NULL", name=op.f("ck_distribution_lines_payee_is_a_household")
        ),
        sa.ForeignKeyConstraint(
            ["distribution_id"], ["distributions.id"], name=op.f("fk_distribution_lines_distribution_id_distributions")
        ),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_distribution_lines_household_id_households")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribution_lines")),
        sa.UniqueConstraint("distribution_id", "position", name=op.f("uq_distribution_lines_distribution_id_position")),
    )
    op.create_index("ix_distribution_lines_household_id", "distribution_lines", ["household_id"], unique=False)
    op.create_table(
        "distributed_sales",
        sa.Column("distribution_id", KEY, nullable=False),
        sa.Column("attribution_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["attribution_id"], ["attributions.id"], name=op.f("fk_distributed_sales_attribution_id_attributions")
        ),
        sa.ForeignKeyConstraint(
            ["distribution_id"], ["distributions.id"], name=op.f("fk_distributed_sales_distribution_id_distributions")
        ),
        sa.PrimaryKeyConstraint("distribution_id", "attribution_id", name=op.f("pk_distributed_sales")),
    )
    op.create_index("ix_distributed_sales_attribution_id", "distributed_sales", ["attribution_id"], unique=False)
    for guard in _GUARDS:
        _guard(*guard)


def downgrade():
    op.drop_table("distributed_sales")
    op.drop_table("distribution_lines")
    op.drop_table("member_equities")
    op.drop_table("lot_contributions")
    op.drop_table("distributions")
    op.drop_table("pooled_lots")
    _among("attribution_movements", "kind", _KINDS)
    _among("attributions", "income_category", _CATEGORIES)
    _drop_distributed()
