"""What Jira needs to know: from the environment, from a team and from a template."""

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from adapters.environment import TrackerEnvironment
from adapters.errors import Misconfigured
from adapters.tokens import trimmed

NAME = "jira"
_ORDER = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\border\s+by\b.*""", re.DOTALL | re.IGNORECASE)
"""A string of JQL, or an order and what is behind it."""


class JiraEnvironment(TrackerEnvironment):
    """Jira's environment variables.

    Scoped API tokens work only through the gateway, so the address of the API and that of the site are two
    settings (https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/).
    """

    model_config = SettingsConfigDict(env_prefix="JIRA_", env_ignore_empty=True, extra="ignore")

    url: str = Field(
        "",
        description="Address of Jira's API: the site, https://example.atlassian.net, or for a scoped token "
        "`https://api.atlassian.com/ex/jira/<cloud id>`.",
    )
    site_url: str = Field("", description="Address of the site for links to tickets; JIRA_URL if left out.")
    email: str = Field("", description="E-mail of the account that the API token belongs to (Jira Cloud).")
    api_token: SecretStr = Field(SecretStr(""), description="API token of that account (Jira Cloud).")
    token: SecretStr = Field(
        SecretStr(""),
        description="Personal access token (Jira Data Center, which is not supported yet). "
        "Not used if JIRA_EMAIL and JIRA_API_TOKEN are set.",
    )
    lookup_lag: float = Field(
        60.0, ge=0, description="Seconds after which Jira's search is certain to find a new ticket."
    )
    parallel_reads: int = Field(4, ge=1, le=8, description="Calls that read at the same time.")

    @field_validator("url", "site_url")
    @classmethod
    def _address(cls, value: str) -> str:
        address = value.strip().rstrip("/")
        parts = urlsplit(address)
        if address and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("must be an address such as https://example.atlassian.net")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("must hold neither a password nor anything behind ? or #")
        return address

    @field_validator("email")
    @classmethod
    def _trimmed(cls, value: str) -> str:
        return value.strip()

    @field_validator("api_token", "token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        return trimmed(value)

    @property
    def site(self) -> str:
        """Where people see tickets, without a slash at the end."""
        return self.site_url or self.url

    def secrets(self) -> tuple[str, ...]:
        """What nobody may read anywhere: the tokens, and the header that e-mail and token make."""
        token = self.api_token.get_secret_value()
        header = b64encode(f"{self.email}:{token}".encode()).decode()
        return token, self.token.get_secret_value(), header if token else ""

    def missing(self) -> tuple[str, ...]:
        """The address, and one way to prove who we are: whichever has been begun, the cloud's if none has."""
        address = () if self.url else ("JIRA_URL",)
        if self.token.get_secret_value():
            return address
        email, token = bool(self.email), bool(self.api_token.get_secret_value())
        if not email and not token:
            return (*address, "JIRA_EMAIL", "JIRA_API_TOKEN (or JIRA_TOKEN instead of these two)")
        return (*address, *(() if email else ("JIRA_EMAIL",)), *(() if token else ("JIRA_API_TOKEN",)))


class JiraTeam(BaseModel):
    """What a team says about Jira."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: str = Field(min_length=1, description="The project's key.")
    scope: str = Field("", description="JQL for tickets of the project that are the team's beside its requests.")
    issue_type: str = Field("", description="The issue type for request types that name none.")
    labels: tuple[str, ...] = Field((), description="Added to every ticket of the team.")
    fields: tuple[str, ...] = Field((), description="Further custom fields to read with each ticket, by name or id.")
    estimate_field: str = Field(
        "",
        description="The number field that holds the estimate, by name or id; "
        "by default “Story point estimate” or “Story points”.",
    )

    @field_validator("scope")
    @classmethod
    def _without_order(cls, value: str) -> str:
        """A search that was copied from Jira ends with an order, which has no place within another query."""
        return _ORDER.sub(lambda found: found[1] or "", value).strip()


class JiraTemplate(BaseModel):
    """What a template says about Jira."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issue_type: str = Field("", description="The name of the issue type.")
    project: str = Field("", description="The project's key, instead of the team's.")
    priority: str = Field("", description="The name of the priority.")
    components: tuple[str, ...] = Field((), description="Names of components.")
    labels: tuple[str, ...] = Field((), description="Added to every ticket of this type.")
    fields: dict[str, str] = Field(
        default_factory=dict,
        description="The id of a question → the Jira field, by name or id, that its answer is written to as well.",
    )
    extra: dict[str, Any] = Field(
        default_factory=dict, description="Merged as it stands into the fields of the create request."
    )


def team_of(operation: str, settings: Mapping[str, Any]) -> JiraTeam:
    """A team's settings, checked.

    Raises:
        Misconfigured: they are wrong; the fix says where.
    """
    try:
        return JiraTeam.model_validate(dict(settings))
    except ValidationError as error:
        raise _wrong(operation, error, "trackers: jira: of the team in devrequest.yaml") from error


def template_of(operation: str, settings: Mapping[str, Any]) -> JiraTemplate:
    """A template's settings, checked.

    Raises:
        Misconfigured: they are wrong; the fix says where.
    """
    try:
        return JiraTemplate.model_validate(dict(settings))
    except ValidationError as error:
        raise _wrong(operation, error, "tracker: jira: of the template") from error


def _wrong(operation: str, error: ValidationError, where: str) -> Misconfigured:
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"]))
    return Misconfigured("jira", operation, f"{key}: {first['msg']}", fix=f"Correct `{key}` under {where}.")
