"""Our own tables, on SQLite or PostgreSQL: `bot.store.sql_store.SqlStore` is the port `Store`."""
