"""Block Kit as strict as Slack's: what may stand where, and how much of it."""

from sandbox.slack.blockkit.normal import normalised
from sandbox.slack.blockkit.surfaces import check_message, check_options, check_view, message_defects, view_defects

__all__ = ["check_message", "check_options", "check_view", "message_defects", "normalised", "view_defects"]
