"""What the bot does, one verb a file. Takes ports as arguments; knows no Slack, no HTTP, no database."""
