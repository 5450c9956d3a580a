"""The values that operands of JQL stand for; an unknown one is an error in Jira's words."""

from collections.abc import Iterable
from datetime import datetime

from sandbox.jira.jql import Value
from sandbox.jira.jql_tokens import JqlError
from sandbox.jira.model import Field, Issue, Named
from sandbox.jira.subjects import Comparable
from sandbox.jira.view import View


def moments(texts: Iterable[Comparable]) -> list[Comparable]:
    """Times as seconds since the epoch."""
    return [datetime.fromisoformat(str(text)).timestamp() for text in texts]


def lower(value: Value) -> list[Comparable]:
    """The value in lower case."""
    return [value.text.lower()]


def unknown(value: Value, name: str) -> JqlError:
    """What Jira says to a value that does not exist."""
    if value.kind == "function":
        return JqlError(f"The function '{value.text}' is not supported by this stand-in for Jira.")
    return JqlError(f"The value '{value.text}' does not exist for the field '{name}'.")


def number(value: Value, name: str) -> float:
    """A number."""
    try:
        return float(value.text)
    except ValueError:
        raise JqlError(f"Value '{value.text}' is not valid for the field '{name}': a number is expected.") from None


def user_named(view: View, value: Value, name: str) -> list[Comparable]:
    """The user with this account id, name or visible e-mail."""
    if value.kind == "function" and value.text.lower() == "currentuser":
        return [view.user.account_id]
    for user in view.site.users.values() if value.kind == "text" else ():
        mail = "" if user.email_hidden else user.email.lower()
        if value.text == user.account_id or value.text.lower() in (mail, user.name.lower()):
            return [user.account_id]
    raise unknown(value, name)


def issue_named(view: View, value: Value, name: str) -> Issue:
    """The issue with this key or id, if it may be seen."""
    issue = view.site.find_issue(value.text) if value.kind == "text" else None
    if issue is None or not view.site.can_see(view.user, issue):
        raise JqlError(f"An issue with key '{value.text}' does not exist for field '{name}'.")
    return issue


def option_named(field: Field, value: Value, name: str) -> list[Comparable]:
    """The options of this value or id."""
    every = [*field.options, *(child for option in field.options for child in option.children)]
    found: list[Comparable] = [entry.id for entry in every if value.text.lower() in (entry.value.lower(), entry.id)]
    if not found:
        raise JqlError(f"The option '{value.text}' for field '{name}' does not exist.")
    return found


def entry_named(view: View, field: Field, value: Value, name: str) -> list[Comparable]:
    """The priorities, components and the like of this name or id."""
    projects = [project for project in view.site.projects.values() if view.site.can_browse(view.user, project)]
    entries: dict[str, list[Named]] = {
        "priority": view.site.priorities,
        "resolution": view.site.resolutions,
        "components": [entry for project in projects for entry in project.components],
        "versions": [entry for project in projects for entry in project.versions],
        "security": [entry for project in projects for entry in project.security_levels],
    }
    wanted = value.text.lower()
    found: list[Comparable] = [entry.id for entry in entries[field.kind] if wanted in (entry.name.lower(), entry.id)]
    if not found:
        raise unknown(value, name)
    return found
