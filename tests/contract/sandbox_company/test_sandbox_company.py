"""The seeded company: the same every time, valid, and fit for the demo's configuration."""

import pytest

from adapters.asana.settings import AsanaTeam
from adapters.jira.settings import JiraTeam
from bot.config_loader import load_config
from sandbox.asana.records import Project, Task
from sandbox.company import demo_config, seed
from sandbox.jira.adf import why_invalid
from sandbox.jira.model import RichText
from sandbox.server import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox(seed)


def test_demo_configuration_is_accepted_and_fits_the_company(sandbox: Sandbox) -> None:
    """The bot takes the file as it is, and all that it names is there."""
    config, problems = load_config("devrequest.yaml", demo_config(), {"jira": JiraTeam, "asana": AsanaTeam})
    assert problems == []
    assert config is not None
    assert [(team.name, team.tracker, sorted(team.trackers)) for team in config.teams] == [
        ("Web", "jira", ["asana", "jira"]),
        ("Growth", "asana", ["asana", "jira"]),
    ]
    for team in config.teams:
        assert sandbox.slack.channel(team.channel).name == f"mar-dev-{team.id}"
        assert sandbox.jira.find_project(team.trackers["jira"]["project"]) is not None
        project = sandbox.asana.find(Project, team.trackers["asana"]["project"])
        assert team.trackers["asana"]["section"] in [section.name for section in project.sections]
    assert config.ops_channel is not None
    assert sandbox.slack.channel(config.ops_channel).name == "devrequest-ops"


def test_some_twenty_tickets_complete_and_incomplete(sandbox: Sandbox) -> None:
    """Both trackers have tickets with and without a description, and some with tables and panels."""
    texts = [issue.values.get("description") for issue in sandbox.jira.issues.values()]
    tasks = sandbox.asana.all(Task)
    assert len(texts) + len(tasks) == 25
    assert texts.count(None) == 1
    kinds = {str(node["type"]) for one in texts if isinstance(one, RichText) and one.adf for node in one.adf["content"]}  # type: ignore[union-attr,index]
    assert kinds >= {"heading", "table", "panel", "taskList", "codeBlock", "bulletList"}
    assert sum("<table>" in task.html for task in tasks) == 1
    assert sum(task.html == "<body></body>" for task in tasks) == 1


def test_descriptions_are_valid_documents(sandbox: Sandbox) -> None:
    """Every description passes the stand-in's own check of ADF."""
    texts = [issue.values.get("description") for issue in sandbox.jira.issues.values()]
    assert [why_invalid(one.adf) for one in texts if isinstance(one, RichText) and one.adf] == [None] * 14


def test_people_have_the_same_address_everywhere(sandbox: Sandbox) -> None:
    """Members with seats are found by e-mail in both trackers; one member has none; a guest and a visitor are there."""
    slack = {user.email: user for user in sandbox.slack.users.values() if not user.is_bot and not user.deleted}
    seats = {user.email for user in sandbox.jira.users.values() if user.kind == "atlassian"}
    asana = {record.email for record in sandbox.asana.records.values() if getattr(record, "kind", "") == "user"}
    assert len(seats) == 7
    assert seats <= set(slack)
    assert seats <= asana
    assert [user.name for email, user in slack.items() if email not in seats] == ["nora", "gil", "pat"]
    assert [user.name for user in slack.values() if user.is_restricted or user.is_stranger] == ["gil", "pat"]


def test_reset_brings_the_same_company_back() -> None:
    """Keys, gids and channels are the same after a reset, and what was added is gone."""

    def shape(sandbox: Sandbox) -> tuple[list[str], list[str], list[str]]:
        keys = [issue.key for issue in sandbox.jira.issues.values()]
        return keys, sorted(sandbox.asana.records), sorted(sandbox.slack.channels)

    sandbox = Sandbox(seed)
    before = shape(sandbox)
    sandbox.jira.add_issue("WEB", "Task", "One more")
    sandbox.slack.dm("U0MARA")
    sandbox.reset()
    assert shape(sandbox) == before
