"""What is wrong with the environment variables of a tracker, in the words of `run` and `doctor`."""

from pydantic import ValidationError

from adapters.environment import TrackerEnvironment
from bot.settings import wrong_variables


def variable_problems(title: str, model: type[TrackerEnvironment]) -> list[str]:
    """What keeps a tracker that a team uses from being used, as far as its variables say.

    Args:
        title: the tracker's name as people write it.
        model: its environment variables.

    Returns:
        A sentence on each variable with a wrong value, else one that names those that are not set, and no others.
    """
    try:
        missing = model().missing()
    except ValidationError as error:
        return wrong_variables(error, model.model_config.get("env_prefix", ""))
    if not missing:
        return []
    names = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
    return [f"A team uses {title}, but {names} {'is' if len(missing) == 1 else 'are'} not set."]
