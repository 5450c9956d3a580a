"""What stands in the database under the engine's control: names that must never change."""

NAME = "devrequest"
QUEUE = "tickets"
SERIAL = "one-at-a-time"
"""Where each lane runs one job at a time, however many replicas there are."""
VERSION = "1"
"""Pinned: by default the engine hashes sources, and every edit would strand the work in flight."""


def engine_url(url: str) -> str:
    """`DATABASE_URL` as the engine takes it: without the name of a driver."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
