"""Jira's fields, issues, queries and markup, without Jira."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st
from pydantic import ValidationError

from adapters.base import Comment, Link, Person, Section, TicketDraft, TicketRef
from adapters.document import (
    Break,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Link as TextLink,
    ListItem,
    Mention,
    Opaque,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Text,
    document,
    text_of,
)
from adapters.errors import Misconfigured, Rejected
from adapters.jira.fields import Choice, FieldMeta, pick_field, read_field
from adapters.jira.issue_types import pick_type
from adapters.jira.jql import in_scope, quoted, with_labels
from adapters.jira.links import issue_link, link_entry
from adapters.jira.mapping import (
    FIELDS,
    NEVER,
    Screen,
    file_name,
    only_ref,
    read_comment,
    read_issue,
    read_payload,
    request_label,
)
from adapters.jira.payload import create_payload
from adapters.jira.refusals import is_closed, of_operators, rejection, without_refused
from adapters.jira.settings import JiraEnvironment, JiraTeam, JiraTemplate, team_of, template_of
from adapters.jira.steps import FINISHED, GIVEN_UP
from adapters.jira.ticket_text import compose
from adapters.jira.values import UnknownPerson, decode, encode, label
from adapters.jira.wiki import from_wiki
from tests.strategies import HOSTILE, texts

MARA = Person("Mara Example", "mara@example.com")
KNOWN = Person("Mara Example", "mara@example.com", "5b10")
PEOPLE = {MARA: KNOWN}
CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes"
PIECES = (*HOSTILE, "h2. x", "* a", "*** b", "#* c", "{quote}", "{code}", "|a|", "")
REF = TicketRef("jira", "10001", "WEB-1", "https://example.atlassian.net/browse/WEB-1")


def meta(kind: str, *choices: Choice, **more: Any) -> FieldMeta:
    return FieldMeta("customfield_1", "Field", kind, choices=choices, **more)


class TestFields:
    """Create metadata becomes kinds."""

    @pytest.mark.parametrize(
        ("schema", "kind"),
        [
            ({"type": "string", "custom": f"{CUSTOM}:textfield"}, "line"),
            ({"type": "string", "custom": f"{CUSTOM}:url"}, "line"),
            ({"type": "string", "custom": f"{CUSTOM}:textarea"}, "text"),
            ({"type": "number", "custom": f"{CUSTOM}:float"}, "number"),
            ({"type": "date", "custom": f"{CUSTOM}:datepicker"}, "date"),
            ({"type": "datetime", "custom": f"{CUSTOM}:datetime"}, "datetime"),
            ({"type": "option", "custom": f"{CUSTOM}:select"}, "choice"),
            ({"type": "option", "custom": f"{CUSTOM}:radiobuttons"}, "choice"),
            ({"type": "array", "items": "option", "custom": f"{CUSTOM}:multiselect"}, "choices"),
            ({"type": "array", "items": "option", "custom": f"{CUSTOM}:multicheckboxes"}, "choices"),
            ({"type": "option-with-child", "custom": f"{CUSTOM}:cascadingselect"}, "cascade"),
            ({"type": "user", "custom": f"{CUSTOM}:userpicker"}, "user"),
            ({"type": "array", "items": "user", "custom": f"{CUSTOM}:multiuserpicker"}, "users"),
            ({"type": "array", "items": "string", "system": "labels"}, "labels"),
            ({"type": "array", "items": "component", "system": "components"}, "several_named"),
            ({"type": "array", "items": "version", "system": "fixVersions"}, "several_named"),
            ({"type": "priority", "system": "priority"}, "named"),
            ({"type": "issuelink", "system": "parent"}, "issue"),
            ({"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-sprint"}, "other"),
            ({}, "other"),
        ],
    )
    def test_kind(self, schema: dict[str, str], kind: str) -> None:
        """Each schema of Jira's has its kind."""
        assert read_field({"fieldId": "x", "name": "X", "schema": schema}).kind == kind

    def test_environment_is_a_long_text(self) -> None:
        """Jira's own schema says string, but API v3 wants a document."""
        assert read_field({"id": "environment", "schema": {"type": "string", "system": "environment"}}).kind == "text"

    def test_choices(self) -> None:
        """Options by value, lists of the project by name, second levels below; disabled and archived ones are gone."""
        raw = {
            "fieldId": "x",
            "allowedValues": [
                {"id": "1", "value": "Shop", "children": [{"id": "2", "value": "Cart"}]},
                {"id": "3", "name": "Content"},
                {"id": "4", "value": "Old", "disabled": True},
                {"id": "5", "name": "0.9", "archived": True},
            ],
        }

        assert read_field(raw).choices == (Choice("1", "Shop", (Choice("2", "Cart"),)), Choice("3", "Content"))

    def test_translated_names(self) -> None:
        """A field is found by its name in the account's language, and by the one that it was given."""
        raw = {"id": "x", "name": "Gekennzeichnet", "untranslatedName": "Flagged", "schema": {"type": "string"}}
        given = read_field(raw)

        assert pick_field("gekennzeichnet", [given]) == pick_field("Flagged", [given]) == given
        issue = {"id": "1", "key": "WEB-1", "fields": {"x": "Impediment"}}
        ticket = read_issue(issue, "", {"x": given})
        assert ticket.flagged
        assert ticket.fields["Flagged"] == ticket.fields["Gekennzeichnet"] == "Impediment"

    @pytest.mark.parametrize(
        ("wanted", "chosen"), [("bug", "3"), ("Fehler", "3"), ("Epos", "1"), ("4", "4"), ("", "2"), ("Story", None)]
    )
    def test_translated_issue_types(self, wanted: str, chosen: str | None) -> None:
        """Shipped request types name them in English; without a name it is never an epic."""
        types = [
            {"id": "1", "name": "Epos", "untranslatedName": "Epic", "hierarchyLevel": 1},
            {"id": "4", "name": "Unteraufgabe", "untranslatedName": "Sub-task", "subtask": True, "hierarchyLevel": -1},
            {"id": "2", "name": "Anfrage", "hierarchyLevel": 0},
            {"id": "3", "name": "Fehler", "untranslatedName": "Bug", "hierarchyLevel": 0},
        ]

        picked = pick_type(types, wanted)

        assert (picked and picked["id"]) == chosen

    def test_pick(self) -> None:
        """By id before name, names without case; a name of several is refused with their ids."""
        fields = [FieldMeta("a", "Impact", "line"), FieldMeta("b", "a", "line"), FieldMeta("c", "Team", "line")]
        twins = [*fields, FieldMeta("d", "team", "line"), FieldMeta("e", "Team", "line")]

        assert pick_field("a", fields) == fields[0]
        assert pick_field(" impact ", fields) == fields[0]
        assert pick_field("nothing", fields) is None
        with pytest.raises(LookupError, match="several fields named 'Team'; use an id: c, e"):
            pick_field("Team", twins)


class TestEncode:
    """Answers become values."""

    @pytest.mark.parametrize(
        ("field", "value", "wire"),
        [
            (meta("line"), "a\r\nb", "a b"),
            (meta("line"), 5.0, "5"),
            (meta("line"), 2.5, "2.5"),
            (meta("line"), 1234567.25, "1234567.25"),
            (meta("line"), True, "Yes"),
            (meta("line"), ("a", "b"), "a, b"),
            (meta("line"), MARA, "Mara Example"),
            (meta("line"), date(2027, 3, 1), "2027-03-01"),
            (meta("line"), "x" * 300, "x" * 254 + "…"),
            (meta("number"), "2.5", 2.5),
            (meta("date"), date(2027, 3, 1), "2027-03-01"),
            (meta("date"), datetime(2027, 3, 1, 9, tzinfo=UTC), "2027-03-01"),
            (meta("date"), "2027-03-01", "2027-03-01"),
            (meta("datetime"), date(2027, 3, 1), "2027-03-01T12:00:00.000+0000"),
            (
                meta("datetime"),
                datetime(2027, 3, 1, 9, tzinfo=timezone(timedelta(hours=1))),
                "2027-03-01T09:00:00.000+0100",
            ),
            (meta("choice", Choice("7", "High")), "High", {"id": "7"}),
            (meta("choice", Choice("7", "High")), "high", {"id": "7"}),
            (meta("choice", Choice("7", "High")), "New", {"value": "New"}),
            (meta("choice"), ("One",), {"value": "One"}),
            (meta("named", Choice("7", "High")), "Newer", {"name": "Newer"}),
            (meta("choices", Choice("1", "DE"), Choice("2", "FR")), ("FR", "XX"), [{"id": "2"}, {"value": "XX"}]),
            (meta("several_named", Choice("1", "Cart")), "Cart", [{"id": "1"}]),
            (
                meta("cascade", Choice("1", "Shop", (Choice("2", "Cart"),))),
                "Shop > Cart",
                {"id": "1", "child": {"id": "2"}},
            ),
            (meta("cascade", Choice("1", "Shop")), ("Shop", "New"), {"id": "1", "child": {"value": "New"}}),
            (meta("cascade", Choice("1", "Web / App")), "Web / App", {"id": "1"}),
            (
                meta("cascade", Choice("1", "Web / App", (Choice("2", "Cart"),))),
                "Web / App > Cart",
                {"id": "1", "child": {"id": "2"}},
            ),
            (meta("cascade", Choice("1", "Shop")), "Else / New", {"value": "Else", "child": {"value": "New"}}),
            (meta("user"), MARA, {"accountId": "5b10"}),
            (meta("users"), (MARA, KNOWN), [{"accountId": "5b10"}, {"accountId": "5b10"}]),
            (meta("labels"), ("spring sale", "b", "b", " "), ["spring-sale", "b"]),
            (meta("labels"), ("Food, drinks",), ["Food,-drinks"]),
            (meta("labels"), "spring sale, summer;b\nc,\n", ["spring-sale", "summer", "b", "c"]),
            (meta("issue"), " WEB-7 ", {"key": "WEB-7"}),
        ],
    )
    def test_value(self, field: FieldMeta, value: Any, wire: Any) -> None:
        """Each kind has its shape on the wire."""
        assert encode(field, value, PEOPLE) == wire

    def test_long_text_is_a_document(self) -> None:
        """Lines stay lines."""
        assert encode(meta("text"), "a\n\nb", {})["content"][0]["content"] == [
            {"type": "text", "text": "a"},
            {"type": "hardBreak"},
            {"type": "hardBreak"},
            {"type": "text", "text": "b"},
        ]

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            (meta("number"), "many", "takes a number, such as 3 or 2.5"),
            (meta("number"), "nan", "takes a number, such as 3 or 2.5"),
            (meta("number"), True, "takes a number"),
            (meta("date"), "soon", "takes a day such as 2027-03-01"),
            (meta("datetime"), "soon", "takes a time such as 2027-03-01T09:00"),
            (meta("choice"), ("a", "b"), "takes one option only"),
            (meta("user"), "Mara", "takes a person"),
        ],
    )
    def test_what_a_field_cannot_hold(self, field: FieldMeta, value: Any, words: str) -> None:
        """The reason is for the person who wrote it."""
        with pytest.raises(ValueError, match=words):
            encode(field, value, PEOPLE)

    def test_stranger(self) -> None:
        """Somebody without an account is a case of its own."""
        with pytest.raises(UnknownPerson, match="Nora has no account in Jira"):
            encode(meta("user"), Person("Nora"), PEOPLE)

    @given(texts)
    def test_labels_have_no_blanks(self, text: str) -> None:
        """Whatever is asked for, Jira takes the label."""
        made = label(text)

        assert not any(character.isspace() for character in made)
        assert len(made) <= 255


class TestDecode:
    """Values become answers."""

    @pytest.mark.parametrize(
        ("raw", "kind", "value"),
        [
            (None, "other", None),
            ("", "line", None),
            ([], "choices", None),
            (5, "number", 5.0),
            ("2027-03-01", "date", date(2027, 3, 1)),
            ("2027-03-01", "line", "2027-03-01"),
            ("2027-03-01T09:00:00.000+0100", "datetime", datetime(2027, 3, 1, 8, tzinfo=UTC)),
            ({"id": "1", "value": "High"}, "choice", "High"),
            ({"id": "1", "name": "Highest"}, "named", "Highest"),
            ({"value": "Shop", "child": {"value": "Cart"}}, "cascade", ("Shop", "Cart")),
            ([{"value": "DE"}, {"value": "FR"}], "choices", ("DE", "FR")),
            (["a", "b"], "labels", ("a", "b")),
            ({"accountId": "5b10", "displayName": "Mara Example"}, "user", Person("Mara Example", None, "5b10")),
            (
                [{"accountId": "1", "displayName": "M", "emailAddress": "M@x.example"}],
                "users",
                (Person("M", "m@x.example", "1"),),
            ),
            ({"progress": 0, "total": 0}, "other", None),
            ({"type": "doc", "content": []}, "text", None),
        ],
    )
    def test_value(self, raw: Any, kind: Any, value: Any) -> None:
        """Each shape on the wire has its answer."""
        assert decode(raw, kind) == value


def issue(**fields: Any) -> dict[str, Any]:
    usual = {
        "summary": "A page",
        "status": {"name": "In Review", "statusCategory": {"key": "indeterminate"}},
        "issuetype": {"name": "Story"},
        "project": {"key": "WEB"},
        "created": "2026-11-20T10:00:00.000+0000",
        "updated": "2026-11-21T10:00:00.000+0100",
        "labels": ["devreq-V1", "marketing"],
    }
    return {
        "id": "10001",
        "key": "WEB-1",
        "self": "https://api.example/rest/api/3/issue/10001",
        "fields": usual | fields,
    }


class TestReading:
    """Issues become tickets."""

    def test_everything(self) -> None:
        """Each attribute comes from its field; special ones are found by name."""
        catalogue = {
            f.id: f
            for f in (
                FieldMeta("customfield_1", "Flagged", "choices"),
                FieldMeta("customfield_2", "Start date", "date"),
                FieldMeta("customfield_3", "Story Points", "number"),
                FieldMeta("customfield_4", "Impact", "choice"),
            )
        }
        blocker = {"key": "WEB-2", "fields": {"summary": "First this"}}
        blocks = {"name": "Blocks", "outward": "blocks", "inward": "is blocked by"}
        read = read_issue(
            issue(
                customfield_1=[{"value": "Impediment"}],
                customfield_2="2027-01-01",
                customfield_3=3,
                customfield_4={"value": "High"},
                duedate="2027-03-01",
                votes={"votes": 4},
                security={"name": "Secret"},
                assignee={"accountId": "1", "displayName": "Mara"},
                issuelinks=[
                    {"type": blocks, "inwardIssue": blocker},
                    {"type": {"name": "Relates", "outward": "relates to"}, "outwardIssue": {"key": "WEB-3"}},
                ],
            ),
            "https://example.atlassian.net",
            catalogue,
            [
                {"object": {"url": "https://x.slack.com/p1", "title": "M"}, "application": {"type": "com.slack"}},
                {"object": {"url": "https://example.com", "title": "E"}, "application": {}},
            ],
        )

        assert read.ref == REF
        assert (read.title, read.status, read.status_category) == ("A page", "In Review", "in_progress")
        assert (read.created, read.updated) == (
            datetime(2026, 11, 20, 10, tzinfo=UTC),
            datetime(2026, 11, 21, 9, tzinfo=UTC),
        )
        assert (read.flagged, read.start, read.estimate, read.votes) == (True, date(2027, 1, 1), 3.0, 4)
        assert (read.due, read.restricted, read.request_id) == (date(2027, 3, 1), True, "V1")
        assert (read.labels, read.assignee) == (("marketing",), Person("Mara", None, "1"))
        assert (read.fields["Impact"], read.fields["customfield_4"]) == ("High", "High")
        assert read.links == (
            Link("WEB-2", "First this", "blocked_by"),
            Link("WEB-3", "", "relates"),
            Link("https://x.slack.com/p1", "M", "slack"),
            Link("https://example.com", "E", "web"),
        )

    def test_requester_in_the_footer_is_the_reporter(self) -> None:
        """Where the bot is the reporter, the ticket says who really asked."""
        text, _ = compose("T", [], "V1", "Mara Example")

        assert read_issue(issue(description=text), "", {}).reporter == Person("Mara Example")
        assert read_issue(issue(description=text), "", {}).document == Document()

    def test_who_made_it_stands_for_a_reporter_that_is_not_there(self) -> None:
        """A project may have no reporter, and whoever is one may have been taken out."""
        made_by = {"accountId": "2", "displayName": "Jonas"}

        assert read_issue(issue(reporter=None, creator=made_by), "", {}).reporter == Person("Jonas", None, "2")
        told = issue(reporter={"accountId": "1", "displayName": "Mara"}, creator=made_by)
        assert read_issue(told, "", {}).reporter == Person("Mara", None, "1")

    def test_payload_of_v3(self) -> None:
        """Custom fields are known by id, and by name where the payload has `names`."""
        text, _ = compose("T", [Section("Goal", document(Paragraph((Text("More"),))))], "V1")
        payload = issue(description=text, customfield_9={"value": "High"}) | {"names": {"customfield_9": "Impact"}}

        read = read_payload(payload)

        assert text_of(read.document) == "Goal\nMore"
        assert (read.fields["customfield_9"], read.fields["Impact"]) == ("High", "High")
        assert (read.ref.key, read.ref.url) == ("WEB-1", "")

    def test_payload_of_v2(self) -> None:
        """A string is wiki markup."""
        read = read_payload(issue(description="h2. Goal\r\nMore *sign-ups*\r\n\r\nh2. Criteria\r\n* one\r\n* two"))

        assert read.document == document(
            Heading((Text("Goal"),)),
            Paragraph((Text("More "), Text("sign-ups", frozenset({"strong"})))),
            Heading((Text("Criteria"),)),
            BulletList((ListItem((Text("one"),)), ListItem((Text("two"),)))),
        )

    @pytest.mark.parametrize("payload", [{}, {"fields": None}, {"fields": []}, {"errorMessages": ["x"]}])
    def test_no_issue(self, payload: Any) -> None:
        """Anything else says so."""
        with pytest.raises(ValueError, match="not a Jira issue"):
            read_payload(payload)

    @given(
        st.dictionaries(
            st.sampled_from(["summary", "description", "status", "labels", "assignee", "duedate", "votes", "x"]),
            st.recursive(
                st.one_of(st.none(), st.booleans(), st.integers(), texts),
                lambda inner: st.one_of(
                    st.lists(inner, max_size=2),
                    st.dictionaries(st.sampled_from(["type", "content", "text", "name", "value"]), inner, max_size=2),
                ),
                max_leaves=4,
            ),
            min_size=1,
        )
    )
    def test_senseless_fields_do_not_break(self, fields: dict[str, Any]) -> None:
        """Whatever stands in a field, the rest of the ticket is read."""
        assert read_payload({"id": "1", "key": "WEB-1", "fields": fields}).ref.key == "WEB-1"

    def test_ids_only(self) -> None:
        """A listing of ids says nothing else."""
        read = only_ref({"id": "10001", "key": "WEB-1"}, "https://example.atlassian.net")

        assert (read.ref, read.title, read.updated) == (REF, "", NEVER)

    @pytest.mark.parametrize(
        ("said", "restricted"),
        [
            (None, False),
            ({"issuerestrictions": {}, "shouldDisplay": True}, False),
            ({"issuerestrictions": {"projectrole": [{"id": "10002"}]}, "shouldDisplay": True}, True),
        ],
    )
    def test_an_issue_of_a_team_managed_project_may_be_restricted_to_roles(self, said: Any, restricted: bool) -> None:
        """Such projects have no security levels: their "Restrict to" is another field."""
        read = read_issue({"id": "1", "key": "WEB-1", "fields": {"summary": "S", "issuerestriction": said}}, "", {})

        assert read.restricted is restricted
        assert "issuerestriction" in FIELDS

    def test_comment(self) -> None:
        """A restricted or internal comment is not public; markup and documents are both read."""
        raw = {
            "id": "7",
            "author": {"accountId": "1", "displayName": "Mara"},
            "body": "hello",
            "created": "2026-11-20T10:00:00.000+0000",
        }
        made = Comment(
            "7",
            Person("Mara", None, "1"),
            document(Paragraph((Text("hello"),))),
            datetime(2026, 11, 20, 10, tzinfo=UTC),
        )

        assert read_comment(raw) == made
        assert read_comment(raw | {"jsdPublic": True}).public
        assert not read_comment(raw | {"jsdPublic": False}).public
        assert not read_comment(raw | {"visibility": {"type": "role", "value": "Developers"}}).public
        flag = {"key": "sd.public.comment", "value": {"internal": True}}
        assert not read_comment(raw | {"properties": [{"key": "other"}, flag]}).public
        assert read_comment(raw | {"properties": [flag | {"value": {"internal": False}}]}).public


class TestLinks:
    """Links on the wire."""

    def test_same_url_same_link(self) -> None:
        """The global id depends on the address alone, and fits however long that is."""
        first, second = link_entry(Link("https://a.example", "A", "slack")), link_entry(Link("https://a.example", "B"))
        long = link_entry(Link("https://a.example/" + "x" * 3_000))

        assert first["globalId"] == second["globalId"] != long["globalId"]
        assert len(long["globalId"]) <= 255
        assert first["application"] == {"type": "com.slack", "name": "Slack"}

    @pytest.mark.parametrize("url", ["WEB-2", "web-2", "https://example.atlassian.net/browse/WEB-2"])
    def test_direction(self, url: str) -> None:
        """The blocker is the inward issue of the request, given by key or address."""
        here, there = {"id": "10001"}, {"key": "WEB-2"}

        assert issue_link(REF, Link(url, "", "blocks")) == {
            "type": {"name": "Blocks"},
            "inwardIssue": here,
            "outwardIssue": there,
        }
        assert issue_link(REF, Link(url, "", "blocked_by"))["inwardIssue"] == there
        assert issue_link(REF, Link("10002", "", "relates")) == {
            "type": {"name": "Relates"},
            "inwardIssue": here,
            "outwardIssue": {"id": "10002"},
        }

    def test_file_name(self) -> None:
        """Quotes and control characters would be changed on their way."""
        assert file_name('a "b"\n../c.png') == "a 'b'_.._c.png"
        assert file_name("") == "file"


def screen(*fields: FieldMeta) -> Screen:
    usual = [FieldMeta(name, name.capitalize(), "other") for name in ("summary", "description", "labels")]
    return Screen("WEB", "1", "Story", {f.id: f for f in (*usual, *fields)})


def draft(**changes: Any) -> TicketDraft:
    return TicketDraft(**({"request_id": "V1", "request_type": "landing-page", "title": "T"} | changes))


class TestPayload:
    """Drafts become requests."""

    def test_least(self) -> None:
        """Project, type, summary, labels and a text are always there."""
        made = create_payload(draft(), JiraTeam(project="WEB"), JiraTemplate(), screen(), {})

        assert {k: v for k, v in made.fields.items() if k != "description"} == {
            "project": {"key": "WEB"},
            "issuetype": {"id": "1"},
            "summary": "T",
            "labels": ["devreq-V1", "landing-page"],
        }

    @pytest.mark.parametrize("title", ["", "  ", "\n"])
    def test_no_title(self, title: str) -> None:
        """Jira wants a summary; the type of the request is one."""
        made = create_payload(draft(title=title), JiraTeam(project="WEB"), JiraTemplate(), screen(), {})

        assert made.fields["summary"] == "landing-page"

    @pytest.mark.parametrize("missing", ["labels", "description"])
    def test_no_place_for_the_label(self, missing: str) -> None:
        """Without them a ticket could not be found again, or would say nothing."""
        bare = screen()
        fields = {name: f for name, f in bare.fields.items() if name != missing}

        with pytest.raises(Misconfigured) as raised:
            create_payload(draft(), JiraTeam(project="WEB"), JiraTemplate(), Screen("WEB", "1", "Story", fields), {})

        assert raised.value.fix.startswith(f"Add the field {missing.capitalize()} to the create screen of Story")

    def test_due_date_without_field(self) -> None:
        """The text holds it; the requester is told."""
        made = create_payload(
            draft(due=date(2027, 3, 1), values={"launch_date": date(2027, 3, 1)}),
            JiraTeam(project="WEB"),
            JiraTemplate(),
            screen(),
            {},
        )

        assert made.notes == ["Due date cannot be set for Story in WEB; the answer to launch_date stands in the text."]

    def test_those_of_several_who_have_an_account_are_set(self) -> None:
        """The others cost a note, not the whole field."""
        made = create_payload(
            draft(values={"people": (MARA, Person("Nora"))}),
            JiraTeam(project="WEB"),
            JiraTemplate(fields={"people": "Stakeholders"}),
            screen(FieldMeta("customfield_6", "Stakeholders", "users")),
            PEOPLE,
        )

        assert made.fields["customfield_6"] == [{"accountId": "5b10"}]
        assert made.notes == ["Nora has no account in Jira, so they are missing in Stakeholders."]

    def test_start_date_by_name(self) -> None:
        """Jira's start date is a custom field."""
        made = create_payload(
            draft(start=date(2027, 1, 1)),
            JiraTeam(project="WEB"),
            JiraTemplate(),
            screen(FieldMeta("customfield_5", "Start date", "date")),
            {},
        )

        assert made.fields["customfield_5"] == "2027-01-01"

    def test_text_is_never_mapped_over(self) -> None:
        """A template cannot write into the description by mapping."""
        made = create_payload(
            draft(values={"goal": "More"}),
            JiraTeam(project="WEB"),
            JiraTemplate(fields={"goal": "description"}),
            screen(),
            {},
        )

        assert isinstance(made.fields["description"], dict)
        assert made.notes == ["description cannot be set for Story in WEB."]

    def test_people_without_an_account(self) -> None:
        """Of several those who have one stand in the field; where it is required, whoever chose somebody else hears."""
        nora, template = Person("Nora"), JiraTemplate(fields={"crew": "Crew"})
        crew = FieldMeta("customfield_1", "Crew", "users")
        wanted = draft(values={"crew": (nora, MARA)})

        made = create_payload(wanted, JiraTeam(project="WEB"), template, screen(crew), PEOPLE)
        none = create_payload(wanted, JiraTeam(project="WEB"), template, screen(crew), {})
        with pytest.raises(Rejected) as raised:
            create_payload(wanted, JiraTeam(project="WEB"), template, screen(replace(crew, required=True)), {})

        assert made.fields["customfield_1"] == [{"accountId": "5b10"}]
        assert made.notes == ["Nora has no account in Jira, so they are missing in Crew."]
        assert none.notes == ["Nora has no account in Jira, so the field Crew stays as it is."]
        assert raised.value.sources == {
            "crew": "Nora has no account in Jira, and Jira needs Crew: choose somebody who has one."
        }

    def test_refusals_are_told_apart(self) -> None:
        """Reporter, assignee and fields off the screen can be left out; anything else cannot."""
        shown = screen(FieldMeta("customfield_1", "Impact", "choice"))
        wanted = draft(reporter=MARA, assignee=Person("Jonas"))

        def refused(**fields: str) -> Rejected:
            return Rejected("jira", "create", "x", 400, fields)

        off = "Field 'customfield_1' cannot be set. It is not on the appropriate screen, or unknown."
        assert without_refused(
            refused(reporter="no", customfield_1=off), shown, wanted, {"customfield_1": "impact"}
        ) == {
            "reporter": "Jira did not accept Mara Example as the reporter; the ticket names them instead.",
            "customfield_1": "Impact cannot be set for Story in WEB; the answer to impact stands in the text.",
        }
        assert without_refused(refused(reporter="no", summary="too long"), shown, wanted, {}) == {}
        assert without_refused(refused(labels=off), shown, wanted, {}) == {}
        assert without_refused(refused(), shown, wanted, {}) == {}

    def test_rejection_speaks_of_questions(self) -> None:
        """Ids become names, and questions where the field answers one."""
        shown = screen(FieldMeta("customfield_1", "Impact", "choice"))
        error = Rejected("jira", "create", "bad; odd", 400, {"customfield_1": "bad", "other": "odd"})

        told = rejection(error, shown, {"customfield_1": "impact"})

        assert told.fields == {"Impact": "bad", "other": "odd"}
        assert told.sources == {"impact": "bad", "": "other: odd"}

    def test_nothing_that_jira_refuses_is_left_out(self) -> None:
        """The title is a question, too; what belongs to none is told beside the others, and what is about no field."""
        shown = screen(FieldMeta("summary", "Summary", "text"))
        refused = {"summary": "too odd", "labels": "no spaces"}
        error = Rejected("jira", "create", "closed; too odd; no spaces", 400, refused)

        told = rejection(error, shown, {})

        assert told.fields == {"Summary": "too odd", "Labels": "no spaces", "": "closed"}
        assert told.sources == {"title": "too odd", "": "closed; Labels: no spaces"}
        assert rejection(Rejected("jira", "create", "closed", 400), shown, {}).sources == {}

    def test_what_no_question_filled_is_the_operators_to_mend(self) -> None:
        """A required field that the create screen does not show as such cannot be mended in the form."""
        shown = screen(FieldMeta("customfield_1", "Cost centre", "line"), FieldMeta("summary", "Summary", "line"))

        def of(sources: dict[str, str], **fields: str) -> str | None:
            error = Rejected("jira", "create", "; ".join(fields.values()), 400, fields)
            told = of_operators(error, shown, draft(), sources)
            return told.fix if told else None

        assert of({}, customfield_1="Cost centre is required.", priority="unknown") == (
            "Jira says: Cost centre: Cost centre is required; priority: unknown. "
            "Fill or correct it under tracker: jira: in templates/landing-page.yaml, or in the Jira project WEB."
        )
        assert of({"customfield_1": "cost"}, customfield_1="Cost centre is required.") is None
        assert of({}, summary="too odd", priority="unknown") is None
        assert of({}) is None
        assert (of({}, assignee="Issues must be assigned.") or "").startswith("Jira says: assignee: Issues must be")

    @pytest.mark.parametrize(
        ("identity", "reason", "closed"),
        [
            ("duedate", "Field 'duedate' cannot be set. It is not on the appropriate screen, or unknown.", True),
            ("customfield_1", "Das Feld „customfield_1“ kann nicht festgelegt werden.", True),
            ("customfield_1", "Le champ « customfield_1 » ne peut pas être défini.", True),
            ("customfield_1", "Field 'customfield_10' is odd.", False),
            ("priority", "Specify a valid 'id' or 'name' for priority", False),
            ("customfield_1", "Impact is required.", False),
        ],
    )
    def test_a_field_that_cannot_be_set_is_known_in_any_language(
        self, identity: str, reason: str, closed: bool
    ) -> None:
        """Jira speaks the language of the bot's account, and names the field by its id."""
        assert is_closed(identity, reason) is closed

    def test_what_a_template_sets_and_jira_refuses_is_left_out_once(self) -> None:
        """A priority or something of `extra` that is not on the screen after all costs one note, not the ticket."""
        shown = screen(FieldMeta("priority", "Priority", "named"))
        template = JiraTemplate(priority="High", extra={"customfield_9": {"value": "X"}})
        notes = {"priority": "no priority", "customfield_9": "no nine"}

        made = create_payload(draft(), JiraTeam(project="WEB"), template, shown, {}, notes)

        assert made.notes == ["no priority", "no nine"]
        assert not notes.keys() & made.fields.keys()

    def test_an_answer_that_was_left_out_is_told_once(self) -> None:
        """Not as a field that is nowhere as well; a sprint, say, which no answer of a form can fill, is left out."""
        shown = screen(FieldMeta("customfield_8", "Sprint", "other"))
        error = Rejected("jira", "create", "x", 400, {"customfield_8": "Number value expected as the Sprint id."})
        template = JiraTemplate(fields={"sprint": "Sprint"})

        notes = without_refused(error, shown, draft(), {"customfield_8": "sprint"})
        made = create_payload(draft(values={"sprint": "7"}), JiraTeam(project="WEB"), template, shown, {}, notes)

        assert made.notes == ["Sprint cannot be set for Story in WEB; the answer to sprint stands in the text."]


class TestSteps:
    """Ways out of a workflow."""

    @pytest.mark.parametrize(
        ("name", "gives_up"),
        [
            ("Won't Do", True),
            ("Wird nicht erledigt", True),
            ("Duplikat", True),
            ("Ne sera pas fait", True),
            ("Doublon", True),
            ("Erledigt", False),
            ("Terminé", False),
        ],
    )
    def test_a_step_that_gives_the_work_up(self, name: str, gives_up: bool) -> None:
        """It is known in the languages that teams have, and none of it counts as finished."""
        assert bool(GIVEN_UP.search(name)) is gives_up
        assert (name.casefold() in FINISHED) is not gives_up


class TestQueries:
    """JQL."""

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("WEB", '"WEB"'),
            ('a"b', '"a\\"b"'),
            ("a\\", '"a\\\\"'),
            ("a\nb\tc\x07", '"a\\nb\\tc\\u0007"'),
        ],
    )
    def test_quoted(self, text: str, query: str) -> None:
        """Quotes, backslashes and control characters cannot leave the string."""
        assert quoted(text) == query

    @given(texts)
    def test_nothing_leaves_the_string(self, text: str) -> None:
        """Between the outer quotes every quote is escaped."""
        inside = quoted(text)[1:-1].replace("\\\\", "")

        assert all(inside[at - 1] == "\\" for at, character in enumerate(inside) if character == '"')

    def test_labels(self) -> None:
        """Ids that are hostile are only text."""
        assert with_labels([request_label('V"1'), request_label("V 2")]) == (
            'labels in ("devreq-V\\"1", "devreq-V-2") ORDER BY created ASC'
        )

    def test_scope(self) -> None:
        """The team's JQL stands in brackets; times are in the zone of the token's user."""
        team = JiraTeam(project="IN", scope=" a = 1 OR b = 2 ")
        since = datetime(2026, 11, 21, 9, 30, 59, tzinfo=UTC)

        assert in_scope(team, since, ZoneInfo("Europe/Berlin")) == (
            'project = "IN" AND (a = 1 OR b = 2) AND (statusCategory != Done OR updated >= -30d) '
            'AND updated >= "2026-11-21 10:30"'
        )

    @pytest.mark.parametrize(
        ("scope", "kept"),
        [
            ("labels = a ORDER BY created DESC", "labels = a"),
            ("labels = a\norder\nby Rank", "labels = a"),
            ('summary ~ "order by me"', 'summary ~ "order by me"'),
            ("summary ~ 'an \\' order by' Order  By x", "summary ~ 'an \\' order by'"),
            ('labels = "\\"" ORDER BY "a"', 'labels = "\\""'),
            ("reorder by", "reorder by"),
            ("ORDER BY created", ""),
        ],
    )
    def test_order_of_a_scope(self, scope: str, kept: str) -> None:
        """Which has no place within another query; what stands in strings is no order."""
        assert JiraTeam(project="IN", scope=scope).scope == kept

    def test_hour_that_occurs_twice(self) -> None:
        """When clocks go back the first of both hours is meant, so that nothing is missed."""
        since = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

        assert '"2026-10-25 01:30"' in in_scope(JiraTeam(project="WEB"), since, ZoneInfo("Europe/Berlin"))


class TestWiki:
    """Markup of API v2 and Data Center."""

    def test_blocks(self) -> None:
        """Every block that we know."""
        text = (
            "h1. Top\nh3. Part\nfirst line\nsecond line\n\n# one\n## inner\n# two\n* a\n** b\n\n"
            "{code:python}\nx = [1]\n{code}\n{quote}\nsaid\n{quote}\nbq. short\n----\n"
            "||A||B||\n|1|2|\n{panel:title=x}\nin\n{panel}"
        )

        assert from_wiki(text).blocks == (
            Heading((Text("Top"),), 1),
            Heading((Text("Part"),), 2),
            Paragraph((Text("first line"), Break(), Text("second line"))),
            OrderedList(
                (
                    ListItem((Text("one"),), (OrderedList((ListItem((Text("inner"),)),)),)),
                    ListItem((Text("two"),)),
                )
            ),
            BulletList((ListItem((Text("a"),), (BulletList((ListItem((Text("b"),)),)),)),)),
            CodeBlock("x = [1]"),
            Quote((Paragraph((Text("said"),)),)),
            Quote((Paragraph((Text("short"),)),)),
            Rule(),
            Opaque("wiki", "||A||B||\n|1|2|", "A | B | \n | 1 | 2"),
            Opaque("wiki", "{panel:title=x}\nin\n{panel}", "in"),
        )

    def test_what_stands_in_the_way_of_reading(self) -> None:
        """Indented blocks, colours, line breaks, panels around headings, links in cells: the words are what counts."""
        text = (
            "  h2. {color:red}Goal{color}\n {color:#123}*Impact*{color}\n\none\\\\two\n"
            "{panel}\nh2. Audience\n* all\n{panel}\n |A|* b\\\\* [c|https://example.com]|"
        )

        assert from_wiki(text).blocks == (
            Heading((Text("Goal"),), 2),
            Paragraph((Text("Impact", frozenset({"strong"})),)),
            Paragraph((Text("one"), Break(), Text("two"))),
            Opaque("wiki", "{panel}\nh2. Audience\n* all\n{panel}", "Audience\n- all"),
            Opaque("wiki", " |A|* b\\\\* [c|https://example.com]|", "A | * b \\\\ * c (https://example.com)"),
        )

    @pytest.mark.parametrize(
        ("line", "content"),
        [
            ("a *b* c", (Text("a "), Text("b", frozenset({"strong"})), Text(" c"))),
            (
                "_b_ +c+ -d-",
                (
                    Text("b", frozenset({"em"})),
                    Text(" "),
                    Text("c", frozenset({"underline"})),
                    Text(" "),
                    Text("d", frozenset({"strike"})),
                ),
            ),
            ("*_b_*", (Text("b", frozenset({"strong", "em"})),)),
            ("{{x*y*}}", (Text("x*y*", frozenset({"code"})),)),
            ("2*3*4 a-b-c snake_case_name", (Text("2*3*4 a-b-c snake_case_name"),)),
            ("\\*b\\*", (Text("*b*"),)),
            ("[text|https://example.com/a_b_c]", (TextLink("https://example.com/a_b_c", (Text("text"),)),)),
            (
                "see https://example.com/a.",
                (Text("see "), TextLink("https://example.com/a", (Text("https://example.com/a"),)), Text(".")),
            ),
            ("[~accountid:5b10]", (Mention("5b10", "5b10"),)),
            ("{*}Goal{*}: {anchor:a}x&nbsp;y", (Text("Goal", frozenset({"strong"})), Text(": x y"))),
            ("[Plan|https://example.com|smart-link]", (TextLink("https://example.com", (Text("Plan"),)),)),
            ("*https://example.com/a*", (TextLink("https://example.com/a", (Text("https://example.com/a"),)),)),
            ("[Plan|www.example.com]", (TextLink("https://www.example.com", (Text("Plan"),)),)),
            ("[draft] text", (Text("[draft] text"),)),
            ("{code}never closed", (Text("{code}never closed"),)),
        ],
    )
    def test_lines(self, line: str, content: Any) -> None:
        """Marks and links inside a line; what only looks like one stays."""
        assert from_wiki(line) == Document((Paragraph(content),))

    @given(
        st.one_of(
            texts, st.lists(st.sampled_from([*HOSTILE, "h2. x", "* a", "*** b", "{quote}", "|a|", "\n"])).map("\n".join)
        )
    )
    def test_any_text_is_read(self, text: str) -> None:
        """Whatever somebody wrote, it is read, and reading makes a document in the normal form."""
        read = from_wiki(text)

        assert read == document(*read.blocks)


class TestSettings:
    """What can be set."""

    def test_defaults(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The site is where the API is, unless it is told."""
        monkeypatch.setenv("JIRA_URL", " https://example.atlassian.net/ ")
        monkeypatch.setenv("JIRA_EMAIL", "bot@example.com ")
        monkeypatch.setenv("JIRA_API_TOKEN", " token\n")
        monkeypatch.setenv("JIRA_SITE_URL", "")

        made = JiraEnvironment()

        assert (made.url, made.site, made.email) == (
            "https://example.atlassian.net",
            "https://example.atlassian.net",
            "bot@example.com",
        )
        assert (made.api_token.get_secret_value(), made.lookup_lag, made.configured()) == ("token", 60.0, True)
        assert "token" not in repr(made).replace("api_token", "").replace("token=", "")

    @pytest.mark.parametrize(
        ("settings", "configured"),
        [
            ({}, False),
            ({"url": "https://x.example"}, False),
            ({"url": "https://x.example", "email": "a@x.example"}, False),
            ({"url": "https://x.example", "api_token": "t"}, False),
            ({"url": "https://x.example", "token": "t"}, True),
        ],
    )
    def test_configured(self, monkeypatch: pytest.MonkeyPatch, settings: Any, configured: bool) -> None:
        """An address and one way to prove who we are."""
        for name in ("URL", "EMAIL", "API_TOKEN", "TOKEN"):
            monkeypatch.delenv(f"JIRA_{name}", raising=False)

        assert JiraEnvironment(**settings).configured() is configured

    @pytest.mark.parametrize(
        "url",
        ["example.atlassian.net", "ftp://x.example", "https://", "https://a:b@x.example", "https://x.example?a=b"],
    )
    def test_wrong_address(self, url: str) -> None:
        """No address, or one with credentials in it, is refused at the start."""
        with pytest.raises(ValidationError):
            JiraEnvironment(url=url)

    def test_wrong_settings_are_the_operators(self) -> None:
        """Keys that do not exist and a missing project name where to mend them."""
        with pytest.raises(Misconfigured) as team:
            team_of("create", {"project": "WEB", "scoop": "x"})
        with pytest.raises(Misconfigured) as template:
            template_of("create", {"fields": ["x"]})

        assert team.value.fix == "Correct `scoop` under trackers: jira: of the team in devrequest.yaml."
        assert template.value.fix == "Correct `fields` under tracker: jira: of the template."
