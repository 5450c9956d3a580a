"""What Asana answers when it refuses: `{"errors": [{"message", "help"}]}` (Asana developer docs, "Errors")."""

from http import HTTPStatus
from typing import NoReturn

HELP = (
    "For more information on API status codes and how to handle them, "
    "read the docs on errors: https://developers.asana.com/docs/errors"
)
PHRASE = "6 sandy snails sing softly"
"""The `phrase` of a 500, which Asana's support would ask for."""


class AsanaError(Exception):
    """A refusal with its status and the vendor's words; `extra` goes into the body beside `errors`."""

    def __init__(self, status: int, message: str, **extra: object) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.extra = extra

    def body(self) -> dict[str, object]:
        """The JSON body of the answer."""
        error = {"message": self.message, "help": HELP}
        if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            error["phrase"] = PHRASE
        return {"errors": [error], **self.extra}


def refuse(message: str) -> NoReturn:
    """Refuse a request as malformed.

    Raises:
        AsanaError: always, with status 400.
    """
    raise AsanaError(HTTPStatus.BAD_REQUEST, message)
