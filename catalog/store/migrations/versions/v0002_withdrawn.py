"""A record that an operator has withdrawn stays away, whatever its source sends."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    no = sa.false()
    op.add_column("record", sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=no))


def downgrade() -> None:
    op.drop_column("record", "withdrawn")
