"""The bot's own environment variables. Those of a tracker stand in `adapters/<tracker>/settings.py`."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import ConfigurationError

Mode = Literal["socket", "http"]


class Environment(BaseSettings):
    """What `devrequest run` reads from the environment."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    slack_bot_token: SecretStr | None = Field(None, description="The bot token, `xoxb-…`. Always needed.")
    slack_app_token: SecretStr | None = Field(
        None, description="The app-level token, `xapp-…`: Socket Mode. Wins if `SLACK_SIGNING_SECRET` is set too."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="The signing secret: HTTP mode, with `/slack/events` as the request URL."
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Where Slack's Web API is.")
    database_url: str = Field(
        "sqlite:///devrequest.sqlite", description="SQLite for one process, `postgresql://…` for several replicas."
    )
    devrequest_config: str = Field("devrequest.yaml", description="The configuration file.")
    devrequest_public_url: str = Field(
        "", description="The public address of this bot, for the request URLs in HTTP mode's manifest."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")
    port: int = Field(
        3000, ge=0, le=65535, description="`/healthz`, `/readyz`, `/metrics`; in HTTP mode `/slack/events` too."
    )

    @field_validator("slack_bot_token", "slack_app_token", "slack_signing_secret")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        """Without the spaces and line breaks around it; one that has some inside could stand in no header."""
        text = value.get_secret_value().strip() if value else ""
        if not all("!" <= character <= "~" for character in text):
            raise ValueError("has characters that no token has, such as spaces or line breaks: copy it again")
        return SecretStr(text) if text else None

    @field_validator("slack_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            parts = urlsplit(value.strip())
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # brackets or a port that are none; its message would quote the value
            usable = False
        if not usable:
            raise ValueError("must be an address such as https://slack.com/api/")
        return value.strip()

    @property
    def mode(self) -> Mode:
        """Socket Mode if there is an app token, HTTP otherwise."""
        return "socket" if self.slack_app_token else "http"

    def problems(self) -> list[str]:
        """What is missing to run, one sentence each."""
        missing = []
        if self.slack_bot_token is None:
            missing.append("SLACK_BOT_TOKEN is not set: copy the bot token (xoxb-…) from the app's page in Slack.")
        if self.slack_app_token is None and self.slack_signing_secret is None:
            missing.append("Set SLACK_APP_TOKEN (xapp-…) for Socket Mode or SLACK_SIGNING_SECRET for HTTP mode.")
        return missing


def read_environment() -> Environment:
    """The environment, checked for form.

    Raises:
        ConfigurationError: a variable has a value that it cannot have; the message names it, never its value.
    """
    try:
        return Environment()
    except ValidationError as error:
        raise ConfigurationError(wrong_variables(error)) from None


def wrong_variables(error: ValidationError, prefix: str = "") -> list[str]:
    """What is wrong with environment variables, one line each: the name, and why, never the value.

    Args:
        error: what reading them raised.
        prefix: what their names begin with, such as `JIRA_`.
    """
    return [
        f"{prefix}{'.'.join(map(str, found['loc']))}".upper() + f": {found['msg'].removeprefix('Value error, ')}"
        for found in error.errors(include_input=False)
    ]
