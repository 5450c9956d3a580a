"""The bot: Slack on one side, trackers on the other, request types between them."""
