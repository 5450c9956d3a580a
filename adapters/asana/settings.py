"""What can be set for Asana: in the environment, by a team, by a template."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from adapters.environment import TrackerEnvironment
from adapters.errors import Misconfigured
from adapters.tokens import trimmed


def _gid(given: object) -> str:
    """YAML reads a bare number as a number; a gid is text that consists of digits."""
    text = str(given).strip()
    if not re.fullmatch(r"[0-9]+", text):
        raise ValueError("is a number, the one in the project's address in Asana, such as 1201000000000001")
    return text


Gid = Annotated[str, BeforeValidator(_gid)]


class AsanaEnvironment(TrackerEnvironment):
    """Asana's environment variables."""

    model_config = SettingsConfigDict(env_prefix="ASANA_", env_ignore_empty=True, extra="ignore")

    access_token: SecretStr = Field(
        SecretStr(""), description="A personal access token, or the token of a service account."
    )
    url: str = Field("https://app.asana.com/api/1.0", description="Address of Asana's API.")
    workspace: str = Field("", description="Gid of the workspace; left out, that of the team's project.")
    lookup_lag: float = Field(
        10.0, ge=0, description="Seconds after which a project's list is certain to hold a new task."
    )
    requests_per_minute: int = Field(
        1500, gt=0, description="What the plan allows: 150 for a free one, 1500 for a paid one."
    )
    parallel_reads: int = Field(4, ge=1, le=8, description="Calls that read at the same time.")

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        address = value.strip().rstrip("/")
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address such as https://app.asana.com/api/1.0")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("must hold neither a password nor anything behind ? or #")
        return address

    @field_validator("access_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        return trimmed(value)

    def missing(self) -> tuple[str, ...]:
        """The token, which is all that must be set."""
        return () if self.access_token.get_secret_value() else ("ASANA_ACCESS_TOKEN",)


class AsanaScope(BaseModel):
    """Which tasks of the project are the team's: those with any of the tags, in any of the sections."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    tags: tuple[str, ...] = Field((), description="Tasks with any of these tags.")
    sections: tuple[str, ...] = Field((), description="Tasks in any of these sections.")


class AsanaTeam(BaseModel):
    """What a team says under `trackers: asana:`."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    project: Gid = Field(description="The project's gid: the number in its address.")
    section: str | None = Field(None, description="The section for new tasks, by name or gid; default: the first.")
    scope: AsanaScope = Field(
        AsanaScope(), description="Which tasks of the project are the team's beside its requests; default: none."
    )
    create_tags: bool = Field(
        True, description="Make a tag that does not exist yet when a request is labelled with it."
    )
    request_field: str = Field(
        "devrequest", description="A text field of the project, if there is one, that takes the request's id."
    )
    estimate_field: str = Field("Estimate", description="The number field that holds the estimate, by name or gid.")


class AsanaTemplate(BaseModel):
    """What a template says under `tracker: asana:`."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    project: Gid | None = Field(None, description="A project of its own for this request type.")
    section: str | None = Field(None, description="The section for new tasks, by name or gid; wins over the team's.")
    fields: dict[str, str] = Field(
        default_factory=dict,
        description="The id of a field of the form → the custom field that takes its answer, by name or gid; "
        "or `due_on`, `start_on`, `assignee`.",
    )
    extra: dict[str, Any] = Field(
        default_factory=dict, description="Merged as it is into the data of `POST /tasks`, for what has no setting."
    )


def team_of(operation: str, settings: Mapping[str, Any]) -> AsanaTeam:
    """A team's settings, checked.

    Raises:
        Misconfigured: they are wrong, or there is no project.
    """
    try:
        return AsanaTeam.model_validate(settings)
    except ValidationError as error:
        raise _misconfigured(operation, error, "`trackers: asana:` of the team") from error


def template_of(operation: str, settings: Mapping[str, Any]) -> AsanaTemplate:
    """A template's settings, checked.

    Raises:
        Misconfigured: they are wrong.
    """
    try:
        return AsanaTemplate.model_validate(settings)
    except ValidationError as error:
        raise _misconfigured(operation, error, "`tracker: asana:` of the template") from error


def _misconfigured(operation: str, error: ValidationError, where: str) -> Misconfigured:
    first = error.errors()[0]
    name = ".".join(str(step) for step in first["loc"])
    return Misconfigured("asana", operation, f"{name}: {first['msg']}", fix=f"Mend {name} in {where}.")
