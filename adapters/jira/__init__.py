"""Jira Cloud behind the port. Read in this order: `settings`, `document`, `fields`, `mapping`, `client`, `tracker`."""
