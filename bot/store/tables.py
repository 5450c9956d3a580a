"""The tables. Each change here needs a migration in `migrations/versions/`; a test compares both."""

from sqlalchemy import Boolean, Column, DateTime, Float, Index, Integer, MetaData, String, Table, Text, false

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"},
)

submission = Table(
    "submission",
    metadata,
    Column("request_id", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("slack_team", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("ticket", Text),
    Column("reason", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("filed_at", Float),
    Column("emptied", Boolean, nullable=False),
    Column("problems", Text),
    Index("ix_submission_state_created_at", "state", "created_at"),
    Index("ix_submission_user_id_created_at", "user_id", "created_at"),
)
"""Requests. `content` is the submission as JSON; `emptied` once retention dropped what people wrote.

`problems`: why it was refused, as JSON, by field.
"""

draft = Table(
    "draft",
    metadata,
    Column("id", String, primary_key=True),
    Column("slack_team", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("content", Text, nullable=False),
    Column("updated_at", Float, nullable=False),
    Index("ix_draft_user_id_updated_at", "user_id", "updated_at"),
)
"""Forms not handed in yet; a hot table, written on every change in a form."""

template_snapshot = Table(
    "template_snapshot",
    metadata,
    Column("hash", String, primary_key=True),
    Column("request_type", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("first_seen", Float, nullable=False),
)
"""Every version of a request type that was ever in use, by its hash."""

post = Table(
    "post",
    metadata,
    Column("key", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("ts", String, nullable=False),
    Column("permalink", String, nullable=False),
    Column("posted_at", Float, nullable=False),
)
"""Messages that Slack is known to have taken."""

attempt = Table(
    "attempt",
    metadata,
    Column("key", String, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("first_at", Float, nullable=False),
)
"""What was about to be made, noted before the request left: tickets by workflow id, posts by their key."""

notice = Table(
    "notice",
    metadata,
    Column("key", String, primary_key=True),
    Column("noted_at", Float, nullable=False),
)
"""Things that are said once."""

preference = Table(
    "preference",
    metadata,
    Column("slack_team", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("team", String, nullable=False),
)
"""The team that a person chose last."""

bot_replica = Table(
    "bot_replica",
    metadata,
    Column("id", String, primary_key=True),
    Column("beat", DateTime(timezone=True), nullable=False),
)
"""Heartbeats of the processes, on the database's clock; PostgreSQL only, see `bot.jobs.replicas`."""

schedule_seen = Table(
    "schedule_seen",
    metadata,
    Column("name", String, primary_key=True),
    Column("first_seen", Float, nullable=False),
)
"""When a schedule was first seen, so that a new one does not catch up on what was before it."""

ticket_seen = Table(
    "ticket_seen",
    metadata,
    Column("tracker", String, primary_key=True),
    Column("ticket_id", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("asking", Boolean, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("news", Boolean, nullable=False),
    Column("listed", Boolean, nullable=False, server_default=false()),
    Column("counting", Boolean, nullable=False, server_default=false()),
    Column("request_id", String),
    Column("requester", String),
    Column("updated", Float, nullable=False),
    Column("content", Text, nullable=False),
    Index("ix_ticket_seen_team_asking", "team", "asking"),
    Index("ix_ticket_seen_team_news", "team", "news"),
    Index("ix_ticket_seen_team_counting", "team", "counting"),
    Index("ix_ticket_seen_request_id", "request_id"),
    Index("ix_ticket_seen_requester", "requester"),
)
"""Tickets as they were last read, with what was asked when.

`open` while they are neither done nor gone; `news` while their requester may have to be told something; `listed` while
they lack something that nobody is asked for; `counting` from when work began until their comments are counted.
"""

alert = Table(
    "alert",
    metadata,
    Column("key", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("posted_at", Float, nullable=False),
    Column("content", Text, nullable=False),
    Index("ix_alert_team_posted_at", "team", "posted_at"),
)
"""The grouped messages, each with the tickets that it names."""

sweep_state = Table(
    "sweep_state",
    metadata,
    Column("team", String, primary_key=True),
    Column("tracker", String, primary_key=True),
    Column("content", Text, nullable=False),
)
"""How far the sweep of a team has come in one tracker."""

rule_seen = Table(
    "rule_seen",
    metadata,
    Column("request_type", String, primary_key=True),
    Column("section", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("first_seen", Float, nullable=False),
)
"""Since when a rule of a template exists; older tickets are not asked about younger rules."""

readiness_history = Table(
    "readiness_history",
    metadata,
    Column("team", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("content", Text, nullable=False),
)
"""How ready a team's open tickets were on a day."""

replaced_section = Table(
    "replaced_section",
    metadata,
    Column("id", String, primary_key=True),
    Column("handle", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("content", Text, nullable=False),
    Index("ix_replaced_section_handle", "handle"),
)
"""Sections that somebody replaced from Slack, so that they can be restored."""

personal = Table(
    "personal",
    metadata,
    Column("slack_team", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What a person chose for themselves, such as to hear of no comments."""

sync_post = Table(
    "sync_post",
    metadata,
    Column("key", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("day", String, nullable=False),
    Column("posted_at", Float, nullable=False),
    Column("content", Text, nullable=False),
    Index("ix_sync_post_team_day", "team", "day"),
)
"""Weekly syncs, posted, about to be, or left out."""

sync_start = Table(
    "sync_start",
    metadata,
    Column("team", String, primary_key=True),
    Column("day", String, nullable=False),
)
"""The day from which a team's weeks are counted."""

feasibility = Table(
    "feasibility",
    metadata,
    Column("handle", String, primary_key=True),
    Column("content", Text, nullable=False),
)
"""What developers said of initiatives."""
