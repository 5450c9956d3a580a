"""The seeded company: the same every time, valid, and fit for the demo's configuration."""

from datetime import date

import aiohttp
import pytest

from adapters.asana.settings import AsanaTeam
from adapters.jira.settings import JiraTeam
from bot.bootstrap import payload_reader
from bot.config_loader import load_config
from bot.domain.content_checks import content_checks
from bot.domain.readiness import Judge, Readiness
from bot.domain.template import RequestType
from sandbox.asana.records import Project, Task
from sandbox.asana.site import ASANA_ACCESS_TOKEN
from sandbox.company import demo_config, seed
from sandbox.company.jira_coming import WINTER_LAUNCH
from sandbox.jira import wiki
from sandbox.jira.adf import why_invalid
from sandbox.jira.model import Issue, RichText
from sandbox.jira.site import JIRA_API_TOKEN
from sandbox.server import Sandbox
from tests.shipped import shipped_types


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
        assert sandbox.slack.user(str(team.alerts.escalate_to)).title.startswith("Lead developer")
    assert config.ops_channel is not None
    assert sandbox.slack.channel(config.ops_channel).name == "devrequest-ops"


def test_some_fifty_tickets_complete_and_incomplete(sandbox: Sandbox) -> None:
    """Both trackers have tickets with and without a description, and some with tables and panels."""
    texts = [issue.values.get("description") for issue in sandbox.jira.issues.values()]
    tasks = sandbox.asana.all(Task)
    assert len(texts) + len(tasks) == 47
    assert texts.count(None) == 5
    kinds = {str(node["type"]) for one in texts if isinstance(one, RichText) and one.adf for node in one.adf["content"]}  # type: ignore[union-attr,index]
    assert kinds >= {"heading", "table", "panel", "taskList", "codeBlock", "bulletList"}
    assert sum("<table>" in task.html for task in tasks) == 1
    assert sum(task.html == "<body></body>" for task in tasks) == 4


def test_descriptions_are_valid_documents(sandbox: Sandbox) -> None:
    """Every description passes the stand-in's own check of ADF."""
    texts = [issue.values.get("description") for issue in sandbox.jira.issues.values()]
    assert [why_invalid(one.adf) for one in texts if isinstance(one, RichText) and one.adf] == [None] * 23


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


def test_week_ahead_has_something_for_every_slot(sandbox: Sandbox) -> None:
    """Launches within six weeks, roadblocks with their days, blocked and flagged ones, quick wins, action items."""
    jira, tasks = list(sandbox.jira.issues.values()), sandbox.asana.all(Task)
    today = sandbox.now().date()

    def labelled(label: str) -> list[Issue]:
        return [issue for issue in jira if label in issue.values.get("labels", [])]  # type: ignore[operator]

    def in_days(day: object) -> int:
        return (date.fromisoformat(str(day)) - today).days

    launches = [one for one in labelled("landing-page") if 0 <= in_days(one.values.get("duedate", "1999-01-01")) <= 42]
    assert len(launches) >= 5
    freeze = next(one for one in labelled("roadblock") if one.values["summary"] == "CMS freeze")
    text = freeze.values["description"]
    assert isinstance(text, RichText)
    shown = wiki.as_wiki(text)
    start, end = (shown.partition(f"h2. {word}\n\n")[2][:10] for word in ("From", "To"))
    winter = next(one for one in launches if one.values["summary"] == WINTER_LAUNCH)
    assert start <= str(winter.values["duedate"]) <= end
    assert "CMS" in shown
    flag = next(field for field in sandbox.jira.fields.values() if field.name == "Flagged")
    assert [one.values["summary"] for one in jira if one.values.get(flag.id)] == ["Landing page for partner discounts"]
    blocked = {sandbox.jira.issues[link.target].values["summary"] for link in sandbox.jira.links.values()}
    assert blocked == {"Checkout: show delivery date before payment", "Gift cards in the shop"}
    assert [task.name for task in tasks if task.dependencies] == ["Autumn webinars: series of four"]
    assert max(len(issue.voters) for issue in labelled("quick-win")) == 3
    assert max(len(task.likes) for task in tasks) == 4
    owners = [bool(one.values.get("assignee")) for one in labelled("action-item")]
    assert sorted(owners) == [False, True, True, True]
    assert any(comment.visibility for issue in jira for comment in issue.comments)


COMPLETE = {
    ("jira", "Pricing page with prices by company size"): "landing-page",
    ("jira", "Customer stories: filter by industry"): "landing-page",
    ("jira", WINTER_LAUNCH): "landing-page",
    ("jira", "Test: sign-up form with three fields"): "ab-test",
    ("jira", "CMS freeze"): "roadblock",
    ("jira", "Phone number at the top of the contact page"): "quick-win",
    ("asana", "Spring campaign: landing page and mails"): "campaign",
}
INCOMPLETE = {
    ("jira", "Landing page for the spring webinar"): ("landing-page", {"audience", "design_assets"}),
    ("jira", "Opening hours on the contact page"): ("landing-page", {"goal", "user_story"}),
    ("jira", "Test: free shipping from 40 €"): ("ab-test", {"hypothesis", "variants"}),
    ("asana", "Autumn webinars: series of four"): ("campaign", {"design_assets", "tracking"}),
}


async def test_some_tickets_are_complete_and_some_lack_what_they_are_there_for() -> None:
    """Read over the wire and judged by the bot: nothing is missing in the one kind, and named sections in the other."""
    sandbox = Sandbox(seed)
    url = await sandbox.start()
    types = shipped_types()
    try:
        async with aiohttp.ClientSession() as session:
            for (tracker, title), key in COMPLETE.items():
                verdict = await judged(session, sandbox, url, tracker, title, types[key])
                assert (title, verdict.score, verdict.gaps) == (title, 100, ())
            for (tracker, title), (key, sections) in INCOMPLETE.items():
                verdict = await judged(session, sandbox, url, tracker, title, types[key])
                assert {gap.section for gap in verdict.gaps} >= sections, title
    finally:
        await sandbox.stop()


async def judged(
    session: aiohttp.ClientSession, sandbox: Sandbox, url: str, tracker: str, title: str, kind: RequestType
) -> Readiness:
    """What the bot says of a ticket that the stand-in gives out."""
    if tracker == "jira":
        key = next(one.key for one in sandbox.jira.issues.values() if one.values["summary"] == title)
        address, token = f"{url}/jira/rest/api/3/issue/{key}?expand=names", JIRA_API_TOKEN
    else:
        gid = next(task.gid for task in sandbox.asana.all(Task) if task.name == title)
        address, token = f"{url}/asana/api/1.0/tasks/{gid}", ASANA_ACCESS_TOKEN
    async with session.get(address, headers={"Authorization": f"Bearer {token}"}) as answer:
        payload = await answer.json()
    ticket = payload_reader(tracker)(payload.get("data", payload))
    return Judge(kind, content=content_checks()).ticket(ticket)


async def test_one_thing_in_both_trackers_is_linked_once_started() -> None:
    """The addresses are those of this sandbox, after a reset too; linking makes neither of the two newer."""
    sandbox = Sandbox(seed)
    url = await sandbox.start()
    try:
        for _ in range(2):
            task = next(one for one in sandbox.asana.all(Task) if one.name == WINTER_LAUNCH)
            issue = next(one for one in sandbox.jira.issues.values() if one.values["summary"] == WINTER_LAUNCH)
            (link,) = issue.remote_links
            target = link.details["object"]
            assert isinstance(target, dict)
            assert str(target["url"]).startswith(f"{url}/asana/1/")
            assert str(target["url"]).endswith(f"/task/{task.gid}")
            assert [one.url for one in task.attachments] == [f"{url}/jira/browse/{issue.key}"]
            assert (sandbox.now() - task.modified_at).days == 2
            assert (sandbox.now() - issue.updated).days == 1
            sandbox.reset()
    finally:
        await sandbox.stop()


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
