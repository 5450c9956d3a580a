"""Tickets that are only listed are counted without being read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Which of those that lack something are older than the bot, or of a type that is only a guess.

    The next sweep reads everything and fills it in; a version that does not know it writes none.
    """
    column: sa.Column[bool] = sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("ticket_seen", column)
