"""What `/devrequest help` says, and the way out when a form could not be opened in time."""

from collections.abc import Sequence

from bot.slack.views.messages import Rendered


def help_message(request_types: Sequence[tuple[str, str, str]], unknown: str = "") -> Rendered:
    """How to use the command.

    Args:
        request_types: `(key, name, description)` of the types on offer.
        unknown: what was typed instead of a known type, said back kindly.
    """
    raise NotImplementedError


def open_form_message(text: str) -> Rendered:
    """A sentence and a button that opens the form, for a command whose trigger ran out (`Action.OPEN_FORM`)."""
    raise NotImplementedError
