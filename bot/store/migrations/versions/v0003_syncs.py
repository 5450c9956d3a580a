"""The weekly sync."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Posts, the first day of each team, and what developers say of initiatives."""
    op.create_table(
        "sync_post",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("posted_at", sa.Float(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sync_post"),
    )
    op.create_index("ix_sync_post_team_day", "sync_post", ["team", "day"])
    op.create_table(
        "sync_start",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("team", name="pk_sync_start"),
    )
    op.create_table(
        "feasibility",
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("handle", name="pk_feasibility"),
    )
