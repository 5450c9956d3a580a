"""The unchanged `jira` client against the stand-in for Jira, every exchange held against Jira's own contract."""

import io
from typing import Any

import pytest
from jira import JIRAError

from sandbox.jira.site import JIRA_API_TOKEN

STORY = {"project": {"key": "WEB"}, "issuetype": {"name": "Story"}, "summary": "Cart remembers"}


def test_the_client_sees_cloud(checked: Any) -> None:
    """The client finds Cloud in serverInfo and the user of the token in myself."""
    client = checked.client()
    assert client.server_info()["deploymentType"] == "Cloud"
    assert client.server_info()["versionNumbers"] == [1001, 0, 0]
    assert client.myself()["accountId"] == checked.site.token_user.account_id


def test_a_bearer_token_works_as_on_data_center(checked: Any) -> None:
    """The token alone, as Bearer, stands for the same user."""
    client = checked.client(basic_auth=None, token_auth=JIRA_API_TOKEN)
    assert client.myself()["displayName"] == "Dev Request"


def test_create_and_read_back(checked: Any) -> None:
    """An issue made by the client has what was sent, in v2's own form."""
    issue = checked.client().create_issue(fields={**STORY, "description": "h2. Goal\n\nSell *more*", "labels": ["a"]})
    assert (issue.key, issue.fields.summary, issue.fields.description, issue.fields.labels) == (
        "WEB-1",
        "Cart remembers",
        "h2. Goal\n\nSell *more*",
        ["a"],
    )
    assert issue.fields.status.statusCategory.key == "new"
    assert issue.fields.reporter.accountId == checked.site.token_user.account_id


def test_create_without_reading_back_is_one_request(checked: Any) -> None:
    """`prefetch=False` needs no second request."""
    client = checked.client()
    before = len(checked.recorder.lines(["jira"]))
    assert client.create_issue(fields=STORY, prefetch=False).key == "WEB-1"
    assert len(checked.recorder.lines(["jira"])) == before + 1


def test_bulk_create_partly_fails(checked: Any) -> None:
    """Of two issues the good one is made, and the answer is 201."""
    made = checked.client().create_issues([STORY, {**STORY, "labels": ["two words"]}])
    assert [entry["status"] for entry in made] == ["Success", "Error"]
    assert made[1]["error"] == {"labels": "The label 'two words' contains spaces which is invalid."}


def test_search_pages_by_token(checked: Any) -> None:
    """The client follows the tokens to the end and meets every issue once."""
    for number in range(5):
        checked.story(f"Story {number}")
    checked.site.page_limit = 2
    found = checked.client().enhanced_search_issues("project = WEB ORDER BY key", fields="summary", maxResults=False)
    assert [issue.key for issue in found] == ["WEB-1", "WEB-2", "WEB-3", "WEB-4", "WEB-5"]


def test_comment_attach_and_link(checked: Any) -> None:
    """Comments, files and remote links come back as they were given."""
    client = checked.client()
    issue = client.create_issue(fields=STORY)
    client.add_comment(issue, "Looks *good*")
    client.add_attachment(issue, io.BytesIO(b"\x00\r\n--binary\r\n"), filename="größe.bin")
    client.add_simple_link(issue, {"url": "https://example.com/x", "title": "Thread"})
    seen = client.issue(issue.key)
    assert [comment.body for comment in client.comments(issue)] == ["Looks *good*"]
    assert [(file.filename, file.get()) for file in seen.fields.attachment] == [("größe.bin", b"\x00\r\n--binary\r\n")]
    assert [link.object.url for link in client.remote_links(issue)] == ["https://example.com/x"]


def test_edit_and_changelog(checked: Any) -> None:
    """An edit is seen at once, and the changelog tells from what to what."""
    client = checked.client()
    issue = client.create_issue(fields=STORY)
    issue.update(fields={"summary": "Cart forgets"}, update={"labels": [{"add": "urgent"}]})
    seen = client.issue(issue.key, expand="changelog")
    assert (seen.fields.summary, seen.fields.labels) == ("Cart forgets", ["urgent"])
    items = {item.field: (item.fromString, item.toString) for item in seen.changelog.histories[0].items}
    assert items == {"summary": ("Cart remembers", "Cart forgets"), "labels": (None, "urgent")}


def test_finding_people(answers_checked: Any) -> None:
    """Names and visible e-mails are found by their beginning; hidden e-mails and inactive people are not."""
    client = answers_checked.client()
    found = [
        [user.displayName for user in client.search_users(query=query)]
        for query in ("mara@example", "example", "hidden@example.com", "former")
    ]
    assert found == [["Mara Example"], ["Mara Example"], [], []]
    assignable = client.search_assignable_users_for_issues(query="hidden", project="WEB")
    assert [hasattr(user, "emailAddress") for user in assignable] == [False]


def test_transition_by_name(answers_checked: Any) -> None:
    """The client moves an issue by the name of the step; a done issue has a resolution."""
    client = answers_checked.client()
    issue = client.create_issue(fields=STORY)
    client.transition_issue(issue, "Done")
    seen = client.issue(issue.key)
    assert (seen.fields.status.name, seen.fields.resolution.name) == ("Done", "Done")
    assert seen.fields.resolutiondate is not None


def test_links_have_a_direction(answers_checked: Any) -> None:
    """With "Blocks" the inward issue of the request blocks the outward one; each sees the other from its side."""
    client = answers_checked.client()
    blocker, blocked = client.create_issue(fields=STORY), client.create_issue(fields=STORY)
    client.create_issue_link("Blocks", blocker.key, blocked.key)
    client.create_issue_link("Blocks", blocker.key, blocked.key)
    (from_blocker,) = client.issue(blocker.key).fields.issuelinks
    (from_blocked,) = client.issue(blocked.key).fields.issuelinks
    assert (from_blocker.type.outward, from_blocker.outwardIssue.key) == ("blocks", "WEB-2")
    assert (from_blocked.type.inward, from_blocked.inwardIssue.key) == ("is blocked by", "WEB-1")


def test_properties_votes_and_watchers(answers_checked: Any) -> None:
    """An entity property keeps any JSON; votes and watchers are counted."""
    client = answers_checked.client()
    issue = client.create_issue(fields={**STORY, "reporter": {"accountId": answers_checked.account("Mara Example")}})
    client.add_issue_property(issue.key, "devrequest", {"id": "V1", "list": [1]})
    client.add_vote(issue.key)
    client.add_watcher(issue.key, answers_checked.account("Mara Example"))
    assert client.issue_property(issue.key, "devrequest").value.id == "V1"
    assert client.votes(issue.key).votes == 1
    assert client.watchers(issue.key).watchCount == 2


def test_delete(answers_checked: Any) -> None:
    """A deleted issue is gone, and its key is not given again."""
    client = answers_checked.client()
    client.create_issue(fields=STORY).delete()
    with pytest.raises(JIRAError) as gone:
        client.issue("WEB-1")
    assert (gone.value.status_code, gone.value.text) == (
        404,
        "Issue does not exist or you do not have permission to see it.",
    )
    assert client.create_issue(fields=STORY).key == "WEB-2"
