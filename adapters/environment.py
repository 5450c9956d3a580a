"""What the environment variables of every tracker have in common."""

from pydantic_settings import BaseSettings


class TrackerEnvironment(BaseSettings):
    """The environment variables of a tracker."""

    def missing(self) -> tuple[str, ...]:
        """The variables that are not set and without which the tracker cannot be used; none if it can."""
        raise NotImplementedError

    def configured(self) -> bool:
        """Whether enough is set to use the tracker."""
        return not self.missing()
