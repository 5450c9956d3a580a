"""A refused request remembers which answers were refused, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Those that were refused before show their reason above the form; a version that does not know it writes none."""
    op.add_column("submission", sa.Column("problems", sa.Text(), nullable=True))
