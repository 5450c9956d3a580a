"""Pure functions and models: no Slack, no HTTP, no clock, no files."""
