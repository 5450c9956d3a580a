"""What the bot says, exactly as Slack gets it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain.command import UnknownType
from bot.domain.fill_messages import MendedTicket, Written
from bot.domain.messages import (
    Announced,
    Filed,
    Filing,
    HandedBack,
    HandedInAlready,
    Message,
    Notice,
    OpsNotice,
    Safe,
    SourceAnswered,
    Summary,
)
from bot.domain.readiness import Gap
from bot.domain.request import TicketLink
from bot.slack.text import clean
from bot.slack.views.help import (
    help_message,
    open_form_message,
    read_ready_form,
    ready_form,
    unknown_type_message,
)
from bot.slack.views.messages import as_view, render
from bot.slack.views.rendered import Rendered
from tests.strategies import examples

Json = dict[str, Any]
URL = "https://jira.example.com/browse/WEB-12"
TICKET = TicketLink(tracker="jira", id="10012", key="WEB-12", url=URL)
NAMES = {"U0MARA": "Mara Example"}


def summary(title: str = "Spring sale", ticket: TicketLink | None = TICKET, launch: date | None = None) -> Summary:
    return Summary("V1", title, "Landing page", "U0MARA", "Jira", ticket, launch)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def line(*runs: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def run(text: str) -> Json:
    return {"type": "text", "text": text}


def bold(text: str) -> Json:
    return run(text) | {"style": {"bold": True}}


def linked(text: str) -> Json:
    return {"type": "link", "text": text, "url": URL}


def bullets(*texts: str) -> Json:
    items = [{"type": "rich_text_section", "elements": [run(text)]} for text in texts]
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}]}


def context(text: str) -> Json:
    return {"type": "context", "elements": [plain(text)]}


OPEN = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "open_link", "text": plain("Open in Jira"), "url": URL}],
}
ADD = {
    "type": "button",
    "action_id": "fill_in",
    "text": plain("Add what is missing"),
    "value": "jira:10012",
    "style": "primary",
}


def test_the_announcement() -> None:
    """Title, who, launch date, request type, tracker and link; the requester is named, not pinged."""
    message = render(Announced(summary(launch=date(2026, 12, 1))), NAMES)

    assert message == Rendered(
        "New request from Mara Example: Spring sale",
        [
            line(linked("Spring sale") | {"style": {"bold": True}}),
            context("Landing page · from Mara Example · launch 1 December 2026 · WEB-12 in Jira"),
            OPEN,
        ],
    )


def test_an_announcement_of_a_task_without_a_key() -> None:
    """Asana's tasks have a number that nobody knows; it is not shown. An unknown person is shown by id."""
    ticket = TicketLink(tracker="asana", id="12010", key="12010", url="https://app.asana.com/0/1/12010")
    message = render(Announced(Summary("V1", "Sale", "Bug", "U0MARA", "Asana", ticket)))

    assert message.blocks[1] == context("Bug · from U0MARA · a task in Asana")


def test_the_confirmation() -> None:
    """The link, exactly the missing sections with a button to add them, notes, and what the channel waits for."""
    gaps = (
        Gap("user_story", "section.missing", "“User story” is missing."),
        Gap("design", "section.empty", "“Design” is empty."),
    )
    message = render(Filed(summary(), gaps, ("Leo Example has no seat in Jira.",), "not_in_channel"))

    assert message.text == "Ticket created: WEB-12 in Jira: Spring sale"
    assert message.blocks == [
        line(run("Done: "), linked("Spring sale"), run(" is now WEB-12 in Jira.")),
        line(bold("Still missing before work can start:")),
        bullets("“User story” is missing.", "“Design” is empty."),
        line(bold("Good to know:")),
        bullets("Leo Example has no seat in Jira."),
        context(
            "The team's channel does not know yet: I am not in it yet."
            " I tell it as soon as I can; the ticket does not wait."
        ),
        {"type": "actions", "elements": [ADD, *OPEN["elements"]]},
    ]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("restricted_action_thread_only_channel", "posting is restricted there"),
        ("restricted_action_non_threadable_channel", "posting is restricted there"),
        ("some_new_code", "Slack does not let me post there"),
        ("the team is no longer in the configuration", "the team is no longer in the configuration"),
    ],
)
def test_why_the_channel_does_not_know_yet(reason: str, words: str) -> None:
    """In words; Slack's codes are none."""
    told = str(render(Filed(summary(), waits_for=reason)).blocks)

    assert f"does not know yet: {words}." in told
    assert "_action" not in told


def test_a_confirmation_without_gaps_is_short() -> None:
    """Where nothing is missing, nothing is said about it."""
    assert render(Filed(summary())).blocks == [
        line(run("Done: "), linked("Spring sale"), run(" is now WEB-12 in Jira.")),
        OPEN,
    ]


def everything_in(blocks: Any) -> str:
    """All texts in blocks."""
    if isinstance(blocks, dict):
        return blocks["text"] if isinstance(blocks.get("text"), str) else " ".join(map(everything_in, blocks.values()))
    return " ".join(map(everything_in, blocks)) if isinstance(blocks, list | tuple) else ""


FAILED = [
    f"The file {'n' * 90} could not be added to the ticket: {'why ' * 20}. "
    f"Its link in Slack: https://acme.slack.com/files/U0MARA/F{number}/{'slug_' * 30}end"
    for number in range(100, 140)
]


@pytest.mark.parametrize("kind", [Filed, Written])
def test_every_failed_file_is_named_with_its_link(kind: Any, fits_message: Any, fits_view: Any) -> None:
    """However many there are: what has no room in the message goes on in its thread, and a view has room for all."""
    gaps = tuple(Gap(f"s{number}", "section.missing", "g" * 300) for number in range(30))
    if kind is Filed:
        message: Message = Filed(summary("t" * 400), gaps, tuple(FAILED), "w" * 400)
    else:
        mended = MendedTicket("jira:10012", "t" * 400, TICKET, "Jira")
        message = Written(mended, "fill", ("l" * 400,), gaps=gaps, notes=tuple(FAILED))
    shown = render(message)

    fits_message(shown)
    fits_view(as_view(message))
    for part in shown.continued:
        fits_message(part)
    told = everything_in(shown.blocks) + everything_in([part.blocks for part in shown.continued])
    assert [note for note in FAILED if note not in told] == []
    assert "There is more, in the thread of this message." in everything_in(shown.blocks)
    assert [note for note in FAILED if note not in everything_in(as_view(message)["blocks"])] == []
    assert "thread" not in everything_in(as_view(message)["blocks"])


def test_a_long_notice_goes_on_in_its_thread(fits_message: Any) -> None:
    """Such as how it ended for the many files that were on their way: the last is told, too."""
    shown = render(Notice(" ".join(FAILED)))

    fits_message(shown)
    told = everything_in([shown.blocks, *(part.blocks for part in shown.continued)])
    assert [note for note in FAILED if " ".join(note.split()) not in " ".join(told.split())] == []


def test_the_view_while_the_ticket_is_made() -> None:
    """It hands in nothing, and says that it may be closed."""
    assert as_view(Filing(summary(ticket=None))) == {
        "type": "modal",
        "callback_id": "devrequest_status",
        "title": plain("Creating your ticket"),
        "close": plain("Close"),
        "blocks": [
            line(run("Creating your ticket in "), run("Jira"), run(": "), run("“Spring sale”")),
            context("Your request is stored. You can close this window: the link comes to you as a message, too."),
        ],
    }


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ("unavailable", "Jira does not answer at the moment."),
        ("parked", "Jira cannot take it until a setting is mended. The people who look after me know about it."),
    ],
)
def test_a_request_that_waits_is_safe(why: Any, reason: str) -> None:
    """The requester hears that nothing is lost and that nothing need be done."""
    assert render(Safe(summary(ticket=None), why)) == Rendered(
        "Your request is safe: Spring sale",
        [
            line(bold("Your request is safe: "), run("“Spring sale”")),
            line(
                run(
                    f"{reason} Your request is stored and becomes a ticket by itself as soon as that works again."
                    " Then you get the link. There is nothing you need to do."
                )
            ),
        ],
    )


def test_a_refused_request_is_handed_back() -> None:
    """The reason, a button that opens the form again, and everything that was written."""
    message = render(HandedBack(summary(ticket=None), "“Impact” has no option “Huge”.", "Spring sale\n\nGoal\n*Grow*"))

    assert message == Rendered(
        "Jira did not take your request: Spring sale",
        [
            line(run("Jira did not take "), run("“Spring sale”"), run(".")),
            line(bold("Why: "), run("“Impact” has no option “Huge”.")),
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "reopen_form",
                        "text": plain("Open the form again"),
                        "value": "V1",
                        "style": "primary",
                    }
                ],
            },
            context("Nothing is lost. This is everything that you wrote:"),
            {"type": "section", "text": plain("Spring sale\n\nGoal\n*Grow*")},
        ],
    )


LONG = st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=30), st.sampled_from([1, 400, 1500]))


@settings(max_examples=examples(25), deadline=None)
@given(text=LONG)
def test_a_refused_text_is_given_back_in_full(text: str, fits_message: Any, fits_view: Any) -> None:
    """However long: in the message and its continuations every word is there, in order."""
    refused = HandedBack(summary(ticket=None), "No.", text)
    message = render(refused)

    fits_message(message)
    fits_view(as_view(refused))
    blocks = [*message.blocks[4:], *(block for part in message.continued for block in part.blocks)]
    given_back = "".join(block["text"]["text"] for block in blocks)
    assert re.sub(r"\s", "", given_back) == re.sub(r"\s", "", clean(text))


def test_a_long_refused_text_goes_on_in_the_thread() -> None:
    """Slack takes about 9,000 characters a message."""
    message = render(HandedBack(summary(ticket=None), "No.", "word " * 4000))

    assert [part.text for part in message.continued] == ["Your text, part 2", "Your text, part 3"]
    assert [len(part.blocks) for part in message.continued] == [3, 2]


def test_the_source_message_is_answered() -> None:
    """In its thread: the ticket's link."""
    assert render(SourceAnswered(summary())) == Rendered(
        "This is now WEB-12 in Jira: Spring sale",
        [line(run("This is now a request: "), linked("Spring sale"), run(" (WEB-12 in Jira)."))],
    )


def test_another_organisation_does_not_read_what_the_request_is_called() -> None:
    """In a channel that is shared with them the message's thread names the ticket by its key."""
    assert render(SourceAnswered(summary(), shared=True)) == Rendered(
        "This is now WEB-12 in Jira", [line(run("This is now a request: "), linked("WEB-12 in Jira"))]
    )


def test_operators_hear_what_to_mend() -> None:
    """What is wrong, how to mend it, and what waits; a long list is cut with its length."""
    affected = tuple(f"V{number}" for number in range(30))
    waiting = ", ".join(f"V{number}" for number in range(20))

    assert render(OpsNotice("Jira refuses the token.", "Set a new JIRA_API_TOKEN.", affected)) == Rendered(
        "Jira refuses the token.",
        [
            line(bold("Jira refuses the token.")),
            line(run("Set a new JIRA_API_TOKEN.")),
            context(f"Waiting for it: {waiting} and 10 more"),
        ],
    )


def test_operators_hear_since_when_in_their_own_time() -> None:
    """Slack shows the moment in the reader's zone; who cannot see that reads it in UTC."""
    since = OpsNotice("I cannot read Jira.", "", since=datetime(2026, 3, 2, 9, 5, tzinfo=UTC))

    assert render(since).blocks[-1]["elements"][0]["text"] == (
        "Since <!date^1772442300^{date_short_pretty} at {time}|2026-03-02 09:05 UTC>"
    )


def test_a_notice_shows_user_text_as_it_is() -> None:
    """Nothing in it is formatted, linked or pinged."""
    message = render(Notice("No type “<!here> *x*”."))

    assert message == Rendered(
        "No type “&lt;!here&gt; *\u200bx*\u200b”.", [{"type": "section", "text": plain("No type “<!here> *x*”.")}]
    )


HOSTILE = st.sampled_from(
    ["<!channel>", "<@U0MARA>", "<https://evil.example|x>", "*b*", "\n", "\u202e", "\x00", "שלום"]
)
PARTS = st.lists(HOSTILE | st.text(max_size=8), max_size=5)
WORDS = st.builds(lambda parts, times: "".join(parts) * times, PARTS, st.sampled_from([1, 1, 300]))
ID = st.text(max_size=60)
"""Names of trackers are ours, and ids are the vendor's own: strange perhaps, but short."""
SUMMARY = st.builds(
    Summary,
    st.just("V1"),
    WORDS,
    WORDS,
    WORDS,
    st.sampled_from(["Jira", "Asana"]) | WORDS,
    st.none() | st.builds(TicketLink, tracker=ID, id=ID, key=WORDS, url=st.just(URL) | WORDS),
    st.none() | st.dates(),
)
GAPS = st.lists(st.builds(Gap, WORDS, WORDS, WORDS), max_size=40).map(tuple)
TEXTS = st.lists(WORDS, max_size=40).map(tuple)
MESSAGE: st.SearchStrategy[Message] = st.one_of(
    st.builds(Announced, SUMMARY),
    st.builds(Filed, SUMMARY, GAPS, TEXTS, WORDS),
    st.builds(Filing, SUMMARY),
    st.builds(Safe, SUMMARY, st.sampled_from(["unavailable", "parked"])),
    st.builds(HandedBack, SUMMARY, WORDS, WORDS),
    st.builds(HandedInAlready, SUMMARY, WORDS),
    st.builds(SourceAnswered, SUMMARY, st.booleans()),
    st.builds(OpsNotice, WORDS, WORDS, TEXTS, st.none() | st.just(datetime(2026, 3, 2, tzinfo=UTC))),
    st.builds(Notice, WORDS),
)


def pinging(node: Any) -> bool:
    """Whether anything in there mentions somebody or is parsed for it."""
    if isinstance(node, list):
        return any(pinging(part) for part in node)
    if not isinstance(node, dict):
        return False
    if node.get("type") in {"user", "usergroup", "broadcast"}:
        return True
    if node.get("type") == "mrkdwn":  # ours, for a date in the reader's time zone and nothing else
        return not re.fullmatch(r"[^<>]*(<!date\^[^<>]*>[^<>]*)+", node["text"])
    return any(pinging(value) for value in node.values())


@settings(max_examples=examples(100), deadline=None)
@given(message=MESSAGE)
def test_no_message_breaks_a_limit_or_pings(message: Message, fits_message: Any, fits_view: Any) -> None:
    """Whatever people wrote: messages and views fit, and nothing in them mentions or links anything of theirs."""
    rendered = render(message, NAMES)

    fits_message(rendered)
    fits_view(as_view(message, NAMES))
    assert not pinging(rendered.blocks)
    assert not re.search("[<>]", rendered.text)


def test_the_longest_refusal_fits(fits_message: Any, fits_view: Any) -> None:
    """Every part of it as long as it can be."""
    long = "word " * 4_000
    message = HandedBack(Summary("V1", long, long, long, long, TICKET), long, long)

    fits_message(render(message, NAMES))
    fits_view(as_view(message, NAMES))
    fits_view(as_view(HandedInAlready(message.summary, long), NAMES))


TYPES = [("landing-page", "Landing page", "A new page"), ("bug", "Bug", "")]


def test_help(fits_message: Callable[[Rendered], None]) -> None:
    """The ways to a form and to the sync, the types on offer, and what happens to a form that is closed."""
    message = help_message(TYPES)

    def code(text: str) -> Json:
        return run(text) | {"style": {"code": True}}

    fits_message(message)
    assert message.text == "/devrequest opens a form that becomes a ticket."
    assert message.blocks[0] == line(
        run("Ask the developers for something, and get a ticket they can start with.\n"),
        code("/devrequest"),
        run(" opens a form and lets you choose what you need.\n"),
        code("/devrequest landing-page Some title"),
        run(" opens that form with the title filled in.\n"),
        code("More actions → Turn into a dev request"),
        run(" on any message: the form with that message in it.\n"),
        code("/devrequest sync"),
        run(" in a team's channel shows you the agenda of its sync.\n"),
        code("/devrequest sync now"),
        run(" posts that agenda for everybody there.\n"),
    )
    assert [item["elements"] for item in message.blocks[1]["elements"][0]["elements"]] == [
        [code("landing-page"), run(" Landing page: A new page")],
        [code("bug"), run(" Bug")],
    ]
    assert message.blocks[2] == context("A form that you close is kept: the next one offers to continue with it.")


def test_an_unknown_type_is_answered_with_what_was_probably_meant(fits_message: Callable[[Rendered], None]) -> None:
    """The word is said back as it is; a button opens the form that was meant, another one lets people choose."""
    message = unknown_type_message(UnknownType("<!here>page", "landing-page", 'A "new" page'), TYPES)

    fits_message(message)
    assert message.text == "There is no request type called “&lt;!here&gt;page”. Did you mean landing-page?"
    assert message.blocks[0] == line(
        run("There is no request type called “<!here>page”."),
        run(" Did you mean "),
        run("landing-page") | {"style": {"code": True}},
        run("?"),
    )
    likely, other = message.blocks[1]["elements"]
    assert likely == {
        "type": "button",
        "action_id": "open_form",
        "text": plain("Open “Landing page”"),
        "style": "primary",
        "value": 'new:["landing-page","A \\"new\\" page"]',
    }
    assert other == {
        "type": "button",
        "action_id": "open_form_choice",
        "text": plain("Choose in the form"),
        "value": 'new:["","<!here>page A \\"new\\" page"]',
    }
    assert message.blocks[2:] == help_message(TYPES).blocks


def test_words_that_are_no_type_become_a_title(fits_message: Callable[[Rendered], None]) -> None:
    """Whoever types only what they need gets a form with it."""
    message = unknown_type_message(UnknownType("Mend", "", "the header"), [*TYPES * 20])

    fits_message(message)
    assert message.text == "There is no request type called “Mend”."
    assert [one["value"] for one in message.blocks[1]["elements"]] == ['new:["","Mend the header"]']
    assert message.blocks[4] == context("and 15 more in the form.")


def test_a_title_that_no_button_can_hold_is_repeated(fits_message: Callable[[Rendered], None]) -> None:
    """Nothing that was typed is lost."""
    words = "word " * 1_200
    message = unknown_type_message(UnknownType("lnding", "landing-page", words), TYPES)

    fits_message(message)
    assert [one["value"] for one in message.blocks[2]["elements"]] == ['new:["landing-page",""]', 'new:["",""]']
    assert message.blocks[1] == line(run("What you typed, to copy it into the form: "), run(f"lnding {words}".strip()))


@given(st.text(), st.text())
def test_what_a_button_brings_along_is_read_back(request_type: str, title: str) -> None:
    """Whatever was typed; other values mean drafts."""
    assert read_ready_form(ready_form(request_type, title)) == (request_type, title)
    assert read_ready_form("open:0123") is None


def test_a_way_out_when_the_form_did_not_open(fits_message: Callable[[Rendered], None]) -> None:
    """A sentence and a button."""
    message = open_form_message("Slack was too slow.")

    fits_message(message)
    assert message.blocks[1]["elements"] == [
        {"type": "button", "action_id": "open_form", "text": plain("Open the form"), "style": "primary"}
    ]
