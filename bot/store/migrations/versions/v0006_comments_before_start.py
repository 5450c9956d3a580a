"""Tickets on which work began are found without reading all: the comments that they had then are to be counted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody counted those that began before, and nobody will; a version that does not know it writes none."""
    column: sa.Column[bool] = sa.Column("counting", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("ticket_seen", column)
    op.create_index("ix_ticket_seen_team_counting", "ticket_seen", ["team", "counting"])
