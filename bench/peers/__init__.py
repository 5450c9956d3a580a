"""What the bot is measured against, each a process of its own."""
