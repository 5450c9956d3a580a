"""What can be set for Asana: in the environment, by a team, by a template."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _gid(given: object) -> str:
    """YAML reads a bare number as a number; a gid is text that consists of digits."""
    text = str(given).strip()
    if not re.fullmatch(r"\d+", text):
        raise ValueError("is a number, the one in the project's address in Asana, such as 1201000000000001")
    return text


Gid = Annotated[str, BeforeValidator(_gid)]


class AsanaEnvironment(BaseSettings):
    """Environment variables."""

    model_config = SettingsConfigDict(extra="ignore")

    asana_access_token: SecretStr | None = Field(
        None, description="A personal access token, or that of a service account."
    )
    asana_url: str = Field("https://app.asana.com/api/1.0", description="Where the API is.")
    asana_workspace: str | None = Field(
        None, description="The workspace's gid; needed only if the token can see several."
    )
    asana_lookup_lag: float = Field(
        10.0, ge=0, description="Seconds after which a new task is certain to be in the project's list."
    )
    asana_requests_per_minute: int = Field(
        1500, gt=0, description="What the plan allows: 150 for free plans, 1500 for paid ones."
    )

    def configured(self) -> bool:
        """Whether there is a token to use Asana with."""
        return self.asana_access_token is not None and bool(self.asana_access_token.get_secret_value())


class AsanaScope(BaseModel):
    """Which tasks of the project are the team's: those with any of the tags, in any of the sections."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    tags: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


class AsanaTeam(BaseModel):
    """What a team says under `trackers: asana:`."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    project: Gid = Field(description="The project's gid: the number in its address.")
    section: str | None = Field(None, description="The section for new tasks, by name or gid; default: the first.")
    scope: AsanaScope = Field(AsanaScope(), description="Which tasks of the project are the team's; default: all.")
    create_tags: bool = Field(
        True, description="Make a tag that does not exist yet when a request is labelled with it."
    )
    request_field: str = Field(
        "devrequest", description="A text field of the project, if there is one, that takes the request's id."
    )
    estimate_field: str = Field("Estimate", description="The number field that holds the estimate.")


class AsanaTemplate(BaseModel):
    """What a template says under `tracker: asana:`."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    project: Gid | None = Field(None, description="A project of its own for this request type.")
    section: str | None = Field(None, description="The section for new tasks, by name or gid; wins over the team's.")
    fields: dict[str, str] = Field(
        default_factory=dict,
        description="The id of a field of the form → the custom field that takes its answer, by name or gid; "
        "or `due_on`, `start_on`.",
    )
    extra: dict[str, Any] = Field(
        default_factory=dict, description="Merged as it is into the data of `POST /tasks`, for what has no setting."
    )
