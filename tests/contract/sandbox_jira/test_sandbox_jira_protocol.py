"""Who is let in, what is hidden, and that every refusal is in Jira's own shape."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from hypothesis import given, settings, strategies as st

from sandbox.jira.site import JIRA_API_TOKEN
from tests.strategies import examples

NO_ISSUE = {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}
UNAUTHENTICATED = {
    "errorMessages": ["You are not authenticated. Authentication required to perform this operation."],
    "errors": {},
}
STORY = {"project": {"key": "WEB"}, "issuetype": {"name": "Story"}, "summary": "S"}
PARAGRAPH = {
    "version": 1,
    "type": "doc",
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x"}]}],
}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + base64.b64encode(b"mara@example.com:wrong").decode()},
        {"Authorization": "Basic " + base64.b64encode(f":{JIRA_API_TOKEN}".encode()).decode()},
        {"Authorization": "Negotiate x"},
    ],
)
def test_nobody_gets_in_without_the_token(answers_checked: Any, headers: dict[str, str]) -> None:
    """Anonymous or with wrong credentials: 401 everywhere, and nothing is made."""
    for method, path, body in (("GET", "myself", None), ("POST", "issue", {"fields": STORY})):
        answer = answers_checked.raw(method, path, body, auth=None, headers=headers)
        assert (answer.status_code, answer.json()) == (401, UNAUTHENTICATED)
        assert "X-Seraph-LoginReason" in answer.headers
    assert answers_checked.site.issues == {}


def test_server_info_is_public_but_a_wrong_token_is_not_welcome(checked: Any) -> None:
    """Anybody may ask what the server is; a wrong token is refused even there."""
    wrong = {"Authorization": "Bearer wrong"}
    assert checked.raw("GET", "serverInfo", auth=None).json()["deploymentType"] == "Cloud"
    assert checked.raw("GET", "serverInfo", auth=None, headers=wrong).status_code == 401


def test_an_expired_token(checked: Any) -> None:
    """A token that the site no longer takes is refused until it is taken again."""
    checked.site.token = "renewed"
    assert checked.raw("GET", "myself").status_code == 401
    assert checked.raw("GET", "myself", auth=("bot@example.com", "renewed")).status_code == 200


def test_the_e_mail_says_who_asks(checked: Any) -> None:
    """With the e-mail of a user the token speaks for that user; with any other it is refused, as Jira does."""
    names = [
        checked.raw("GET", "myself", auth=(email, JIRA_API_TOKEN)).json()["displayName"]
        for email in ("mara@example.com", "bot@example.com")
    ]
    assert names == ["Mara Example", "Dev Request"]
    for path in ("myself", "serverInfo"):
        assert checked.raw("GET", path, auth=("nobody@example.com", JIRA_API_TOKEN)).status_code == 401


def test_a_hidden_project_does_not_exist(answers_checked: Any) -> None:
    """What the user may not browse is 404 by key, an unknown value in JQL and in no list."""
    server = answers_checked
    server.site.add_project("SECRET", "Secret", members=[])
    server.site.add_issue("WEB", "Story", "Seen")
    server.site.projects[server.project("SECRET").id].members = {server.site.token_user.account_id}
    hidden = server.site.add_issue("SECRET", "Story", "Hidden")
    server.project("SECRET").members = set()
    assert server.raw("GET", f"issue/{hidden.key}").json() == NO_ISSUE
    assert server.raw("GET", "project/SECRET").json()["errorMessages"] == [
        "No project could be found with key 'SECRET'."
    ]
    assert server.jql_error("project = SECRET") == "The value 'SECRET' does not exist for the field 'project'."
    assert server.keys("created >= -1d") == ["WEB-1"]
    assert [entry["key"] for entry in server.raw("GET", "project/search").json()["values"]] == ["GROW", "WEB"]
    assert server.raw("GET", "issue/createmeta/SECRET/issuetypes").status_code == 400
    assert server.raw("POST", "issue", {"fields": {**STORY, "project": {"key": "SECRET"}}}).json()["errors"] == {
        "project": "Specify a valid project ID or key"
    }


def test_a_security_level_hides_an_issue(checked: Any) -> None:
    """An issue behind a security level is 404, not found, and missing among the links of others."""
    mara = next(user for user in checked.site.users.values() if user.name == "Mara Example")
    checked.site.add_security_level(checked.web, "Board only", [mara])
    secret, seen = checked.story("Secret"), checked.story("Seen")
    checked.raw("POST", "issueLink", _link(secret.key, seen.key))
    checked.raw("PUT", f"issue/{secret.key}", {"fields": {"security": {"name": "Board only"}}})
    assert checked.raw("GET", f"issue/{secret.key}").status_code == 404
    assert checked.keys("project = WEB") == [seen.key]
    assert checked.raw("GET", f"issue/{seen.key}").json()["fields"]["issuelinks"] == []
    as_mara = {"auth": ("mara@example.com", JIRA_API_TOKEN)}
    assert checked.raw("GET", f"issue/{secret.key}", **as_mara).json()["fields"]["security"]["name"] == "Board only"


def _link(inward: str, outward: str) -> dict[str, Any]:
    return {"type": {"name": "Blocks"}, "inwardIssue": {"key": inward}, "outwardIssue": {"key": outward}}


def test_missing_permissions(answers_checked: Any) -> None:
    """Without a permission the action is refused and mypermissions says so."""
    issue = answers_checked.story()
    answers_checked.site.denied |= {("CREATE_ISSUES", "WEB"), ("EDIT_ISSUES", None)}
    assert answers_checked.create().status_code == 403
    assert answers_checked.raw("PUT", f"issue/{issue.key}", {"fields": {"labels": ["x"]}}).status_code == 403
    asked = "permissions=CREATE_ISSUES,BROWSE_PROJECTS,EDIT_ISSUES"
    for project, expected in (("WEB", [False, True, False]), ("GROW", [True, True, False])):
        shown = answers_checked.raw("GET", f"mypermissions?projectKey={project}&{asked}").json()["permissions"]
        assert [entry["havePermission"] for entry in shown.values()] == expected
    assert answers_checked.raw("GET", "mypermissions").status_code == 400
    assert answers_checked.raw("GET", "mypermissions?permissions=FLY").status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "data", "status", "body"),
    [
        (
            "POST",
            "issue",
            b"{",
            400,
            {
                "errorMessages": ["There was an error parsing JSON. Check that your request body is valid."],
                "errors": {},
            },
        ),
        (
            "PUT",
            "issue/WEB-1",
            b"[]",
            400,
            {
                "errorMessages": ["Invalid request payload. Refer to the REST API documentation and try again."],
                "errors": {},
            },
        ),
        ("POST", "issue", b"\xff\xfe", 400, None),
        ("POST", "issue", b'{"fields": 1}', 400, None),
        ("POST", "issue", b'{"fields": {"project": 1}}', 400, None),
        ("POST", "search/jql", b'{"jql": 1}', 400, None),
        ("POST", "search/jql", b'{"jql": "project = WEB", "startAt": 0}', 400, None),
        ("POST", "search/jql", b'{"jql": "project = WEB", "maxResults": -1}', 400, None),
        (
            "POST",
            "issue/WEB-1/comment",
            b'{"body": "plain"}',
            400,
            {"errorMessages": [], "errors": {"comment": "Comment body is not valid!"}},
        ),
        (
            "POST",
            "issue/WEB-1/comment",
            b"{}",
            400,
            {"errorMessages": [], "errors": {"comment": "Comment body can not be empty!"}},
        ),
        (
            "POST",
            "issue/WEB-1/transitions",
            b"{}",
            400,
            {"errorMessages": ["Missing 'transition' identifier"], "errors": {}},
        ),
        ("POST", "issue/WEB-1/transitions", b'{"transition": {"id": "31"}}', 400, None),
        (
            "POST",
            "issue/WEB-1/remotelink",
            b'{"object": {"title": "x"}}',
            400,
            {"errorMessages": [], "errors": {"url": "'url' is required and must be a valid URI."}},
        ),
        ("POST", "issue/WEB-99/comment", b"{}", 404, NO_ISSUE),
    ],
)
def test_malformed_requests(
    answers_checked: Any, method: str, path: str, data: bytes, status: int, body: dict[str, Any] | None
) -> None:
    """Whatever is wrong with a body, the answer is an error collection, never a 5xx or a dropped connection."""
    answers_checked.story()
    answer = answers_checked.raw(method, path, data=data, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert set(answer.json()) == {"errorMessages", "errors"}
    if body is not None:
        assert answer.json() == body


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "nope", 404), ("DELETE", "field", 405), ("GET", "issue", 405)]
)
def test_unknown_paths_and_methods(server: Any, method: str, path: str, status: int) -> None:
    """Outside its resources Jira answers in another shape, still as JSON."""
    answer = server.raw(method, path)
    assert (answer.status_code, answer.json()["status-code"]) == (status, status)


def test_other_content_types_are_refused(server: Any) -> None:
    """A body that does not say it is JSON is a 415."""
    answer = server.raw("POST", "issue", data=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_deeply_nested_json_is_refused(server: Any) -> None:
    """JSON nested too deeply to be read is malformed, no failure of the server."""
    answer = server.raw("POST", "issue", data=b"[" * 100_000, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_keys_are_given_once(server: Any) -> None:
    """Forty creates at once get forty keys."""

    def create(_: int) -> str:
        answer = requests.post(
            f"{server.url}/rest/api/3/issue",
            json={"fields": STORY},
            auth=("bot@example.com", JIRA_API_TOKEN),
            timeout=10,
        )
        return str(answer.json()["key"])

    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(create, range(40)))
    assert sorted(keys) == sorted(f"WEB-{number}" for number in range(1, 41))


def test_create_screens_are_paged(answers_checked: Any) -> None:
    """createmeta comes in pages with the keys of Cloud."""
    types = answers_checked.raw("GET", "issue/createmeta/WEB/issuetypes?maxResults=2&startAt=1").json()
    assert [entry["name"] for entry in types["issueTypes"]] == ["Task", "Bug"]
    assert (types["startAt"], types["maxResults"], types["total"]) == (1, 2, 4)
    page = answers_checked.raw("GET", "issue/createmeta/WEB/issuetypes/10001?maxResults=500").json()
    fields = {entry["name"]: entry for entry in page["fields"]}
    assert page["maxResults"] == 200
    assert [fields[name]["required"] for name in ("Summary", "Description")] == [True, False]
    assert [option["value"] for option in fields["Business impact"]["allowedValues"]] == [
        "Revenue",
        "Retention",
        "Cost",
        "Compliance",
    ]
    assert fields["Flagged"]["schema"] == {
        "type": "array",
        "items": "option",
        "custom": "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes",
        "customId": 10012,
    }


def test_remote_links_are_upserts(checked: Any) -> None:
    """The same global id replaces the link as a whole: 201, then 200."""
    issue = checked.story()
    path, target = f"issue/{issue.key}/remotelink", {"url": "https://example.com", "title": "T"}
    first = checked.raw("POST", path, {"globalId": "slack=1", "relationship": "asked in", "object": target})
    again = checked.raw("POST", path, {"globalId": "slack=1", "object": target | {"title": "U"}})
    (link,) = checked.raw("GET", path).json()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] == link["id"]
    assert (link["object"]["title"], "relationship" in link) == ("U", False)
    assert checked.raw("GET", f"{path}?globalId=slack%3D1").json()["id"] == link["id"]


def test_attachments(answers_checked: Any) -> None:
    """The header is required, content comes back byte for byte, too big is 413, other people's files are 404."""
    issue, content = answers_checked.story(), bytes(range(256)) * 10
    path, token = f"issue/{issue.key}/attachments", {"X-Atlassian-Token": "no-check"}
    refused = answers_checked.raw("POST", path, files={"file": ("a.bin", content)})
    assert (refused.status_code, refused.json()["errorMessages"]) == (403, ["XSRF check failed"])
    many = [("file", ("a.bin", content)), ("file", ("b.txt", b"", "text/plain"))]
    shown = answers_checked.raw("POST", path, files=many, headers=token).json()
    assert [(entry["filename"], entry["size"], entry["mimeType"]) for entry in shown] == [
        ("a.bin", 2560, "application/octet-stream"),
        ("b.txt", 0, "text/plain"),
    ]
    assert answers_checked.raw("GET", f"attachment/content/{shown[0]['id']}").content == content
    assert answers_checked.raw("GET", f"attachment/{shown[0]['id']}").json()["id"] == int(shown[0]["id"])
    answers_checked.site.upload_limit = 100
    assert answers_checked.raw("POST", path, files=many, headers=token).status_code == 413
    assert answers_checked.raw("GET", "attachment/meta").json() == {"enabled": True, "uploadLimit": 100}
    assert len(issue.attachments) == 2


def test_comments(checked: Any) -> None:
    """Comments are edited, counted, turned round and removed; those for other roles are not seen."""
    issue = checked.story()
    path = f"issue/{issue.key}/comment"
    first = checked.raw("POST", path, {"body": PARAGRAPH}).json()
    visibility = {"type": "role", "value": "Developers"}
    as_mara = {"auth": ("mara@example.com", JIRA_API_TOKEN)}
    second = checked.raw("POST", path, {"body": PARAGRAPH, "visibility": visibility}, **as_mara).json()
    assert checked.raw("GET", path).json()["total"] == 1
    page = checked.raw("GET", f"{path}?orderBy=-created&maxResults=1", **as_mara).json()
    assert ([entry["id"] for entry in page["comments"]], page["total"]) == ([second["id"]], 2)
    assert checked.raw("PUT", f"{path}/{first['id']}", {"body": PARAGRAPH}).status_code == 200
    assert checked.raw("GET", f"{path}/{second['id']}").status_code == 404
    assert checked.raw("DELETE", f"{path}/{first['id']}").status_code == 204
    assert checked.raw("GET", path).json()["comments"] == []


def test_the_rest_of_the_site(checked: Any) -> None:
    """Every small resource answers as the contract says."""
    issue = checked.story(labels=["one"])
    checked.site.add_remote_link(issue, "https://example.com", "T", "g")
    checked.site.add_attachment(issue, "a.txt", b"x")
    mara = checked.account("Mara Example")
    for path in (
        "project/WEB",
        "project/WEB/components",
        "project/WEB/versions",
        "project/WEB/statuses",
        "field",
        "field/search?query=impact",
        "status",
        "statuscategory",
        "issuetype",
        "label",
        "issueLinkType",
        "users/search",
        f"user?accountId={mara}",
        f"user/bulk?accountId={mara}",
        "user/assignable/search?project=WEB&query=mara&maxResults=5",
        f"issue/{issue.key}?fields=*all,-comment&expand=names,schema,changelog,transitions,editmeta,renderedFields",
        f"issue/{issue.key}/editmeta",
        f"issue/{issue.key}/transitions?expand=transitions.fields",
        f"issue/{issue.key}/properties",
        f"issue/{issue.key}/votes",
        f"issue/{issue.key}/watchers",
        f"issue/{issue.key}/remotelink/{issue.remote_links[0].id}",
        "search/jql?jql=project%3DWEB&fields=*all&expand=names,schema,changelog",
    ):
        assert checked.raw("GET", path).status_code == 200, path
    assert checked.raw("PUT", f"issue/{issue.key}/properties/p", {"a": 1}).status_code == 201
    assert checked.raw("PUT", f"issue/{issue.key}/properties/p", {"a": 2}).status_code == 200
    assert checked.raw("DELETE", f"issue/{issue.key}/properties/p").status_code == 204
    assert checked.raw("PUT", f"issue/{issue.key}/assignee", {"accountId": mara}).status_code == 204
    assert checked.raw("DELETE", f"issue/{issue.key}?deleteSubtasks=true").status_code == 204


def test_reset(server: Any) -> None:
    """A reset site is empty, and its numbers begin again."""
    server.story()
    server.site.reset()
    assert (server.site.issues, list(server.site.projects), len(server.site.users)) == ({}, [], 1)


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["WEB", "WEB-1", "10001"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["key", "id", "name", "value", "add", "set", "type", "content"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)
PARTS = st.sampled_from(
    ["fields", "update", "transition", "properties", "body", "object", "type", "inwardIssue", "jql"]
)
FIELDS = st.sampled_from(["summary", "labels", "assignee", "description", "parent", "comment", "customfield_10010"])


@settings(max_examples=examples(100), deadline=None)
@given(
    where=st.sampled_from(
        ["POST issue", "PUT issue/WEB-1", "POST issue/WEB-1/comment", "POST issue/WEB-1/transitions", "POST issueLink"]
    ),
    fields=st.dictionaries(FIELDS, ANYTHING, max_size=3),
    rest=st.dictionaries(PARTS, ANYTHING, max_size=3),
)
def test_no_body_breaks_the_server(
    shared_server: Any, where: str, fields: dict[str, Any], rest: dict[str, Any]
) -> None:
    """Whatever JSON is sent, the answer is a success or a refusal, and the issue can still be read."""
    method, _, path = where.partition(" ")
    answer = shared_server.raw(method, path, {"fields": STORY | fields if path == "issue" else fields, **rest})
    assert answer.status_code < 500
    assert shared_server.raw("GET", "issue/WEB-1").status_code == 200
