"""What is remembered of tickets: for alerts, the App Home and the sync."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tickets, alerts, sweeps, rules, readiness over time, replaced sections, personal settings."""
    _tickets()
    _sweeps()
    op.create_table(
        "replaced_section",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_replaced_section"),
    )
    op.create_index("ix_replaced_section_handle", "replaced_section", ["handle"])
    op.create_table(
        "personal",
        sa.Column("slack_team", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slack_team", "user_id", "name", name="pk_personal"),
    )


def _tickets() -> None:
    op.create_table(
        "ticket_seen",
        sa.Column("tracker", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("asking", sa.Boolean(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("news", sa.Boolean(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("requester", sa.String(), nullable=True),
        sa.Column("updated", sa.Float(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tracker", "ticket_id", name="pk_ticket_seen"),
    )
    op.create_index("ix_ticket_seen_team_asking", "ticket_seen", ["team", "asking"])
    op.create_index("ix_ticket_seen_team_news", "ticket_seen", ["team", "news"])
    op.create_index("ix_ticket_seen_request_id", "ticket_seen", ["request_id"])
    op.create_index("ix_ticket_seen_requester", "ticket_seen", ["requester"])
    op.create_table(
        "alert",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("posted_at", sa.Float(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_alert"),
    )
    op.create_index("ix_alert_team_posted_at", "alert", ["team", "posted_at"])


def _sweeps() -> None:
    op.create_table(
        "sweep_state",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("tracker", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team", "tracker", name="pk_sweep_state"),
    )
    op.create_table(
        "rule_seen",
        sa.Column("request_type", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("first_seen", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("request_type", "section", "rule", name="pk_rule_seen"),
    )
    op.create_table(
        "readiness_history",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team", "day", name="pk_readiness_history"),
    )
