"""What every tracker promises. The tests know the port and a stand; which tracker it is they do not know.

A bug found in production becomes a test here, and so holds for all trackers.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.base import (
    Check,
    Comment,
    Distant,
    File,
    Link,
    Marks,
    Person,
    Scope,
    Section,
    SectionChange,
    Ticket,
    TicketChange,
    TicketDraft,
    TicketRef,
    Tracker,
    Value,
)
from adapters.document import (
    Break,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Link as TextLink,
    ListItem,
    OrderedList,
    Paragraph,
    Quote,
    Text,
    clean,
    document,
    text_of,
)
from adapters.errors import Ambiguous, Misconfigured, NotFound, NotSent, Rejected, Throttled, TrackerError
from tests.contract.conftest import DESCRIBED, IMPACTS, LAG, Stand, section
from tests.strategies import HOSTILE

REMOTE = pytest.mark.parametrize("stand", ["jira", "asana"], indirect=True)
"""For what cannot go wrong in memory."""
Draft = Callable[..., TicketDraft]
SLACK = Link("https://example.slack.com/archives/C0EXAMPLE/p1700000000000100", "Slack message", "slack")


def parts(read: Document) -> list[tuple[str, Document]]:
    """The sections of a document: heading and what stands below it."""
    found: list[tuple[str, list[Any]]] = []
    for block in read.blocks:
        if isinstance(block, Heading):
            found.append((text_of([block]), []))
        elif found:
            found[-1][1].append(block)
    return [(heading, Document(tuple(blocks))) for heading, blocks in found]


def item(text: str, *below: BulletList | OrderedList) -> ListItem:
    """A line of a list."""
    return ListItem((Text(text),), below)


def words(text: str) -> list[str]:
    """What was said, whatever the blanks between."""
    return clean(text).split()


async def updated(tracker: Tracker, ref: TicketRef, change: TicketChange) -> Ticket:
    """The ticket as it is after a change."""
    await tracker.update(ref, change)
    return await tracker.get(ref)


async def everything(pages: AsyncIterator[list[Ticket]]) -> list[Ticket]:
    """All tickets of all pages."""
    return [ticket async for page in pages for ticket in page]


def file(name: str, content: bytes, content_type: str = "text/plain") -> File:
    """A file that comes in two pieces."""

    async def stream() -> AsyncIterator[bytes]:
        yield content[:3]
        yield content[3:]

    return File(name, content_type, len(content), stream())


def shown(values: Value | Iterable[Person]) -> Any:
    """A value to compare: people by e-mail or name."""
    if isinstance(values, tuple):
        return tuple(part.name if isinstance(part, Person) else part for part in values)
    return values


class TestCreate:
    """A draft becomes a ticket."""

    async def test_a_new_ticket_has_an_id_and_an_address(self, tracker: Tracker, draft: Draft):
        """The reference names the tracker, a lasting id, a key for people and a page."""
        made = await tracker.create(draft())

        assert made.ref.tracker == tracker.name
        assert made.ref.id
        assert made.ref.key
        assert made.ref.url.startswith("http")
        assert made.ref.url.endswith(made.ref.key)
        assert made.notes == ()
        assert made.overflow is None

    async def test_what_was_drafted_can_be_read(self, tracker: Tracker, draft: Draft, stand: Stand):
        """Title, sections in order, people, dates, labels and links come back as they were given."""
        drafted = draft(
            reporter=stand.known,
            assignee=stand.known,
            due=date(2027, 3, 1),
            labels=("marketing", "spring"),
            links=(SLACK, Link("https://example.com/brief", "The brief")),
        )

        made = await tracker.create(drafted)
        ticket = await tracker.get(made.ref)

        assert made.notes == ()
        assert ticket.ref == made.ref
        assert ticket.title == drafted.title
        assert parts(ticket.document) == [(one.heading, one.body) for one in drafted.sections]
        assert ticket.request_id == drafted.request_id
        assert ticket.reporter is not None
        assert ticket.reporter.name == stand.known.name
        assert ticket.assignee is not None
        assert (ticket.assignee.name, ticket.assignee.email) == (stand.known.name, stand.known.email)
        assert ticket.assignee.id
        assert ticket.due == date(2027, 3, 1)
        assert set(drafted.labels) <= set(ticket.labels)
        assert {link.url for link in drafted.links} == {link.url for link in ticket.links}
        assert ticket.status_category == "todo"
        assert ticket.restricted is False

    async def test_rich_text_keeps_its_shape(self, tracker: Tracker, draft: Draft):
        """Lists stay lists, links stay links, code stays code."""
        strong = frozenset({"strong"})
        body = document(
            Paragraph((Text("See "), TextLink("https://example.com/?a=1&b=2", (Text("the brief"),)), Text(", please"))),
            BulletList(
                (ListItem((Text("one"),), (OrderedList((ListItem((Text("below"),)),)),)), ListItem((Text("2"),)))
            ),
            CodeBlock("if a < b:\n    pass"),
            Quote((Paragraph((Text("said"),)),)),
            Paragraph((Text("bold", strong), Text(" and not"), Break(), Text("next line"))),
        )
        ticket = await tracker.get((await tracker.create(draft(sections=(Section("Details", body),)))).ref)

        assert parts(ticket.document) == [("Details", body)]

    async def test_an_unknown_assignee_is_noted(self, tracker: Tracker, draft: Draft, stand: Stand):
        """The ticket is made without an assignee, and the note names the person."""
        made = await tracker.create(draft(assignee=stand.unknown))

        assert (await tracker.get(made.ref)).assignee is None
        assert len(made.notes) == 1
        assert stand.unknown.name in made.notes[0]

    async def test_a_question_may_be_mapped_to_the_assignee(self, tracker: Tracker, draft: Draft, stand: Stand):
        """As the template's `fields` say: nothing else is looked for under that name."""
        template = {**stand.template, "fields": {"boss": "assignee"}}

        made = await tracker.create(draft(assignee=stand.known, values={"boss": stand.known}, template=template))

        assert made.notes == ()
        assert ((await tracker.get(made.ref)).assignee or stand.unknown).name == stand.known.name

    async def test_a_requester_without_a_seat_is_named(self, tracker: Tracker, draft: Draft, stand: Stand):
        """Somebody whom the tracker does not know is still the one who asked."""
        made = await tracker.create(draft(reporter=stand.unknown))
        reporter = (await tracker.get(made.ref)).reporter

        assert reporter is not None
        assert reporter.name == stand.unknown.name

    async def test_answers_fill_custom_fields(
        self, tracker: Tracker, draft: Draft, stand: Stand, launch_values: dict[str, Value]
    ):
        """A value of every kind is read back by the name of its field, and by the field's id too."""
        ticket = await tracker.get((await tracker.create(draft(values=launch_values))).ref)

        for source, value in launch_values.items():
            name = stand.template["fields"][source]
            assert shown(ticket.fields[name]) == shown(value)
            assert [key for key, read in ticket.fields.items() if read == ticket.fields[name]]

    async def test_an_answer_that_its_field_refuses_goes_back(self, tracker: Tracker, draft: Draft):
        """The refusal names the tracker's field and the question of the form."""
        with pytest.raises(Rejected) as caught:
            await tracker.create(draft(values={"impact": "World peace"}))

        assert list(caught.value.sources) == ["impact"]
        assert "Business impact" in caught.value.fields
        assert caught.value.operation == "create"

    async def test_values_that_no_setting_maps_are_left_out(self, tracker: Tracker, draft: Draft, stand: Stand):
        """An answer without a custom field does no harm."""
        made = await tracker.create(draft(values={"campaign": "Spring", "mood": "good"}))

        assert (await tracker.get(made.ref)).fields["Campaign"] == "Spring"

    async def test_a_long_title_is_cut_visibly(self, tracker: Tracker, draft: Draft):
        """A title over the limit or with line ends is one line; all of it stands in the text."""
        limit = tracker.capabilities.title_limit
        title = "Spring\nsale " + "very " * limit + "END"

        ticket = await tracker.get((await tracker.create(draft(title=title))).ref)

        assert len(ticket.title) <= limit
        assert ticket.title.startswith("Spring sale very very")
        assert ticket.title.endswith("…")
        assert " ".join(title.split()) in " ".join(text_of(ticket.document).split())

    async def test_a_ticket_without_a_title_is_named_after_its_type(self, tracker: Tracker, draft: Draft):
        """Nothing in a tracker is nameless."""
        made = await tracker.create(draft(title=" \n "))

        assert (await tracker.get(made.ref)).title == "landing-page"

    async def test_a_text_over_the_limit_is_cut_visibly(self, tracker: Tracker, draft: Draft):
        """The longest sections are shortened with a line that says so, and the whole text comes back to be attached."""
        limit = tracker.capabilities.body_limit
        criteria = section("Acceptance criteria", *(f"Criterion {n} holds" for n in range(200)), keep=True)
        short = section("Goal", "More sign-ups")
        long = section("Background", "once upon a time " * (limit // 10))

        made = await tracker.create(draft(sections=(long, criteria, short)))
        read = dict(parts((await tracker.get(made.ref)).document))

        assert read["Acceptance criteria"] == criteria.body
        assert read["Goal"] == short.body
        assert text_of(read["Background"]).startswith("once upon a time once")
        assert "shortened" in text_of(read["Background"])
        assert len(text_of(read["Background"])) < len(text_of(long.body))
        assert made.overflow is not None
        assert text_of(long.body) in made.overflow

    async def test_what_must_not_be_cut_and_does_not_fit_goes_back(self, tracker: Tracker, draft: Draft):
        """Rather than losing acceptance criteria the tracker refuses."""
        huge = section("Acceptance criteria", "x" * (tracker.capabilities.body_limit + 1), keep=True)

        with pytest.raises(Rejected):
            await tracker.create(draft(sections=(huge,)))

    @pytest.mark.parametrize("typed", HOSTILE)
    async def test_hostile_texts_are_data(self, tracker: Tracker, draft: Draft, typed: str):
        """What was typed is what the ticket says, in title, heading, text, list and code, and nothing else."""
        body = document(
            Paragraph((Text(typed),)),
            BulletList((ListItem((Text(typed),)),)),
            CodeBlock(typed),
            Paragraph((Text("end"),)),
        )
        drafted = draft(title=f"About {typed}", sections=(Section("Goal", body), section("Next", typed)))

        ticket = await tracker.get((await tracker.create(drafted)).ref)

        assert words(ticket.title) == words(drafted.title)
        assert parts(ticket.document) == [("Goal", body), ("Next", document(Paragraph((Text(typed),))))]

    async def test_three_thousand_characters_in_every_section_survive(self, tracker: Tracker, draft: Draft):
        """As much as a form can hold comes through whole."""
        sections = tuple(section(f"Section {n}", ("Große Wörter 🙂 " * 200)[:3000]) for n in range(5))

        ticket = await tracker.get((await tracker.create(draft(sections=sections))).ref)

        assert parts(ticket.document) == [(one.heading, one.body) for one in sections]

    @REMOTE
    async def test_wrong_settings_are_the_operators(self, tracker: Tracker, draft: Draft, stand: Stand):
        """A project that is not there is a matter of configuration, with a fix."""
        with pytest.raises(Misconfigured) as caught:
            await tracker.create(draft(team={"project": "999999999"}))

        assert caught.value.fix


class TestFind:
    """After an ambiguous failure the ticket is looked up by its request."""

    async def test_a_new_ticket_is_found_within_the_lag(self, tracker: Tracker, draft: Draft, stand: Stand):
        """Late indexes are late by no more than the tracker declares."""
        stand.hooks.slow_index(LAG - 1)
        made = await tracker.create(draft("V0FIND1"))

        stand.hooks.pass_time(tracker.capabilities.lookup_lag)
        found = await tracker.find(["V0FIND1"], stand.scope)

        assert tracker.capabilities.lookup_lag == LAG
        assert [ticket.ref for ticket in found] == [made.ref]
        assert [ticket.request_id for ticket in found] == ["V0FIND1"]

    async def test_several_requests_are_found_at_once(self, tracker: Tracker, draft: Draft, stand: Stand):
        """Those that were made, and only those that were asked for."""
        made = {name: (await tracker.create(draft(name))).ref for name in ("V0ONE", "V0TWO", "V0THREE")}
        stand.hooks.pass_time(LAG)

        found = await tracker.find(["V0ONE", "V0THREE", "V0NEVER"], stand.scope)

        assert {made["V0ONE"], made["V0THREE"]} == {ticket.ref for ticket in found}

    async def test_nothing_is_found_for_nothing(self, tracker: Tracker, stand: Stand):
        """No request ids, no tickets."""
        stand.hooks.by_hand("Written by hand")

        assert await tracker.find([], stand.scope) == []
        assert await tracker.find(["V0NEVER"], stand.scope) == []

    async def test_a_restarted_tracker_finds_what_was_made_before(self, draft: Draft, tracker: Tracker, stand: Stand):
        """Finding needs nothing that only the process that made the ticket knows."""
        made = await tracker.create(draft("V0OLD"))
        stand.hooks.pass_time(24 * 3600 * 3)

        found = await stand.another(stand.restart()).find(["V0OLD"], stand.scope)

        assert [ticket.ref for ticket in found] == [made.ref]

    async def test_a_text_cannot_pose_as_a_request(self, tracker: Tracker, draft: Draft, stand: Stand):
        """A ticket whose text or title names another request belongs to its own."""
        trick = "Request devreq-V0TRICK · from Nobody"
        made = await tracker.create(
            draft("V0REAL", title=f"devreq-V0TRICK {trick}", sections=(section("Goal", trick),))
        )
        stand.hooks.pass_time(LAG)

        assert await tracker.find(["V0TRICK"], stand.scope) == []
        assert [ticket.ref for ticket in await tracker.find(["V0REAL"], stand.scope)] == [made.ref]


class TestRead:
    """Tickets are read, one or all."""

    async def test_a_missing_ticket_is_not_found(self, tracker: Tracker, draft: Draft):
        """Reading, changing and noting on a ticket that is not there says so."""
        made = await tracker.create(draft())
        gone = TicketRef(tracker.name, "999999999999", "GONE-999999", made.ref.url)

        for call in (
            tracker.get(gone),
            tracker.update(gone, TicketChange(sections=(SectionChange(section("Goal", "x")),))),
            tracker.comment(gone, document(Paragraph((Text("x"),)))),
            tracker.comments(gone),
        ):
            with pytest.raises(NotFound):
                await call

    async def test_tickets_written_by_hand_are_read(self, tracker: Tracker, stand: Stand):
        """They belong to no request and have the sections that people gave them."""
        ticket = await tracker.get(stand.hooks.by_hand("By hand", "Acceptance criteria", "It works"))

        assert ticket.title == "By hand"
        assert ticket.request_id is None
        assert parts(ticket.document) == [("Acceptance criteria", document(Paragraph((Text("It works"),))))]

    async def test_all_pages_are_listed(self, tracker: Tracker, stand: Stand):
        """Every ticket of the project comes once, however many pages that takes."""
        made = {stand.hooks.by_hand(f"Ticket {number}").id for number in range(130)}

        tickets = await everything(tracker.changed(stand.scope))

        assert len(tickets) == 130
        assert made == {ticket.ref.id for ticket in tickets}
        assert {ticket.title for ticket in tickets} == {f"Ticket {number}" for number in range(130)}

    async def test_only_what_changed_since_is_listed(self, tracker: Tracker, stand: Stand):
        """Older tickets are left out; one that is changed again comes back."""
        old, touched = stand.hooks.by_hand("Old"), stand.hooks.by_hand("Touched")
        stand.hooks.pass_time(600)
        since = stand.hooks.now() - timedelta(seconds=120)
        new = stand.hooks.by_hand("New")
        await tracker.update(touched, TicketChange(due=date(2027, 1, 1), team=stand.scope.team))

        listed = {ticket.ref.id for ticket in await everything(tracker.changed(stand.scope, since))}

        assert listed == {new.id, touched.id}
        assert old.id in {ticket.ref.id for ticket in await everything(tracker.changed(stand.scope))}

    async def test_fields_that_hold_sections_are_listed(
        self, tracker: Tracker, draft: Draft, stand: Stand, launch_values: dict[str, Value]
    ):
        """A field that is named has its value when tickets are listed, whatever the case; unknown ones do no harm."""
        await tracker.create(draft(values=launch_values))
        stand.hooks.pass_time(LAG)
        scope = Scope(stand.scope.team, fields=("CAMPAIGN", "business-impact", "No such field", "description"))

        (listed,) = await everything(tracker.changed(scope))

        assert listed.fields["Campaign"] == launch_values["campaign"]
        assert listed.fields["Business impact"] == launch_values["impact"]

    async def test_ids_alone_are_listed(self, tracker: Tracker, draft: Draft, stand: Stand):
        """With `ids_only` a ticket is its reference and nothing else."""
        made = await tracker.create(draft())
        stand.hooks.pass_time(LAG)

        (listed,) = await everything(tracker.changed(stand.scope, ids_only=True))

        assert listed.ref == made.ref
        assert (listed.title, listed.document, listed.request_id) == ("", Document(), None)

    async def test_whatever_else_a_ticket_has_is_read(self, tracker: Tracker, stand: Stand):
        """People, dates, links, status, estimate, votes: the same when it is listed and when it is read alone."""
        blocker, blocked = stand.hooks.by_hand("Blocker"), stand.hooks.by_hand("Blocked")
        ref = stand.hooks.by_hand("By hand", labels=["marketing"])
        stand.hooks.describe(ref, blocker, blocked)
        team = {**stand.scope.team, "estimate_field": "Story Points"} if stand.name == "asana" else stand.scope.team

        listed = {ticket.ref.id: ticket for ticket in await everything(tracker.changed(Scope(team)))}
        alone = await tracker.get(ref)

        for ticket in (listed[ref.id], alone):
            assert {name: getattr(ticket, name) for name in DESCRIBED} == DESCRIBED
            assert ticket.labels == ("marketing",)
            assert ticket.project == str(stand.scope.team["project"])
            assert bool(ticket.section) == tracker.capabilities.sections
            assert bool(ticket.issue_type) == (stand.name != "memory")
            assert ticket.flagged == tracker.capabilities.native_links  # Asana has no flag
            assert {link.relation: link.url for link in ticket.links} == {
                "blocked_by": _named(stand, blocker),
                "blocks": _named(stand, blocked),
            }
            assert ticket.assignee is not None
            assert ticket.assignee.name == stand.known.name
            assert ticket.assignee.id
            assert ticket.request_id is None
            assert ticket.restricted is False
        assert alone.reporter is not None
        assert alone.reporter.name == stand.known.name

    @pytest.mark.parametrize(
        ("field", "estimate"), [("Story Points", 5.5), ("story points ", 5.5), ("Campaign", None), ("Effort", None)]
    )
    async def test_a_team_says_which_field_holds_the_estimate(
        self,
        tracker: Tracker,
        draft: Draft,
        stand: Stand,
        launch_values: dict[str, Value],
        field: str,
        estimate: float | None,
    ):
        """By its name, in any case; listed, found and read alone; not a text, nor a field that is not there."""
        made = await tracker.create(draft(values=launch_values))
        stand.hooks.pass_time(LAG)
        team = {**stand.scope.team, "estimate_field": field}

        (listed,) = await everything(tracker.changed(Scope(team)))
        (found,) = await tracker.find([draft().request_id], Scope(team))
        alone = await stand.restart().get(made.ref, team=team)

        assert [ticket.estimate for ticket in (listed, found, alone)] == [estimate] * 3


def _named(stand: Stand, ref: TicketRef) -> str:
    """How a link names another ticket."""
    return ref.key if stand.name == "jira" else ref.id


class TestScope:
    """Whose tickets are listed."""

    async def test_a_scope_narrows_the_project_down(self, tracker: Tracker, stand: Stand):
        """The team's own setting, in the tracker's words, says which tickets of the project are listed."""
        meant = stand.hooks.by_hand("Meant", labels=["marketing"])
        stand.hooks.by_hand("Not meant")
        team = {**stand.scope.team, "scope": stand.hooks.scope("marketing")}

        listed = await everything(tracker.changed(Scope(team)))

        assert [ticket.ref.id for ticket in listed] == [meant.id]

    @pytest.mark.parametrize("ids_only", [False, True])
    async def test_marks_and_what_the_bot_made_are_listed_without_a_scope(
        self, tracker: Tracker, draft: Draft, stand: Stand, ids_only: bool
    ):
        """A team without a scope has its requests and what is marked as one, not the rest of its project."""
        made = (await tracker.create(draft())).ref
        marked = stand.hooks.by_hand("Marked", labels=["landing-page"])
        stand.hooks.by_hand("Something else", labels=["landing"])
        scope = Scope(stand.scope.team, Marks(("Landing-Page", "bug"), ("No such type",)))
        stand.hooks.pass_time(LAG)

        listed = await everything(tracker.changed(scope, ids_only=ids_only))

        assert {ticket.ref.id for ticket in listed} == {made.id, marked.id}

    @pytest.mark.parametrize("ids_only", [False, True])
    async def test_marks_come_in_addition_to_a_scope(
        self, tracker: Tracker, draft: Draft, stand: Stand, ids_only: bool
    ):
        """With a scope and marks a ticket is listed for any of the reasons, and once."""
        made = (await tracker.create(draft())).ref
        marked = stand.hooks.by_hand("Marked", labels=["bug"])
        meant = stand.hooks.by_hand("Meant", labels=["marketing"])
        both = stand.hooks.by_hand("Both", labels=["marketing", "bug"])
        stand.hooks.by_hand("Something else")
        team = {**stand.scope.team, "scope": stand.hooks.scope("marketing")}
        stand.hooks.pass_time(LAG)

        listed = await everything(tracker.changed(Scope(team, Marks(("bug",))), ids_only=ids_only))

        assert sorted(ticket.ref.id for ticket in listed) == sorted([made.id, marked.id, meant.id, both.id])

    async def test_what_may_be_left_out_takes_nothing_else_with_it(self, tracker: Tracker, draft: Draft, stand: Stand):
        """A ticket that has no day, is marked or was made by the bot comes; one that is far away comes or not."""
        made = (await tracker.create(draft())).ref
        undated = stand.hooks.by_hand("No day")
        marked = stand.hooks.by_hand("Marked", labels=["bug"])
        stand.hooks.pass_time(LAG)

        for day in (date(2020, 1, 1), date(2100, 1, 1)):
            distant = Distant(day, Marks(("bug",), ("No such type",)), ("No such field",), small=3)
            listed = {ticket.ref.id for ticket in await everything(tracker.changed(stand.scope, without=distant))}
            assert listed == {made.id, undated.id, marked.id}

    async def test_an_issue_type_is_a_mark(self, tracker: Tracker, stand: Stand):
        """Where tickets have types, one of them may stand for a request type; its case does not matter."""
        story = stand.hooks.by_hand("A story")

        listed = await everything(tracker.changed(Scope(stand.scope.team, Marks((), ("STORY", "No such type")))))
        others = await everything(tracker.changed(Scope(stand.scope.team, Marks((), ("Bug",)))))

        assert [ticket.ref.id for ticket in listed] == ([story.id] if tracker.capabilities.issue_types else [])
        assert others == []

    async def test_marks_hold_for_changes_too(self, tracker: Tracker, stand: Stand):
        """Since a time, a marked ticket that did not change is not listed."""
        stand.hooks.by_hand("Old", labels=["bug"])
        stand.hooks.pass_time(600)
        since = stand.hooks.now() - timedelta(seconds=120)
        new = stand.hooks.by_hand("New", labels=["bug"])
        stand.hooks.by_hand("New, unmarked")

        listed = await everything(tracker.changed(Scope(stand.scope.team, Marks(("bug",))), since))

        assert [ticket.ref.id for ticket in listed] == [new.id]

    async def test_tickets_closed_long_ago_are_left_out(self, tracker: Tracker, stand: Stand):
        """A ticket is listed for a month after it was closed."""
        ref = stand.hooks.by_hand("Closed")
        await tracker.update(ref, TicketChange(state="done", team=stand.scope.team))

        at_once = await everything(tracker.changed(stand.scope))
        stand.hooks.pass_time(40 * 24 * 3600)
        later = await everything(tracker.changed(stand.scope))

        assert [ticket.status_category for ticket in at_once] == ["done"]
        assert later == []


class TestUpdate:
    """Tickets are changed, and what is not meant stays."""

    async def test_one_section_is_replaced(self, tracker: Tracker, draft: Draft):
        """The named section is new, the others and the request are as before."""
        drafted = draft()
        ref = (await tracker.create(drafted)).ref
        new = section("GOAL:", "Twice the sign-ups", "By May")

        changed = await updated(tracker, ref, TicketChange(sections=(SectionChange(new),)))

        assert parts(changed.document) == [("User story", drafted.sections[0].body), ("Goal", new.body)]
        assert changed.request_id == drafted.request_id

    async def test_a_section_is_found_by_an_alias_or_added(self, tracker: Tracker, stand: Stand):
        """In a ticket written by hand other headings may mean the section; a new one goes to the end."""
        ref = stand.hooks.by_hand("By hand", "Ziel", "Mehr")
        goal = SectionChange(section("Goal", "More"), aliases=("ziel",))
        audience = SectionChange(section("Audience", "Everybody"))

        changed = await updated(tracker, ref, TicketChange(sections=(goal, audience)))

        assert parts(changed.document) == [
            ("Ziel", section("", "More").body),
            ("Audience", section("", "Everybody").body),
        ]

    async def test_a_section_is_added_to(self, tracker: Tracker, draft: Draft):
        """With `append` what stood there stays above."""
        ref = (await tracker.create(draft(sections=(section("Goal", "One"), section("Next", "x"))))).ref

        changed = await updated(
            tracker, ref, TicketChange(sections=(SectionChange(section("Goal", "Two"), append=True),))
        )

        assert parts(changed.document) == [("Goal", section("", "One", "Two").body), ("Next", section("", "x").body)]

    @pytest.mark.parametrize("typed", HOSTILE)
    async def test_hostile_answers_are_data_in_updates_too(self, tracker: Tracker, draft: Draft, typed: str):
        """A filled gap says what was typed, and the next section is untouched."""
        ref = (await tracker.create(draft(sections=(section("Goal", "x"), section("Next", typed))))).ref

        changed = await updated(tracker, ref, TicketChange(sections=(SectionChange(section("Goal", typed)),)))

        body = document(Paragraph((Text(typed),)))
        assert parts(changed.document) == [("Goal", body), ("Next", body)]

    async def test_people_dates_and_fields_are_changed(self, tracker: Tracker, draft: Draft, stand: Stand):
        """What the change names is set, what it does not name is kept."""
        ref = (await tracker.create(draft(values={"campaign": "Old", "points": 1.0}))).ref
        change = TicketChange(
            assignee=stand.known,
            due=date(2027, 5, 1),
            values={"campaign": "New"},
            team=stand.scope.team,
            template=stand.template,
        )

        changed = await updated(tracker, ref, change)

        assert changed.assignee is not None
        assert changed.assignee.name == stand.known.name
        assert changed.due == date(2027, 5, 1)
        assert (changed.fields["Campaign"], changed.fields["Story Points"]) == ("New", 1.0)
        assert changed.title == draft().title

    async def test_links_are_added_once(self, tracker: Tracker, draft: Draft, stand: Stand):
        """The Slack thread is linked, and a second try changes nothing."""
        ref = (await tracker.create(draft())).ref

        first = await updated(tracker, ref, TicketChange(links=(SLACK,), team=stand.scope.team))
        second = await updated(tracker, ref, TicketChange(links=(SLACK,), team=stand.scope.team))

        assert [link.url for link in first.links] == [SLACK.url]
        assert [link.url for link in second.links] == [SLACK.url]
        assert first.document == second.document

    async def test_labels_come_and_go(self, tracker: Tracker, stand: Stand):
        """A label is added once, another one is taken away, and all others stay."""
        ref = stand.hooks.by_hand("By hand", "Goal", "More", labels=["bug", "urgent"])
        change = TicketChange(labels=("landing-page",), labels_gone=("bug", "never-there"), team=stand.scope.team)

        first = await updated(tracker, ref, change)
        second = await updated(tracker, ref, change)

        assert sorted(first.labels) == ["landing-page", "urgent"]
        assert sorted(second.labels) == sorted(first.labels)
        assert second.document == first.document

    async def test_a_section_of_a_new_ticket_is_read_before_it_is_changed(
        self, tracker: Tracker, draft: Draft, stand: Stand
    ):
        """What somebody wrote a moment after the ticket was made stays when another section is filled."""
        ref = (await tracker.create(draft())).ref
        other = stand.another(stand.restart())
        await other.update(ref, TicketChange(sections=(SectionChange(section("Goal", "By hand")),)))

        changed = await updated(tracker, ref, TicketChange(sections=(SectionChange(section("Audience", "All")),)))

        assert ("Goal", section("", "By hand").body) in parts(changed.document)

    async def test_tickets_block_each_other(self, tracker: Tracker, draft: Draft, stand: Stand):
        """A link to another ticket says which one waits."""
        blocker = (await tracker.create(draft("V0A"))).ref
        ref = (await tracker.create(draft("V0B"))).ref
        name = blocker.key if stand.name == "jira" else blocker.id

        changed = await updated(
            tracker, ref, TicketChange(links=(Link(name, "", "blocked_by"),), team=stand.scope.team)
        )

        (link,) = changed.links
        assert link.relation == "blocked_by"
        assert name in link.url

    async def test_what_is_done_blocks_no_more(self, tracker: Tracker, draft: Draft, stand: Stand):
        """A ticket that is read does not have that link any more; Asana's lists cannot tell."""
        blocker, ref = (await tracker.create(draft("V0A"))).ref, (await tracker.create(draft("V0B"))).ref
        name = blocker.key if stand.name == "jira" else blocker.id
        await tracker.update(ref, TicketChange(links=(Link(name, "", "blocked_by"),), team=stand.scope.team))
        before = (await tracker.get(ref)).links

        await tracker.update(blocker, TicketChange(state="done", team=stand.scope.team))
        stand.hooks.pass_time(LAG)
        listed = {ticket.ref.id: ticket for ticket in await everything(tracker.changed(stand.scope))}

        assert len(before) == 1
        assert (await tracker.get(ref)).links == ()
        assert stand.name == "asana" or listed[ref.id].links == ()

    @pytest.mark.parametrize("category", ["in_progress", "done", "todo"])
    async def test_a_state_is_reached_by_its_category(
        self, tracker: Tracker, draft: Draft, stand: Stand, category: str
    ):
        """Whatever the tracker calls it, its status has the category that was asked for."""
        ref = (await tracker.create(draft())).ref

        changed = await updated(tracker, ref, TicketChange(state=category, team=stand.scope.team))

        assert changed.status_category == category
        assert changed.status

    async def test_an_unknown_state_is_refused(self, tracker: Tracker, draft: Draft, stand: Stand):
        """Nothing is guessed."""
        ref = (await tracker.create(draft())).ref

        with pytest.raises((Rejected, Misconfigured)):
            await tracker.update(ref, TicketChange(state="Limbo", team=stand.scope.team))

    async def test_an_unknown_assignee_is_refused(self, tracker: Tracker, draft: Draft, stand: Stand):
        """A change that was asked for and cannot be made is no success."""
        ref = (await tracker.create(draft())).ref

        with pytest.raises(Rejected) as caught:
            await tracker.update(ref, TicketChange(assignee=stand.unknown, team=stand.scope.team))

        assert list(caught.value.fields) == ["Assignee"]


class TestBesideTheText:
    """Comments, files, people, options, checks."""

    async def test_comments_are_public_and_in_order(self, tracker: Tracker, draft: Draft, stand: Stand):
        """Comments come oldest first, with their author; older ones can be left out."""
        ref = (await tracker.create(draft())).ref
        bodies = [document(Paragraph((Text(text),))) for text in ("First <b>", "@channel second")]
        first: Comment = await tracker.comment(ref, bodies[0])
        stand.hooks.pass_time(120)
        second = await tracker.comment(ref, bodies[1])

        listed = await tracker.comments(ref)

        assert [comment.body for comment in listed] == bodies
        assert [comment.id for comment in listed] == [first.id, second.id]
        assert all(comment.public and comment.author.name for comment in listed)
        assert [c.id for c in await tracker.comments(ref, second.created - timedelta(seconds=60))] == [second.id]

    async def test_a_file_is_attached_once(self, tracker: Tracker, draft: Draft):
        """With `may_exist` a file of the same name and size is not sent again."""
        ref = (await tracker.create(draft())).ref

        first = await tracker.attach(ref, file("brief.txt", b"everything"))
        again = await tracker.attach(ref, file("brief.txt", b"everything"), may_exist=True)
        other = await tracker.attach(ref, file("brief.txt", b"something else"), may_exist=True)

        assert (first.name, first.size) == ("brief.txt", 10)
        assert again.id == first.id
        assert other.id != first.id

    @pytest.mark.parametrize("name", ["Entwürfe (final) 🙂.pdf", "a b.txt", "100%.txt"])
    async def test_file_names_survive(self, tracker: Tracker, draft: Draft, name: str):
        """Names that are more than letters come back, and are found again."""
        ref = (await tracker.create(draft())).ref

        first = await tracker.attach(ref, file(name, b"x" * 2000))
        again = await tracker.attach(ref, file(name, b"x" * 2000), may_exist=True)

        assert first.name == name
        assert again.id == first.id

    async def test_people_are_found_by_address_and_name(self, tracker: Tracker, stand: Stand):
        """An exact e-mail stands alone; somebody unknown is nobody."""
        by_address = await tracker.people("mara@example.com", stand.scope)
        by_name = await tracker.people("mara", stand.scope)

        assert [person.name for person in by_address] == ["Mara Example"]
        assert by_address[0].id
        assert by_address[0].id in {person.id for person in by_name}
        assert await tracker.people("nora@nowhere.example", stand.scope) == []
        if not tracker.capabilities.tells_addresses:
            assert await tracker.people(by_address[0].id, stand.scope) == by_address

    async def test_options_come_in_the_trackers_order(self, tracker: Tracker, stand: Stand):
        """The options of a custom field, by the name of the field; an unknown field is a matter of configuration."""
        assert await tracker.options("Business impact", stand.scope) == IMPACTS
        with pytest.raises(Misconfigured) as caught:
            await tracker.options("No such field", stand.scope)

        assert caught.value.fix

    async def test_a_healthy_setup_passes_the_check(self, tracker: Tracker, stand: Stand):
        """Nothing is wrong with the stand's own settings."""
        found = await tracker.check(
            Check(stand.scope.team, stand.template, "landing-page", tuple(stand.template["fields"]))
        )

        assert found
        assert [finding.message for finding in found if finding.severity == "error"] == []

    @REMOTE
    async def test_the_check_says_what_is_wrong(self, stand: Stand):
        """A token that is not accepted is named with a fix, and nothing is raised."""
        locked_out = stand.another(stand.locked_out())

        (finding,) = [found for found in await locked_out.check(Check(stand.scope.team)) if found.severity == "error"]

        assert finding.message
        assert finding.fix


LOST: list[tuple[str, type[TrackerError], type[TrackerError]]] = [
    ("timeout", Ambiguous, NotSent),
    ("500", Ambiguous, NotSent),
    ("drop_before", Ambiguous, NotSent),
    ("drop_after", Ambiguous, NotSent),
    ("garbage", Ambiguous, NotSent),
    ("429", Throttled, Throttled),
]


class TestFailures:
    """Every failure says what to do next."""

    @pytest.mark.parametrize(("kind", "writing", "_"), LOST)
    async def test_a_failed_create(
        self, tracker: Tracker, draft: Draft, stand: Stand, kind: str, writing: type[TrackerError], _: object
    ):
        """What may have worked is ambiguous, what was refused is throttled."""
        stand.hooks.fault(kind, "create")

        with pytest.raises(writing) as caught:
            await tracker.create(draft("V0FAILED"))

        assert (caught.value.tracker, caught.value.operation) == (tracker.name, "create")
        assert caught.value.reason
        if isinstance(caught.value, Throttled):
            assert caught.value.after == 3

    @pytest.mark.parametrize(("kind", "_", "reading"), LOST)
    async def test_a_failed_read(
        self, tracker: Tracker, draft: Draft, stand: Stand, kind: str, _: object, reading: type[TrackerError]
    ):
        """Reading can be tried again freely, unless the tracker wants a pause."""
        ref = (await tracker.create(draft())).ref
        stand.hooks.fault(kind, "get")

        with pytest.raises(reading) as caught:
            await tracker.get(ref)

        assert (caught.value.tracker, caught.value.operation) == (tracker.name, "get")

    @pytest.mark.parametrize("kind", ["timeout", "drop_after", "garbage"])
    async def test_a_ticket_whose_answer_was_lost_is_found(
        self, tracker: Tracker, draft: Draft, stand: Stand, kind: str
    ):
        """The ticket was made once; the lookup after the lag finds it."""
        stand.hooks.fault(kind, "create")
        with pytest.raises(Ambiguous):
            await tracker.create(draft("V0LOST"))
        stand.hooks.pass_time(tracker.capabilities.lookup_lag)

        found = await tracker.find(["V0LOST"], stand.scope)

        assert [ticket.title for ticket in found] == [draft().title]

    @pytest.mark.parametrize("kind", ["429", "500", "drop_before"])
    async def test_a_ticket_that_was_not_made_is_not_found(
        self, tracker: Tracker, draft: Draft, stand: Stand, kind: str
    ):
        """Nothing was sent again behind our back."""
        stand.hooks.fault(kind, "create")
        with pytest.raises((Ambiguous, Throttled)):
            await tracker.create(draft("V0LOST"))
        stand.hooks.pass_time(tracker.capabilities.lookup_lag)

        assert await stand.another(stand.restart()).find(["V0LOST"], stand.scope) == []

    async def test_a_comment_whose_answer_was_lost_is_ambiguous(self, tracker: Tracker, draft: Draft, stand: Stand):
        """Every write may have worked, not only creating."""
        ref = (await tracker.create(draft())).ref
        stand.hooks.fault("drop_after", "comment")

        with pytest.raises(Ambiguous):
            await tracker.comment(ref, document(Paragraph((Text("once"),))))

        assert len(await tracker.comments(ref)) == 1

    async def test_a_token_that_is_not_accepted_is_the_operators(self, draft: Draft, stand: Stand):
        """The fix says what to do, and no secret is in the reason."""
        locked_out = stand.another(stand.locked_out())

        with pytest.raises(Misconfigured) as caught:
            await locked_out.create(draft())

        assert caught.value.status == 401
        assert caught.value.fix
        assert "wrong" not in caught.value.reason

    @REMOTE
    async def test_scope_without_settings_is_the_operators(self, tracker: Tracker, stand: Stand):
        """Without a project nothing is listed by accident."""
        with pytest.raises(Misconfigured):
            await everything(tracker.changed(Scope({})))
