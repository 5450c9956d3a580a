"""Durable jobs: `engine` runs them, `ticket` is one, `schedules` wakes them, `replicas` looks after the dead."""
