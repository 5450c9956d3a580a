"""What is wrong with the environment variables of a tracker, in the words of `run` and `doctor`."""

from collections.abc import Callable
from typing import Protocol

from pydantic import ValidationError

from bot.settings import wrong_variables


class TrackerVariables(Protocol):
    """The environment variables of a tracker."""

    def missing(self) -> tuple[str, ...]:
        """Those that are not set and without which the tracker cannot be used."""
        ...


def variable_problems(title: str, model: Callable[[], TrackerVariables], prefix: str) -> list[str]:
    """What keeps a tracker that a team uses from being used, as far as its variables say.

    Args:
        title: the tracker's name as people write it.
        model: reads its environment variables.
        prefix: that all of their names have.

    Returns:
        A sentence on each variable with a wrong value, else one that names those that are not set, and no others.
    """
    try:
        missing = model().missing()
    except ValidationError as error:
        return wrong_variables(error, prefix)
    if not missing:
        return []
    names = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
    return [f"A team uses {title}, but {names} {'is' if len(missing) == 1 else 'are'} not set."]
