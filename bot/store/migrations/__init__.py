"""Alembic migrations of our tables; run by `bot.store.database`."""
