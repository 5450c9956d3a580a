"""Asana's tasks as tickets, and answers as the values of its fields."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters.asana.failures import with_source
from adapters.asana.fields import FieldDefinition, field_definitions, field_value
from adapters.asana.mapping import NEVER, dependency_of, is_ours, may_be_of, read_payload, ticket
from adapters.asana.settings import AsanaEnvironment, AsanaTeam, AsanaTemplate
from adapters.base import Link, Person, Value
from adapters.document import Heading, Paragraph, Text, document
from adapters.errors import Rejected

OPTIONS = {"High": "11", "Low": "12"}


def field(kind: str, precision: int = 0) -> FieldDefinition:
    return FieldDefinition("1", "Impact", kind, OPTIONS if "enum" in kind else {}, precision)


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("text", "Spring", "Spring"),
        ("text", ("a", "b"), "a, b"),
        ("text", True, "Yes"),
        ("text", 3.0, "3"),
        ("text", date(2027, 3, 1), "2027-03-01"),
        ("text", Person("Mara Example"), "Mara Example"),
        ("text", "x" * 1025, "x" * 1023 + "…"),
        ("number", 2.5, "2"),
        ("number", "1 200", "1200"),
        ("number", True, "1"),
        ("enum", "high ", "11"),
        ("enum", ("Low",), "12"),
        ("multi_enum", ("Low", "High"), "12,11"),
        ("multi_enum", "Low", "12"),
        ("multi_enum", (), None),
        ("date", date(2027, 3, 1), "2027-03-01"),
        ("date", "2027-03-01", "2027-03-01"),
        ("people", (Person("A", id="5"), Person("B", id="6")), "5,6"),
        ("people", Person("A", id="5"), "5"),
        ("people", (Person("A"),), None),
    ],
)
def test_values_are_written_as_the_contract_types_them(kind: str, value: Value, written: str | None):
    """Every value is text: digits, a day, gids with commas."""
    assert written == field_value("create", "impact", field(kind), value)


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("number", "many", "takes a number, such as 12.5"),
        ("number", "nan", "takes a number, such as 12.5"),
        ("number", "1e999", "takes a number, such as 12.5"),
        ("enum", "Medium", "has no option “Medium”; its options are: High, Low"),
        ("enum", ("High", "Low"), "has no option “High, Low”; its options are: High, Low"),
        ("multi_enum", ("High", "x"), "has no option “x”; its options are: High, Low"),
        ("date", "soon", "takes a date, such as 2026-12-24"),
        ("formula", "x", "cannot be filled from here, it is of the kind formula"),
    ],
)
def test_values_that_do_not_fit_go_back(kind: str, value: Value, reason: str):
    """The refusal has the field's name and the question, in plain words."""
    with pytest.raises(Rejected) as caught:
        field_value("create", "impact", field(kind), value)

    assert caught.value.fields == {"Impact": reason}
    assert caught.value.sources == {"impact": reason}


def test_a_number_keeps_its_decimals():
    """As many as the field shows."""
    assert field_value("create", "x", field("number", precision=2), 2.345) == "2.35"


@pytest.mark.parametrize(
    ("precision", "answer", "written"),
    [(0, 24.0, "0.24"), (0, "24 %", "0.24"), (0, "24%", "0.24"), (1, 24.55, "0.245"), (0, 0.4, "0.00")],
)
def test_a_percentage_is_kept_as_its_hundredth(precision: int, answer: Value, written: str):
    """Asana keeps 24 % as 0.24, and counts the decimals of the 24."""
    given = FieldDefinition("1", "Uplift", "number", {}, precision, is_percentage=True)

    assert field_value("create", "x", given, answer) == written


@pytest.mark.parametrize(
    ("said", "writable"),
    [
        ({"resource_subtype": "number"}, True),
        ({"resource_subtype": "number", "is_formula_field": True}, False),
        ({"resource_subtype": "text", "representation_type": "custom_id"}, False),
        ({"resource_subtype": "enum", "is_value_read_only": True}, False),
        ({"resource_subtype": "reference"}, False),
    ],
)
def test_what_asana_fills_or_locks_is_not_written(said: dict[str, Any], writable: bool):
    """A formula, a counted id and a locked field look like numbers and texts."""
    (given,) = field_definitions([{"custom_field": {"gid": "9", "name": "Sum", **said}}])

    assert given.is_writable is writable


def test_only_enabled_options_are_offered():
    """An option that was switched off would be refused."""
    options = [{"gid": "1", "name": "On", "enabled": True}, {"gid": "2", "name": "Off", "enabled": False}]
    setting = {"custom_field": {"gid": "9", "name": "Impact", "resource_subtype": "enum", "enum_options": options}}

    assert field_definitions([setting, {}]) == (FieldDefinition("9", "Impact", "enum", {"On": "1"}),)


TASK: dict[str, Any] = {
    "gid": "7",
    "name": "A page",
    "html_notes": "<body><h1>Goal</h1>More<hr/>Request devreq-V1 · from Mara Example</body>",
    "resource_subtype": "default_task",
    "permalink_url": "https://app.asana.com/1/1/project/2/task/7",
    "completed": False,
    "due_on": "2027-03-01",
    "start_on": None,
    "created_at": "2026-11-20T10:00:00.000Z",
    "modified_at": "2026-11-21T10:00:00.500Z",
    "created_by": {"gid": "3", "resource_type": "user"},
    "assignee": {"gid": "4", "name": "Theo Example"},
    "tags": [{"gid": "5", "name": "marketing"}],
    "num_likes": 2,
    "memberships": [{"project": {"gid": "2", "name": "Web"}, "section": {"gid": "6", "name": "Doing"}}],
    "dependencies": [{"gid": "8"}],
    "dependents": [{"gid": "9"}],
    "custom_fields": [
        {"gid": "21", "name": "Campaign", "resource_subtype": "text", "text_value": "Spring"},
        {"gid": "22", "name": "Estimate", "resource_subtype": "number", "number_value": 3},
        {"gid": "23", "name": "Impact", "resource_subtype": "enum", "enum_value": {"gid": "1", "name": "High"}},
        {"gid": "24", "name": "Markets", "resource_subtype": "multi_enum", "multi_enum_values": [{"name": "DE"}]},
        {"gid": "25", "name": "Go-live", "resource_subtype": "date", "date_value": {"date": "2027-03-01"}},
        {"gid": "26", "name": "Owners", "resource_subtype": "people", "people_value": [{"gid": "4", "name": "Theo"}]},
        {"gid": "27", "name": "Sum", "resource_subtype": "formula", "display_value": "12"},
        {"gid": "28", "name": "Empty", "resource_subtype": "enum", "enum_value": None},
        {"gid": "29", "name": "Nothing", "resource_subtype": "multi_enum", "multi_enum_values": []},
    ],
}


def test_a_task_is_read_in_full():
    """Every part of a task finds its place in the ticket."""
    ticket = read_payload({"data": TASK})

    assert (ticket.ref.id, ticket.ref.key, ticket.ref.url) == ("7", "7", TASK["permalink_url"])
    assert (ticket.title, ticket.issue_type, ticket.project) == ("A page", "default_task", "2")
    assert ticket.document == document(Heading((Text("Goal"),), 1), Paragraph((Text("More"),)))
    assert (ticket.section, ticket.status, ticket.status_category) == ("Doing", "Doing", "in_progress")
    assert ticket.created == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert ticket.updated == datetime(2026, 11, 21, 10, 0, 0, 500_000, tzinfo=UTC)
    assert (ticket.due, ticket.start) == (date(2027, 3, 1), None)
    assert (ticket.reporter, ticket.assignee) == (Person("Mara Example"), Person("Theo Example", None, "4"))
    assert ticket.labels == ("marketing",)
    assert ticket.links == (Link("8", "", "blocked_by"), Link("9", "", "blocks"))
    assert (ticket.votes, ticket.estimate, ticket.request_id) == (2, 3.0, "V1")
    by_name = {
        "Campaign": "Spring",
        "Estimate": 3.0,
        "Impact": "High",
        "Markets": ("DE",),
        "Go-live": date(2027, 3, 1),
        "Owners": (Person("Theo", None, "4"),),
        "Sum": "12",
    }
    by_gid = dict(zip(("21", "22", "23", "24", "25", "26", "27"), by_name.values(), strict=True))
    assert ticket.fields == by_name | by_gid


def test_a_compact_task_is_read_too():
    """What is not in the payload is empty."""
    ticket = read_payload({"gid": "7", "notes": "Just\n\ntext"})

    assert ticket.ref.url == "https://app.asana.com/0/0/7"
    assert ticket.document == document(Paragraph((Text("Just"),)), Paragraph((Text("text"),)))
    assert (ticket.status, ticket.status_category, ticket.created) == ("Open", "todo", NEVER)
    assert ticket.request_id is None


@pytest.mark.parametrize("payload", [{}, {"data": []}, {"data": {"name": "x"}}])
def test_what_is_no_task_is_refused(payload: dict[str, Any]):
    """The message says what to pass."""
    with pytest.raises(ValueError, match="an Asana task has a gid"):
        read_payload(payload)


@pytest.mark.parametrize(
    ("completed", "section", "category"),
    [
        (True, "Doing", "done"),
        (False, "In progress", "in_progress"),
        (False, "Now: doing", "in_progress"),
        (False, "Undoing", "todo"),
        (False, "Backlog", "todo"),
    ],
)
def test_a_sections_name_says_whether_work_has_begun(completed: bool, section: str, category: str):
    """Completed is done; a section named In progress or Doing is in progress; all else is to do."""
    place = {"project": {"gid": "2"}, "section": {"gid": "6", "name": section}}

    assert read_payload({"gid": "7", "completed": completed, "memberships": [place]}).status_category == category


@pytest.mark.parametrize(
    ("url", "relation", "gid"),
    [
        ("123", "blocks", "123"),
        ("https://app.asana.com/1/9/project/8/task/123", "blocked_by", "123"),
        ("https://app.asana.com/1/9/project/8/task/123?focus=true", "blocks", "123"),
        ("https://app.asana.com/0/8/123/f", "blocks", "123"),
        ("https://app.asana.com/0/8/123", "web", None),
        ("https://example.com/123", "blocks", None),
        ("١٢٣", "blocks", None),
    ],
)
def test_links_between_tasks_are_dependencies(url: str, relation: Any, gid: str | None):
    """Only those that block, and only to tasks of Asana."""
    assert gid == dependency_of(Link(url, "", relation))


def test_a_refusal_speaks_of_fields_by_name():
    """Asana names custom fields by gid; people get the name, the form its question."""
    said = Rejected("asana", "create", "custom_field: 12345: Not a recognized enum option", 400)

    told = with_source(said, {"12345": "Impact"}, {"12345": "impact"})

    reason = "custom_field: “Impact”: Not a recognized enum option"
    assert (told.reason, told.fields, told.sources) == (reason, {"Impact": reason}, {"impact": reason})


def test_a_refused_due_date_finds_its_question():
    """So does a built-in field."""
    said = Rejected("asana", "create", "due_on: Not a valid date", 400, {"Due date": "due_on: Not a valid date"})

    told = with_source(said, {}, {"due_on": "launch_date"})

    assert told.sources == {"launch_date": "due_on: Not a valid date"}
    assert told.fields == said.fields


def test_nothing_that_asana_refuses_is_left_out():
    """Several fields in one answer, the title among them, and something that is no field."""
    said = "name: Too odd; custom_field: 123: Not a number; due_on: Not a date; The sun is too low"

    told = with_source(
        Rejected("asana", "create", said, 400, {"Title": said}), {"123": "Impact"}, {"123": "impact", "due_on": "day"}
    )

    assert told.fields == {
        "Title": "name: Too odd",
        "Impact": "custom_field: “Impact”: Not a number",
        "Due date": "due_on: Not a date",
        "": "The sun is too low",
    }
    assert told.sources == {
        "title": "name: Too odd",
        "impact": "custom_field: “Impact”: Not a number",
        "day": "due_on: Not a date",
        "": "The sun is too low",
    }


def test_settings_take_numbers_as_yaml_reads_them():
    """A gid without quotation marks is a number in YAML."""
    team = AsanaTeam.model_validate({"project": 1201000000000001, "section": 5})
    template = AsanaTemplate.model_validate({"fields": {"impact": 1201}, "project": 12})

    assert (team.project, team.section) == ("1201000000000001", "5")
    assert (template.fields, template.project) == ({"impact": "1201"}, "12")


@pytest.mark.parametrize(
    "url", ["app.asana.com", "ftp://x.example", "https://user:secret@x.example", "https://x.example/?a=1"]
)
def test_an_address_that_is_none_is_refused_at_the_start(url: str):
    """A faulty environment is known before anything is sent, and is no tracker error."""
    with pytest.raises(ValueError, match="must"):
        AsanaEnvironment(url=url)


def test_asana_is_configured_by_its_token(monkeypatch: pytest.MonkeyPatch):
    """Without a token it is not used; the other variables have defaults."""
    for name in ("ASANA_ACCESS_TOKEN", "ASANA_URL", "ASANA_WORKSPACE", "ASANA_LOOKUP_LAG"):
        monkeypatch.delenv(name, raising=False)
    without = AsanaEnvironment()
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", " 1/secret ")
    monkeypatch.setenv("ASANA_LOOKUP_LAG", "2.5")
    with_token = AsanaEnvironment()

    assert (without.configured(), without.url, without.lookup_lag) == (False, "https://app.asana.com/api/1.0", 10.0)
    assert (with_token.configured(), with_token.lookup_lag) == (True, 2.5)
    assert with_token.access_token.get_secret_value() == "1/secret"
    assert "secret" not in repr(with_token)


@pytest.mark.parametrize(
    ("task", "named"),
    [
        ({"html_notes": "<body>Text<hr/>Request devreq-V01 · from Mara</body>"}, True),
        ({"html_notes": "<body>Text<hr/>Request devreq-V&lt;1</body>"}, True),
        ({"html_notes": "<body><hr/>Request devreq-<strong>V0</strong>1</body>"}, True),
        ({"html_notes": None, "custom_fields": [{"name": "devrequest", "text_value": "devreq-V01"}]}, True),
        ({"notes": "Request devreq-V01"}, True),
        ({"html_notes": "<body>Request devreq-V02</body>", "custom_fields": [{"name": "Size"}]}, False),
        ({}, False),
    ],
)
def test_only_tasks_that_name_a_request_may_be_its_own(task: dict[str, Any], named: bool):
    """Its id stands in their text or in a field, escaped and marked up as it may be there; others need not be read."""
    assert may_be_of(task, {"V01", "V<1"}) is named


@pytest.mark.parametrize("wanted", ["devrequest", " DevRequest ", "7"])
def test_the_field_of_a_request_is_read_however_it_is_written(wanted: str):
    """As it is found when it is filled: without regard to case, or by its gid; the text may have lost its footer."""
    field = {"gid": "7", "name": "DevRequest", "resource_subtype": "text", "text_value": "devreq-V1"}
    task = {"gid": "1", "name": "Page", "html_notes": "<body>Rewritten</body>", "custom_fields": [field]}

    assert (ticket(task, None, wanted).request_id, is_ours(task, wanted)) == ("V1", True)
    assert ticket(task, None, "another").request_id is None
