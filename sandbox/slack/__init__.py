"""A stand-in for Slack on loopback: the Web API and Socket Mode towards a bot, and the hands of its users.

Start reading at `workspace` (what there is), `people` (what users do) and `app` (the server).
"""

SLACK_BOT_TOKEN = "xoxb-sandbox"
SLACK_APP_TOKEN = "xapp-sandbox"
SLACK_SIGNING_SECRET = "sandbox-signing-secret"
VERIFICATION_TOKEN = "sandbox-verification-token"
"""The deprecated `token` of payloads: still sent, checked by nobody."""
