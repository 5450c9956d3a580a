"""What a person can be told: errors of ours that are nobody's fault, or theirs to mend."""


class UserError(Exception):
    """Something that the person who asked should read.

    Attributes:
        message: plain, short and kind; says what to do next.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotStored(UserError):
    """What somebody handed in or pressed could not be stored in time; a form stays open, so they can try again."""

    def __init__(self) -> None:
        super().__init__("That was not saved yet; nothing that you typed is lost. Please try again.")


class UnknownRequest(UserError):
    """No request with that id."""


class ConfigurationError(Exception):
    """A file or an environment variable is wrong. Never caught by code that recovers from trackers.

    Attributes:
        problems: one sentence each: where, what, and how to mend it.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
