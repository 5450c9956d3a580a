"""What a create request may set, and what Jira says to what it may not."""

from typing import Any

import pytest

UNKNOWN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
NOT_ADF = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
TOO_LONG = "The entered text is too long. It exceeds the allowed limit of {} characters."


def adf(*texts: str) -> dict[str, Any]:
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in texts]
    return {"version": 1, "type": "doc", "content": paragraphs}


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"project": None}, {"project": "Specify a valid project ID or key"}),
        ({"project": {"key": "NOPE"}}, {"project": "Specify a valid project ID or key"}),
        ({"issuetype": None}, {"issuetype": "Specify an issue type"}),
        ({"issuetype": {"name": "Sub-task"}}, {"issuetype": "Specify a valid issue type"}),
        ({"summary": None}, {"summary": "You must specify a summary of the issue."}),
        ({"summary": "  "}, {"summary": "You must specify a summary of the issue."}),
        ({"summary": "a\nb"}, {"summary": "The summary is invalid because it contains newline characters."}),
        ({"summary": "x" * 256}, {"summary": "Summary can't exceed 255 characters."}),
        ({"summary": "😀" * 128}, {"summary": "Summary can't exceed 255 characters."}),
        ({"summary": 7}, {"summary": "Operation value must be a string"}),
        ({"bogus": 1}, {"bogus": UNKNOWN.format("bogus")}),
        ({"status": {"name": "Done"}}, {"status": UNKNOWN.format("status")}),
        ({"environment": adf("x")}, {"environment": UNKNOWN.format("environment")}),
        ({"labels": ["two words"]}, {"labels": "The label 'two words' contains spaces which is invalid."}),
        ({"labels": "one"}, {"labels": "data was not an array"}),
        ({"duedate": "2026-02-30"}, {"duedate": "Error parsing date string: 2026-02-30"}),
        ({"duedate": "01.02.2026"}, {"duedate": "Error parsing date string: 01.02.2026"}),
        ({"priority": {"name": "Huge"}}, {"priority": "Priority name 'Huge' is not valid"}),
        ({"priority": "High"}, {"priority": "Specify a valid 'id' or 'name' for Priority"}),
        ({"components": [{"name": "Nope"}]}, {"components": "Component name 'Nope' is not valid"}),
        ({"fixVersions": [{"name": "9"}]}, {"fixVersions": "Version name '9' is not valid"}),
        ({"assignee": {"accountId": "x"}}, {"assignee": "User 'x' cannot be assigned issues."}),
        ({"reporter": {"accountId": "x"}}, {"reporter": "The reporter specified is not a user."}),
        ({"parent": {"key": "WEB-99"}}, {"parent": "Could not find issue by id or key."}),
        ({"description": "plain"}, {"description": NOT_ADF}),
    ],
)
def test_system_fields_refuse(answers_checked: Any, fields: dict[str, Any], errors: dict[str, str]) -> None:
    """Each wrong value of a system field is refused with Jira's text at that field, and nothing is made."""
    assert answers_checked.refused(**fields) == errors
    assert answers_checked.site.issues == {}


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("Business impact", {"value": "Fame"}, "Option value 'Fame' is not valid"),
        ("Business impact", "Revenue", "Specify a valid 'id' or 'value' for the option"),
        ("Markets", {"value": "DE"}, "data was not an array"),
        ("Markets", [{"value": "XX"}], "Option value 'XX' is not valid"),
        ("Story Points", "3", "Operation value must be a number"),
        ("Story Points", True, "Operation value must be a number"),
        ("Go-live", "soon", "Error parsing date string: soon"),
        ("Acceptance criteria", "text", NOT_ADF),
        ("Campaign", adf("x"), "Operation value must be a string"),
        ("Campaign", "x" * 256, TOO_LONG.format("255")),
        ("Design link", "figma", "Please enter a valid URL. For example: http://www.atlassian.com"),
        ("Product owner", {"accountId": "x"}, "User 'x' does not exist."),
        ("Product owner", "mara", "Operation value must be an object"),
        ("Area", {"value": "Shop", "child": {"value": "Blog"}}, "Option value 'Blog' is not valid"),
    ],
)
def test_custom_fields_refuse(answers_checked: Any, name: str, value: Any, error: str) -> None:
    """Each wrong value of a custom field is refused at that field's id."""
    identifier = answers_checked.field(name)
    assert answers_checked.refused(**{identifier: value}) == {identifier: error}


def test_all_errors_at_once(answers_checked: Any) -> None:
    """One answer names every field that is wrong."""
    errors = answers_checked.refused(summary=None, labels=["a b"], bogus=1)
    assert sorted(errors) == ["bogus", "labels", "summary"]


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Business impact", {"value": "Cost"}, "Cost"),
        ("Markets", [{"value": "UK"}, {"value": "DE"}], ["UK", "DE"]),
        ("Flagged", [{"value": "Impediment"}], ["Impediment"]),
        ("Story Points", 3, 3.0),
        ("Go-live", "2026-12-01", "2026-12-01"),
        ("Launch time", "2026-12-01T09:00:00.000+0100", "2026-12-01T08:00:00.000+0000"),
        ("Acceptance criteria", adf("one", "two"), adf("one", "two")),
        ("Campaign", "Black Friday", "Black Friday"),
        ("Design link", "https://figma.example/x", "https://figma.example/x"),
        ("Area", {"value": "Shop", "child": {"value": "Cart"}}, "Shop/Cart"),
    ],
)
def test_custom_fields_keep_their_value(checked: Any, name: str, value: Any, shown: Any) -> None:
    """A custom field of each kind comes back as it was set."""
    identifier = checked.field(name)
    key = checked.create(**{identifier: value}).json()["key"]
    found = checked.raw("GET", f"issue/{key}?fields={identifier}").json()["fields"][identifier]
    assert _plain(found) == shown


def _plain(found: Any) -> Any:
    if isinstance(found, list):
        return [_plain(entry) for entry in found]
    if isinstance(found, dict) and "value" in found:
        return "/".join([found["value"], *([found["child"]["value"]] if "child" in found else [])])
    return found


def test_people_fields(checked: Any) -> None:
    """User pickers take account ids; a hidden e-mail is not shown."""
    mara, hidden = checked.account("Mara Example"), checked.account("Hidden Person")
    owner, others = checked.field("Product owner"), checked.field("Stakeholders")
    people = {owner: {"accountId": hidden}, others: [{"accountId": mara}], "assignee": {"accountId": mara}}
    key = checked.create(**people).json()["key"]
    fields = checked.raw("GET", f"issue/{key}").json()["fields"]
    assert fields["assignee"]["emailAddress"] == "mara@example.com"
    assert [person["accountId"] for person in fields[others]] == [mara]
    assert (fields[owner]["accountId"], "emailAddress" in fields[owner]) == (hidden, False)


def test_inactive_people_and_apps_cannot_be_assigned(answers_checked: Any) -> None:
    """Assigning to a deactivated user or to the token's own app is refused."""
    for name in ("Former Colleague", "Dev Request"):
        account = answers_checked.account(name)
        errors = answers_checked.refused(assignee={"accountId": account})
        assert errors == {"assignee": f"User '{account}' cannot be assigned issues."}


def test_required_fields_and_defaults(answers_checked: Any) -> None:
    """A required custom field must be given; a default stands in for one that is not."""
    impact, markets = answers_checked.field("Business impact"), answers_checked.field("Markets")
    options = answers_checked.site.fields[impact].options
    answers_checked.site.put_on_screen(answers_checked.web, markets, "Story", required=True)
    assert answers_checked.refused() == {markets: "Markets is required."}
    assert answers_checked.refused(**{markets: []}) == {markets: "Markets is required."}
    answers_checked.site.put_on_screen(answers_checked.web, impact, required=True, default=options[1].id)
    key = answers_checked.create(**{markets: [{"value": "DE"}]}).json()["key"]
    fields = answers_checked.raw("GET", f"issue/{key}").json()["fields"]
    assert (fields[impact]["value"], fields["priority"]["name"]) == ("Retention", "Medium")


def test_reporter_needs_a_permission(answers_checked: Any) -> None:
    """Without "Modify Reporter" the field cannot be set, and createmeta does not offer it."""
    answers_checked.site.denied.add(("MODIFY_REPORTER", "WEB"))
    mara = answers_checked.account("Mara Example")
    assert answers_checked.refused(reporter={"accountId": mara}) == {"reporter": UNKNOWN.format("reporter")}
    meta = answers_checked.raw("GET", "issue/createmeta/WEB/issuetypes/10001").json()
    assert "reporter" not in [field["fieldId"] for field in meta["fields"]]


def test_long_text_is_limited(answers_checked: Any) -> None:
    """32,767 characters; a document is counted in its own, longer form."""
    assert answers_checked.create(2, description="x" * 32_767).status_code == 201
    assert answers_checked.refused(2, description="x" * 32_768) == {"description": TOO_LONG.format("32,767")}
    assert answers_checked.refused(description=adf("x" * 32_700)) == {"description": TOO_LONG.format("32,767")}
    assert answers_checked.create(description=adf("x" * 32_600)).status_code == 201


def test_v2_takes_no_documents(answers_checked: Any) -> None:
    """v2 wants wiki markup, so a document is refused there."""
    assert answers_checked.refused(2, description=adf("x")) == {"description": "Operation value must be a string"}


def test_malformed_documents(answers_checked: Any) -> None:
    """A document that is none is refused as a whole; a header of the stand-in says where it is wrong."""
    bad = {"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}]}
    answer = answers_checked.create(description=bad)
    assert (answer.status_code, answer.json()) == (400, {"errorMessages": ["INVALID_INPUT"], "errors": {}})
    hint = "/content/0/content/0/text: must be a text that is not empty"
    assert answer.headers["X-Sandbox-Hint"] == hint


def test_both_versions_show_the_same_text(checked: Any) -> None:
    """What was written through v3 is markup in v2, and the other way round."""
    document = {
        "version": 1,
        "type": "doc",
        "content": [
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Goal"}]},
            {"type": "bulletList", "content": [{"type": "listItem", "content": adf("more")["content"]}]},
        ],
    }
    first = checked.create(description=document).json()["key"]
    second = checked.create(2, description="h2. Goal\n\n* more").json()["key"]
    seen = [
        [checked.raw("GET", f"issue/{key}", api=api).json()["fields"]["description"] for api in (2, 3)]
        for key in (first, second)
    ]
    assert seen == [["h2. Goal\n\n* more", document]] * 2


def test_edit_operations(checked: Any) -> None:
    """`update` adds, removes and sets; `fields` replaces; null clears."""
    issue = checked.story(labels=["a", "b"], duedate="2026-12-01")
    update = {"labels": [{"add": "c"}, {"remove": "a"}], "components": [{"add": {"name": "Checkout"}}]}
    answer = checked.raw("PUT", f"issue/{issue.key}", {"update": update, "fields": {"duedate": None}})
    fields = checked.raw("GET", f"issue/{issue.key}").json()["fields"]
    assert (answer.status_code, answer.content) == (204, b"")
    assert (fields["labels"], fields["duedate"]) == (["b", "c"], None)
    assert [component["name"] for component in fields["components"]] == ["Checkout"]


def test_edit_refusals(answers_checked: Any) -> None:
    """A field in both parts, an emptied required one, an operation that does not exist: nothing changes."""
    issue = answers_checked.story(labels=["a"])
    errors = [
        answers_checked.raw("PUT", f"issue/{issue.key}", body).json()["errors"]
        for body in (
            {"fields": {"labels": []}, "update": {"labels": [{"add": "x"}]}},
            {"fields": {"summary": None, "labels": ["z"]}},
            {"update": {"summary": [{"add": "x"}]}},
            {"fields": {"project": {"key": "GROW"}}},
        )
    ]
    assert errors == [
        {"labels": "Field 'labels' cannot appear in both 'fields' and 'update'"},
        {"summary": "You must specify a summary of the issue."},
        {"summary": "Operation 'add' is not supported for field 'summary'"},
        {"project": UNKNOWN.format("project")},
    ]
    assert (issue.values["summary"], issue.values["labels"]) == ("A story", ["a"])


def test_changelog_of_every_kind(checked: Any) -> None:
    """The changelog holds ids and texts of what was and what is."""
    issue = checked.story()
    impact, mara = checked.field("Business impact"), checked.account("Mara Example")
    fields = {impact: {"value": "Cost"}, "assignee": {"accountId": mara}, "priority": {"name": "High"}}
    checked.raw("PUT", f"issue/{issue.key}", {"fields": fields})
    checked.raw("POST", f"issue/{issue.key}/transitions", {"transition": {"id": "21"}})
    page = checked.raw("GET", f"issue/{issue.key}/changelog").json()
    items = {
        item["field"]: (item["fieldtype"], item["from"], item["fromString"], item["to"], item["toString"])
        for history in page["values"]
        for item in history["items"]
    }
    option = next(entry for entry in checked.site.fields[impact].options if entry.value == "Cost")
    assert items == {
        "Business impact": ("custom", None, None, option.id, "Cost"),
        "assignee": ("jira", None, None, mara, "Mara Example"),
        "priority": ("jira", "3", "Medium", "2", "High"),
        "status": ("jira", "10000", "To Do", "3", "In Progress"),
    }
    assert (page["total"], page["isLast"]) == (2, True)


def test_create_with_comment_link_and_property(checked: Any) -> None:
    """One create request can bring a comment, a link and an entity property."""
    other = checked.story()
    update = {
        "comment": [{"add": {"body": adf("From Slack")}}],
        "issuelinks": [{"add": {"type": {"name": "Blocks"}, "outwardIssue": {"key": other.key}}}],
    }
    fields = {"project": {"key": "WEB"}, "issuetype": {"id": "10001"}, "summary": "S"}
    body = {"fields": fields, "update": update, "properties": [{"key": "devrequest", "value": {"id": "V1"}}]}
    key = checked.raw("POST", "issue", body).json()["key"]
    seen = checked.raw("GET", f"issue/{key}?properties=devrequest").json()
    assert seen["properties"] == {"devrequest": {"id": "V1"}}
    assert seen["fields"]["comment"]["comments"][0]["body"] == adf("From Slack")
    assert seen["fields"]["issuelinks"][0]["outwardIssue"]["key"] == other.key


def test_create_can_move_at_once(answers_checked: Any) -> None:
    """A create request may take a step of the workflow; one that is not open refuses the whole request."""
    fields = {"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "S"}
    refused = answers_checked.raw("POST", "issue", {"fields": fields, "transition": {"id": "31"}})
    made = answers_checked.raw("POST", "issue", {"fields": fields, "transition": {"id": "21"}})
    assert (refused.status_code, made.json()["key"]) == (400, "WEB-1")
    seen = answers_checked.raw("GET", "issue/WEB-1?fields=status").json()
    assert seen["fields"]["status"]["name"] == "In Progress"


def test_a_parent_stands_one_level_higher(answers_checked: Any) -> None:
    """A story takes an epic as its parent, not another story."""
    epic = answers_checked.site.add_issue("WEB", "Epic", "E")
    story = answers_checked.create(parent={"key": epic.key}).json()["key"]
    error = "Given parent work item does not belong to appropriate hierarchy."
    assert answers_checked.refused(parent={"key": story}) == {"parent": error}
    shown = answers_checked.raw("GET", f"issue/{story}?fields=parent").json()["fields"]["parent"]
    assert (shown["key"], shown["fields"]["summary"]) == (epic.key, "E")
