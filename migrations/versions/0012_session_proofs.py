"""Remember by what each session was opened, so that a code just shown may stand for a forgotten password.

Revision ID: 0012_session_proofs
Revises: 0011_payments
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_session_proofs"
down_revision = "0011_payments"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("user_sessions") as table:
        # which of the older sessions began with a code is not known: none of them may do without the password
        table.add_column(sa.Column("proof", sa.String(length=10), server_default="password", nullable=False))
        table.create_check_constraint("known_proof", "proof IN ('password', 'code')")


def downgrade():
    with op.batch_alter_table("user_sessions") as table:
        table.drop_constraint("known_proof", type_="check")
        table.drop_column("proof")
