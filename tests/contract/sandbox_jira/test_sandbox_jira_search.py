"""JQL, paging and the lag of the search index."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.faults import Fault
from sandbox.jira.extras import add_link
from sandbox.jira.view import View


@pytest.fixture
def filled(checked: Any) -> Any:
    """WEB-1 to WEB-4 and GROW-1, different in everything that a query can ask for."""
    site, now = checked.site, checked.site.now()
    mara = {"accountId": checked.account("Mara Example")}
    site.add_issue("WEB", "Epic", "Checkout", created=now - timedelta(days=30))
    fields = {"labels": ["devreq-V1", "Marketing"], "assignee": mara, "parent": {"key": "WEB-1"}, "Story Points": 3}
    goal = "h2. Goal\n\nSell more"
    story = site.add_issue("WEB", "Story", "Cart remembers", fields=fields, description=goal, status="Done")
    fields = {"duedate": "2026-12-24", "Business impact": {"value": "Revenue"}, "priority": {"name": "Highest"}}
    site.add_issue("WEB", "Bug", 'Broken "quotes" (again)', fields=fields, status="In Progress")
    flagged = {"Flagged": [{"value": "Impediment"}], "labels": ["marketing"], "components": [{"name": "Content"}]}
    site.add_issue("WEB", "Task", "Write copy", fields=flagged, created=now - timedelta(days=8))
    plan = site.add_issue("GROW", "Task", "Tracking plan", fields={"labels": ["Marketing"]})
    view = View(site, site.token_user, 3, "")
    add_link(view, next(kind for kind in site.link_types if kind.name == "Blocks"), plan, story)
    return checked


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("project = WEB", "WEB-1 WEB-2 WEB-3 WEB-4"),
        ("project = website", "WEB-1 WEB-2 WEB-3 WEB-4"),
        ("project in (WEB, GROW) AND type = task", "GROW-1 WEB-4"),
        ("project != WEB", "GROW-1"),
        ("issuetype not in (Task, Epic) and project = WEB", "WEB-2 WEB-3"),
        ('labels = "devreq-V1"', "WEB-2"),
        ("labels = MARKETING", "GROW-1 WEB-2 WEB-4"),
        ("labels in (devreq-V1, nothing)", "WEB-2"),
        ("project = WEB AND labels is EMPTY", "WEB-1 WEB-3"),
        ("project = WEB AND labels is not null", "WEB-2 WEB-4"),
        ("project = WEB AND labels != marketing", ""),
        ("project = WEB AND NOT labels = nothing", "WEB-2 WEB-4"),
        ("project = WEB AND not (labels is empty or type = task)", "WEB-2"),
        ("project = WEB && (type = Bug || type = Epic)", "WEB-1 WEB-3"),
        ("status = Done", "WEB-2"),
        ('status in ("In Progress", Done)', "WEB-2 WEB-3"),
        ("project = WEB and statusCategory != Done", "WEB-1 WEB-3 WEB-4"),
        ('statusCategory = "In Progress"', "WEB-3"),
        ("statusCategory = new and project = WEB", "WEB-1 WEB-4"),
        ("assignee = mara@example.com", None),
        ('assignee = "mara@example.com"', "WEB-2"),
        ("assignee is not empty", "WEB-2"),
        ("reporter = currentUser() and project = GROW", "GROW-1"),
        ("assignee in (currentUser())", ""),
        ("key = WEB-2", "WEB-2"),
        ("id in (WEB-2, WEB-3)", "WEB-2 WEB-3"),
        ("issuekey > WEB-2", "WEB-3 WEB-4"),
        ("parent = WEB-1", "WEB-2"),
        ("created >= -7d and project = WEB", "WEB-2 WEB-3"),
        ('created < "-1w" and project = WEB', "WEB-1 WEB-4"),
        ("created >= startOfDay(-1)", None),
        ("updated <= now() and project = GROW", "GROW-1"),
        ("created > '2020-01-01 10:00' and created < 2030-12-31 and project = GROW", "GROW-1"),
        ("duedate = 2026-12-24", "WEB-3"),
        ("due <= 2026-12-31", "WEB-3"),
        ("due > 2026-12-31", ""),
        ("resolution = Done", "WEB-2"),
        ("project = WEB and resolution = Unresolved", "WEB-1 WEB-3 WEB-4"),
        ("resolved >= -1d", "WEB-2"),
        ("priority = Highest", "WEB-3"),
        ("component = Content", "WEB-4"),
        ("summary ~ 'remember*'", "WEB-2"),
        ("summary ~ remember", ""),
        ('summary ~ "\\"cart remembers\\""', "WEB-2"),
        ('summary ~ "quotes \\\\(again\\\\)"', "WEB-3"),
        ("text ~ sell", "WEB-2"),
        ("project = WEB and summary !~ cart", "WEB-1 WEB-3 WEB-4"),
        ('"Business impact" = Revenue', "WEB-3"),
        ('"Story Points" >= 3', "WEB-2"),
        ('"story points" < 3', ""),
        ("Flagged is not EMPTY", "WEB-4"),
        ("issueLinkType is not EMPTY", "GROW-1 WEB-2"),
        ('issueLinkType = "is blocked by"', "WEB-2"),
        ("issueLinkType in (blocks)", "GROW-1 WEB-2"),  # the name of the type, and what one of its ends is called
        ("issueLinkType = clones", ""),
        ("issueLinkType = nonsense", None),
        ("cf[10010] = revenue", "WEB-3"),
        ("\n project\t=\nWEB and key=WEB-1 ", "WEB-1"),
    ],
)
def test_queries(filled: Any, jql: str, keys: str | None) -> None:
    """A query finds what Jira would find; None: Jira would refuse it for its characters or arguments."""
    if keys is None:
        assert filled.jql_error(jql)
    else:
        assert sorted(filled.keys(jql)) == keys.split()


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ("", "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."),
        (
            "order by created",
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.",
        ),
        ("nope = 1", "Field 'nope' does not exist or you do not have permission to view it."),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("status = Nope", "The value 'Nope' does not exist for the field 'status'."),
        ("issuetype = Nope", "The value 'Nope' does not exist for the field 'issuetype'."),
        ("assignee = nobody", "The value 'nobody' does not exist for the field 'assignee'."),
        ('reporter = "hidden@example.com"', "The value 'hidden@example.com' does not exist for the field 'reporter'."),
        ("key = WEB-99", "An issue with key 'WEB-99' does not exist for field 'key'."),
        ("project ~ WEB", "The operator '~' is not supported by the 'project' field."),
        ("summary = x", "The operator '=' is not supported by the 'summary' field."),
        ("labels > x", "The operator '>' is not supported by the 'labels' field."),
        ("'Business impact' = Fame", "The option 'Fame' for field 'Business impact' does not exist."),
        ("status was Done", "The operator 'was' is not supported by this stand-in for Jira."),
        (
            "project = projectsLeadByUser()",
            "The function 'projectsLeadByUser' is not supported by this stand-in for Jira.",
        ),
        (
            "issue in linkedIssues(WEB-1)",
            "The function 'linkedIssues' with arguments is not supported by this stand-in for Jira.",
        ),
        (
            "summary ~ '*x'",
            "The text query '*x' for field 'summary' is not allowed to start with character '*'",
        ),
        (
            "project = INT",
            (
                "Error in the JQL Query: Expecting either a value, list or function but got 'INT'. 'INT' is a reserved "
                "JQL word. You must surround it in quotation marks to use it as a value. (line 1, character 11)"
            ),
        ),
        (
            "labels = a@b",
            (
                "Error in the JQL Query: The character '@' is a reserved JQL character. You must enclose it in a "
                "string or use the escape '\\u0040' instead. (line 1, character 11)"
            ),
        ),
        (
            'labels = "open',
            "Error in the JQL Query: The quoted string 'open' has not been completed. (line 1, character 10)",
        ),
        (
            "project = WEB project = GROW",
            "Error in the JQL Query: Expecting either 'OR' or 'AND' but got 'project'. (line 1, character 11)",
        ),
        ("(project = WEB", "Error in the JQL Query: Expecting ')'. (line 1, character 12)"),
        ("labels is x", "Error in the JQL Query: The operator 'is' only takes EMPTY or NULL. (line 1, character 11)"),
        (
            "created > soon",
            (
                "Date value 'soon' for field 'created' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
                "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
            ),
        ),
        ("project = WEB order by nope", "Field 'nope' does not exist or you do not have permission to view it."),
    ],
)
def test_refused_queries(checked: Any, jql: str, message: str) -> None:
    """An unknown name or value is a 400 in Jira's words; what the stand-in does not know says so."""
    assert checked.jql_error(jql) == message


def test_a_quoted_value_is_taken_literally(checked: Any) -> None:
    """Quotes, backslashes, newlines and reserved words come through when they are escaped and quoted."""
    checked.story("one", Campaign='say "hi" \\ twice')
    checked.story("two", labels=["empty"])
    assert checked.keys('Campaign ~ "\\"say\\" twice"') == ["WEB-1"]
    assert checked.keys('labels = "empty" and project = "WEB"') == ["WEB-2"]


def test_order(filled: Any) -> None:
    """Several fields, up and down; dates and priorities begin with the latest and the highest."""
    assert filled.keys("project = WEB order by key") == ["WEB-1", "WEB-2", "WEB-3", "WEB-4"]
    assert filled.keys("project = WEB order by summary") == ["WEB-3", "WEB-2", "WEB-1", "WEB-4"]
    assert filled.keys("project = WEB order by created desc") == ["WEB-3", "WEB-2", "WEB-4", "WEB-1"]
    assert filled.keys("project = WEB order by created asc") == ["WEB-1", "WEB-4", "WEB-2", "WEB-3"]


def test_only_ids_unless_asked(checked: Any) -> None:
    """The answer holds ids alone by default, never a total or a start; `fields` adds what is asked for."""
    issue = checked.story()
    bare = checked.raw("GET", "search/jql?jql=project%3DWEB").json()
    assert bare == {"issues": [{"id": issue.id}], "isLast": True}
    full = checked.raw("GET", "search/jql?jql=project%3DWEB&fields=summary,labels").json()
    assert full["issues"][0]["fields"] == {"summary": "A story", "labels": []}
    everything = checked.raw("POST", "search/jql", {"jql": "project=WEB", "fields": ["*all"]}).json()
    assert "comment" in everything["issues"][0]["fields"]


def test_pages(checked: Any) -> None:
    """Tokens lead through all pages; what is made meanwhile does not shift them; a foreign token is refused."""
    for number in range(5):
        checked.story(f"S{number}")
    query = {"jql": "project = WEB order by key", "fields": ["key"], "maxResults": 2}
    first = checked.raw("POST", "search/jql", query).json()
    checked.story("S5")
    second = checked.raw("POST", "search/jql", query | {"nextPageToken": first["nextPageToken"]}).json()
    third = checked.raw("POST", "search/jql", query | {"nextPageToken": second["nextPageToken"]}).json()
    pages = [[issue["key"] for issue in page["issues"]] for page in (first, second, third)]
    assert pages == [["WEB-1", "WEB-2"], ["WEB-3", "WEB-4"], ["WEB-5"]]
    assert (first["isLast"], third["isLast"], "nextPageToken" in third) == (False, True, False)
    foreign = query | {"jql": "project = GROW", "nextPageToken": first["nextPageToken"]}
    assert checked.raw("POST", "search/jql", foreign).status_code == 400
    checked.clock.move(8 * 24 * 3600)
    assert checked.raw("POST", "search/jql", query | {"nextPageToken": first["nextPageToken"]}).status_code == 400


def test_pages_with_fields_are_short(checked: Any) -> None:
    """With fields a page holds 100 issues at most, whatever was asked for."""
    for number in range(101):
        checked.story(f"S{number}")
    answer = checked.raw("POST", "search/jql", {"jql": "project = WEB", "fields": ["summary"], "maxResults": 500})
    assert (len(answer.json()["issues"]), answer.json()["isLast"]) == (100, False)
    ids = checked.raw("POST", "search/jql", {"jql": "project = WEB", "maxResults": 500}).json()
    assert (len(ids["issues"]), ids["isLast"]) == (101, True)


def test_count(checked: Any) -> None:
    """The approximate count is right here; it wants a bounded query too."""
    checked.story()
    assert checked.raw("POST", "search/approximate-count", {"jql": "project = WEB"}).json() == {"count": 1}
    assert checked.raw("POST", "search/approximate-count", {"jql": ""}).status_code == 400


def test_the_index_is_late(checked: Any) -> None:
    """A new issue is found only after the lag, by key and with reconcileIssues at once."""
    checked.faults.add(Fault("jira", "late_index", seconds=30))
    made = checked.create(labels=["devreq-1"]).json()
    assert checked.raw("GET", f"issue/{made['key']}").status_code == 200
    assert checked.keys('labels = "devreq-1"') == []
    assert checked.keys('labels = "devreq-1"', reconcileIssues=[int(made["id"])]) == ["WEB-1"]
    checked.clock.move(29)
    assert checked.keys('labels = "devreq-1"') == []
    checked.clock.move(2)
    assert checked.keys('labels = "devreq-1"') == ["WEB-1"]


def test_changes_are_late_too(checked: Any) -> None:
    """Until the lag is over search shows an issue as it was, step by step; switching the fault off catches up."""
    issue = checked.story("Alpha")
    checked.faults.add(Fault("jira", "late_index", seconds=30))
    for text in ("Second", "Third"):
        checked.raw("PUT", f"issue/{issue.key}", {"fields": {"summary": text}})
        checked.clock.move(20)
    seen = [checked.keys(f"summary ~ {text}") for text in ("Alpha", "Second", "Third")]
    assert seen == [[], ["WEB-1"], []]
    checked.faults.clear()
    assert checked.keys("summary ~ Third") == ["WEB-1"]
    assert checked.raw("GET", f"issue/{issue.key}").json()["fields"]["summary"] == "Third"


def test_the_old_search_is_gone(server: Any) -> None:
    """GET and POST /search are 410 and point to the new one."""
    for method, api in (("GET", 2), ("POST", 2), ("GET", 3), ("POST", 3)):
        answer = server.raw(method, "search", {} if method == "POST" else None, api=api)
        assert answer.status_code == 410
        assert "/rest/api/3/search/jql" in answer.json()["errorMessages"][0]


def test_bulk_fetch_leaves_out_what_is_missing(checked: Any) -> None:
    """Ids and keys together, each issue once, unknown ones not mentioned."""
    first, second = checked.story(), checked.story()
    body = {"issueIdsOrKeys": [second.key, first.id, "WEB-99", first.key], "fields": ["summary"]}
    answer = checked.raw("POST", "issue/bulkfetch", body).json()
    assert ([issue["key"] for issue in answer["issues"]], answer["issueErrors"]) == (["WEB-2", "WEB-1"], [])


def test_dates_are_read_in_the_zone_of_the_user(checked: Any) -> None:
    """A time in a query is meant in the time zone of the token's user, not in UTC."""
    issue = checked.story()
    checked.site.token_user.time_zone = "Pacific/Kiritimati"
    local = (issue.created + timedelta(hours=14, minutes=-5)).strftime("%Y-%m-%d %H:%M")
    assert checked.keys(f'created >= "{local}"') == ["WEB-1"]
    checked.site.token_user.time_zone = "Etc/UTC"
    assert checked.keys(f'created >= "{local}"') == []
