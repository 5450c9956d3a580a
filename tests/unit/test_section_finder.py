"""Sections are found in awkward tickets of every format, each with exactly the text that belongs to it."""

from collections.abc import Mapping
from typing import Any

import pytest

from adapters.asana.mapping import read_payload as read_asana
from adapters.jira.mapping import read_payload as read_jira
from bot.domain.readiness import Judge
from bot.domain.template import RequestType
from bot.domain.template_loader import load

Node = dict[str, Any]

TEMPLATE = """
name: Page
description: A page
body:
- {type: textarea, id: user_story, attributes: {label: User story}, aliases: [Story, What is needed],
   ready: {required: true, checks: [user_story]}}
- {type: textarea, id: acceptance_criteria, attributes: {label: Acceptance criteria}, aliases: [Definition of done],
   ready: {required: true, at_least: 2}}
- {type: textarea, id: goal, attributes: {label: Campaign goal}, aliases: [Goal, Objective], ready: {required: true}}
- {type: input, id: audience, attributes: {label: Target audience}, aliases: [Audience, Who is it for]}
- {type: textarea, id: tracking, attributes: {label: Tracking requirements}, aliases: [Tracking]}
- {type: textarea, id: actual, attributes: {label: What happens?}}
"""


def page() -> RequestType:
    loaded = load({"page.yaml": TEMPLATE}, {})
    assert loaded.problems == []
    return loaded.types["page"]


JUDGE = Judge(page())


def found(ticket_text: Any) -> Mapping[str, str]:
    """What is found in a Jira issue with this description: ADF or wiki markup."""
    return JUDGE.ticket(read_jira({"key": "WEB-1", "fields": {"summary": "A page", "description": ticket_text}})).texts


def found_in_task(**task: str) -> Mapping[str, str]:
    """What is found in an Asana task."""
    return JUDGE.ticket(read_asana({"gid": "1", "name": "A page", **task})).texts


STORY = "As a buyer, I want prices, so that I can order."
BULLETS, NUMBERS, BOXES, ITEMS = "* one\n* two", "# one\n# two", "- [ ] one\n- [x] two", "<li>one</li><li>two</li>"
DESIGN = "https://www.figma.com/design/x"
GOAL = "From 40 to 60 demos a month"
ALL = {"user_story": STORY, "acceptance_criteria": "one\ntwo", "goal": GOAL}


# --- ADF -------------------------------------------------------------------------------------------------------------


def text(shown: str, *marks: str) -> Node:
    return {"type": "text", "text": shown} | ({"marks": [{"type": mark} for mark in marks]} if marks else {})


def p(*parts: str | Node) -> Node:
    return {"type": "paragraph", "content": [text(part) if isinstance(part, str) else part for part in parts]}


def h(level: int, *parts: str | Node) -> Node:
    return p(*parts) | {"type": "heading", "attrs": {"level": level}}


def ul(*items: str | Node, kind: str = "bulletList") -> Node:
    return {
        "type": kind,
        "content": [{"type": "listItem", "content": [p(item) if isinstance(item, str) else item]} for item in items],
    }


def tasks(*items: tuple[str, str]) -> Node:
    content = [
        {"type": "taskItem", "attrs": {"localId": str(n), "state": state}, "content": [text(shown)]}
        for n, (state, shown) in enumerate(items)
    ]
    return {"type": "taskList", "attrs": {"localId": "x"}, "content": content}


def row(*cells: str | Node, kind: str = "tableCell") -> Node:
    inside = [p(cell) if isinstance(cell, str) else cell for cell in cells]
    return {"type": "tableRow", "content": [{"type": kind, "attrs": {}, "content": [cell]} for cell in inside]}


def doc(*content: Node) -> Node:
    return {"version": 1, "type": "doc", "content": list(content)}


BREAK = {"type": "hardBreak"}
LINK = text("Figma") | {"marks": [{"type": "link", "attrs": {"href": "https://www.figma.com/design/x"}}]}
LONG = "https://www.figma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/Pricing-page-of-the-spring-campaign?" + "node-id=12-34&" * 9
PARTS = ("As a buyer,", "I want prices,", "so that I can order.")
TOLD = {"user_story": "\n".join(PARTS), "goal": GOAL}

ADF = {
    "headings": (
        doc(h(2, "User story"), p(STORY), h(2, "Acceptance criteria"), ul("one", "two"), h(2, "Goal"), p(GOAL)),
        ALL,
    ),
    "deep headings": (
        doc(
            h(1, "Request"),
            h(3, "User story"),
            p(STORY),
            h(3, "Acceptance criteria"),
            h(4, "Desktop"),
            ul("one"),
            h(4, "Phone"),
            ul("two"),
            h(3, "Goal"),
            p(GOAL),
        ),
        ALL | {"acceptance_criteria": "Desktop\none\nPhone\ntwo"},
    ),
    "six levels": (
        doc(h(1, "User story"), p(STORY), h(4, "Acceptance criteria"), ul("one", "two"), h(6, "Goal"), p(GOAL)),
        ALL,
    ),
    "emoji, numbers and colons in headings": (
        doc(
            h(2, "1. 👤 User Story:"),
            p(STORY),
            h(2, "2) ✅ ACCEPTANCE CRITERIA (at least two)"),
            ul("one", "two"),
            h(2, "3 – Our goal 🎯"),
            p(GOAL),
        ),
        ALL,
    ),
    "emoji nodes in headings": (
        doc(h(2, {"type": "emoji", "attrs": {"shortName": ":dart:", "text": "🎯"}}, " Goal"), p(GOAL)),
        {"goal": GOAL},
    ),
    "small misspellings": (
        doc(
            h(2, "User storry"), p(STORY), h(2, "Acceptence critera"), ul("one", "two"), h(2, "Campagin goal"), p(GOAL)
        ),
        ALL,
    ),
    "bold lines": (
        doc(
            p(text("User story", "strong")),
            p(STORY),
            p(text("Acceptance criteria:", "strong")),
            ul("one", "two"),
            p(text("Goal", "strong", "underline"), ":"),
            p(GOAL),
        ),
        ALL,
    ),
    "bold words before the text": (
        doc(
            p(text("User story: ", "strong"), STORY),
            p(text("Acceptance criteria", "strong"), BREAK, "one", BREAK, "two"),
            p(text("Goal", "strong"), " " + GOAL),
        ),
        ALL,
    ),
    "one paragraph of lines": (
        doc(
            p(
                "User story: ",
                STORY,
                BREAK,
                "Acceptance criteria:",
                BREAK,
                "- one",
                BREAK,
                "- two",
                BREAK,
                "Goal: ",
                GOAL,
            )
        ),
        ALL,
    ),
    "a story above everything": (
        doc(p("Hi team,"), p(STORY), h(2, "Definition of Done"), ul("one", "two")),
        {"user_story": STORY, "acceptance_criteria": "one\ntwo"},
    ),
    "a question as a heading": (
        doc(h(2, "What is the goal?"), p(GOAL), h(2, "Who's the target audience?"), p("Buyers")),
        {"goal": GOAL, "audience": "Buyers"},
    ),
    "content in a heading": (
        doc(
            h(2, f"Tracking requirements: {LONG}"),
            h(2, "Goal & audience: ", LINK),
            h(2, "Definition of done: ", {"type": "inlineCard", "attrs": {"url": LONG}}),
            p("two"),
        ),
        {
            "tracking": LONG,
            "goal": "Figma (https://www.figma.com/design/x)",
            "audience": "Figma (https://www.figma.com/design/x)",
            "acceptance_criteria": f"{LONG}\ntwo",
        },
    ),
    "a story on three lines": (doc(p("Hi team,"), *map(p, PARTS), h(2, "Goal"), p(GOAL)), TOLD),
    "a story in one paragraph of three lines": (
        doc(p(PARTS[0], BREAK, PARTS[1], BREAK, PARTS[2]), h(2, "Goal"), p(GOAL)),
        TOLD,
    ),
    "a story with bold words": (
        doc(
            p(text("As a", "strong"), " buyer,"),
            p(text("I want", "strong"), " prices,"),
            p(text("so that", "strong"), " I can order."),
            h(2, "Goal"),
            p(GOAL),
        ),
        TOLD,
    ),
    "a story with colons": (
        doc(p("As a: buyer"), p("I want: prices"), p("So that: I can order."), h(2, "Goal"), p(GOAL)),
        TOLD | {"user_story": "As a: buyer\nI want: prices\nSo that: I can order."},
    ),
    "a story with a heading for each part": (
        doc(
            *(h(3, "As a"), p("buyer"), h(3, "I want"), p("prices"), h(3, "So that"), p("I can order.")),
            *(h(3, "Notes"), p("Call Mara"), h(3, "Goal"), p(GOAL)),
        ),
        TOLD | {"user_story": "As a\nbuyer\nI want\nprices\nSo that\nI can order."},
    ),
    "a story below another heading": (
        doc(h(2, "Goal"), p(GOAL), h(2, "Description"), p("Hi team,"), p(STORY), h(2, "Notes"), p("Call Mara")),
        {"user_story": STORY, "goal": GOAL},
    ),
    "a story that is none of this ticket": (
        doc(h(2, "Goal"), p(GOAL), h(2, "Out of scope"), p(STORY), h(2, "Slack message"), p(STORY)),
        {"goal": GOAL},
    ),
    "no story": (doc(p("As a team we met."), p("On Monday, that is."), p("I want prices.")), {}),
    "a list of tasks": (
        doc(h(2, "Acceptance criteria"), tasks(("TODO", "one"), ("DONE", "two"))),
        {"acceptance_criteria": "one\ntwo"},
    ),
    "a table below the heading": (
        doc(
            h(2, "Acceptance criteria"),
            {
                "type": "table",
                "attrs": {},
                "content": [row("Page", "Condition", kind="tableHeader"), row("Prices", "one"), row("Order", "two")],
            },
        ),
        {"acceptance_criteria": "Page | Condition\nPrices | one\nOrder | two"},
    ),
    "a table as the form": (
        doc({"type": "table", "attrs": {}, "content": [row("Goal", GOAL), row("Who is it for?", "Buyers")]}),
        {"goal": GOAL, "audience": "Buyers"},
    ),
    "a table as the form, with a link, events and a list": (
        doc(
            {
                "type": "table",
                "attrs": {},
                "content": [
                    row("Acceptance criteria", ul("one", "two")),
                    row("Goal", DESIGN),
                    row("Tracking", "generate_lead: form_id"),
                    row("Audience", ul("Tracking: not for these")),
                ],
            }
        ),
        {
            "acceptance_criteria": "one\ntwo",
            "goal": DESIGN,
            "tracking": "generate_lead: form_id",
            "audience": "Tracking: not for these",
        },
    ),
    "a list in a table below the heading": (
        doc(h(2, "Acceptance criteria"), {"type": "table", "attrs": {}, "content": [row(ul("one", "two"))]}),
        {"acceptance_criteria": "one\ntwo"},
    ),
    "a panel below the heading": (
        doc(h(2, "Goal"), {"type": "panel", "attrs": {"panelType": "info"}, "content": [p(GOAL)]}),
        {"goal": GOAL},
    ),
    "everything in a panel": (
        doc(
            {
                "type": "panel",
                "attrs": {"panelType": "info"},
                "content": [h(3, "Goal"), p(GOAL), p("Acceptance criteria"), ul("one", "two")],
            }
        ),
        {"goal": GOAL, "acceptance_criteria": "one\ntwo"},
    ),
    "an expand with a title": (
        doc({"type": "expand", "attrs": {"title": "Acceptance criteria"}, "content": [ul("one", "two")]}),
        {"acceptance_criteria": "one\ntwo"},
    ),
    "a numbered heading that the editor made a list": (
        doc(
            ul("User story", kind="orderedList"),
            p(STORY),
            ul("Acceptance criteria", kind="orderedList") | {"attrs": {"order": 2}},
            ul("one", "two"),
        ),
        {"user_story": STORY, "acceptance_criteria": "one\ntwo"},
    ),
    "an outline": (
        doc(
            {
                "type": "bulletList",
                "content": [
                    {"type": "listItem", "content": [p("User story"), ul(STORY)]},
                    {"type": "listItem", "content": [p("Acceptance criteria"), ul("one", "two")]},
                    {"type": "listItem", "content": [p("Goal: " + GOAL)]},
                ],
            }
        ),
        ALL,
    ),
    "names in a list of criteria": (
        doc(
            h(2, "Acceptance criteria"),
            ul("Tracking: the event is sent", "Audience: buyers only"),
            h(2, "Goal"),
            p(GOAL),
        ),
        {"acceptance_criteria": "Tracking: the event is sent\nAudience: buyers only", "goal": GOAL},
    ),
    "a name in a line, although there is a heading": (
        doc(
            h(2, "Acceptance criteria"), p("Tracking: the event is sent", BREAK, "two"), h(2, "Tracking"), p("sign_up")
        ),
        {"acceptance_criteria": "Tracking: the event is sent\ntwo", "tracking": "sign_up"},
    ),
    "a section typed into another one": (
        doc(h(2, "User story"), p(STORY), p("Acceptance criteria:"), ul("one", "two"), h(2, "Goal"), p(GOAL)),
        ALL,
    ),
    "a section that is all in one word": (
        doc(h(2, "Goal"), p("Audience: buyers")),
        {"goal": "Audience: buyers", "audience": "buyers"},
    ),
    "an unknown heading between": (
        doc(h(2, "Goal"), p(GOAL), h(2, "Background"), p("Since 2019"), h(2, "Tracking"), p("sign_up")),
        {"goal": GOAL, "tracking": "sign_up"},
    ),
    "two sections under one heading": (
        doc(h(2, "Goal & audience"), p("More buyers")),
        {"goal": "More buyers", "audience": "More buyers"},
    ),
    **{
        f"a section and something else under one heading, {heading}": (doc(h(2, heading), p(GOAL)), {"goal": GOAL})
        for heading in ("Goal & KPI", "Goal / KPIs", "1. Goals, metrics and KPIs", "Success metrics and goal")
    },
    "a bold sentence that begins like a heading": (
        doc(p(text("Goal and everything else that we talked about", "strong")), p(GOAL)),
        {},
    ),
    **{
        f"numbered with {number}": (
            doc(h(2, f"{number} User story"), p(STORY), h(2, f"{number} Goal"), p(text(GOAL))),
            {"user_story": STORY, "goal": GOAL},
        )
        for number in ("1\ufe0f\u20e3", "①", "🎯 1.", "#1", "I.", "1.")
    },
    "a longer heading": (
        doc(h(2, "Acceptance criteria for the new page"), ul("one", "two")),
        {"acceptance_criteria": "one\ntwo"},
    ),
    "a heading twice": (
        doc(h(2, "Acceptance criteria"), ul("one"), h(2, "Goal"), p(GOAL), h(2, "Acceptance criteria"), ul("two")),
        {"acceptance_criteria": "one\ntwo", "goal": GOAL},
    ),
    "headings in code and quotes": (
        doc(
            h(2, "Goal"),
            p(GOAL),
            {"type": "codeBlock", "content": [text("Tracking: x")]},
            {"type": "blockquote", "content": [p("Audience: nobody")]},
        ),
        {"goal": f"{GOAL}\nTracking: x\nAudience: nobody"},
    ),
    "Markdown that was pasted": (
        doc(
            p("## User story", BREAK, STORY),
            p("**Acceptance criteria**"),
            p("- [ ] one"),
            p("- [x] two"),
            p("### Goal ###"),
            p(GOAL),
        ),
        ALL,
    ),
    "links keep their address": (
        doc(h(2, "Goal"), p("See ", LINK)),
        {"goal": "See Figma (https://www.figma.com/design/x)"},
    ),
    "a card": (
        doc(h(2, "Goal"), p({"type": "inlineCard", "attrs": {"url": "https://www.example.com/goal"}})),
        {"goal": "https://www.example.com/goal"},
    ),
    "a question as its own label": (doc(h(2, "What happens"), p("It says no")), {"actual": "It says no"}),
    "nested lists": (
        doc(
            h(2, "Acceptance criteria"),
            {"type": "bulletList", "content": [{"type": "listItem", "content": [p("one"), ul("on a phone")]}]},
        ),
        {"acceptance_criteria": "one\non a phone"},
    ),
    "nothing": (doc(), {}),
    "only headings": (doc(h(2, "User story"), h(2, "Goal")), {}),
    "no document": (None, {}),
}


@pytest.mark.parametrize("case", ADF)
def test_sections_are_found_in_adf(case: str) -> None:
    """A description of Jira's API v3, written by hand in the editor."""
    description, expected = ADF[case]
    assert found(description) == expected


WIKI = {
    "headings": (f"h2. User story\n{STORY}\n\nh2. Acceptance criteria\n* one\n* two\n\nh2. Goal\n{GOAL}", ALL),
    "deep headings": (f"h1. Page\nh3. User story\n{STORY}\nh4. Acceptance criteria\n{NUMBERS}\nh5. Goal\n{GOAL}", ALL),
    "bold lines": (f"*User story*\n{STORY}\n\n*Acceptance criteria:*\n* one\n* two\n\n*Goal*: {GOAL}", ALL),
    "words before a colon": (f"User story: {STORY}\nAcceptance criteria:\n- one\n- two\nGoal: {GOAL}", ALL),
    "Windows line ends": (
        f"h2. User story\r\n{STORY}\r\nh2. Acceptance criteria\r\n* one\r\n* two\r\nh2. Goal\r\n{GOAL}", ALL
    ),
    "panels with titles": (
        (
            f"{{panel:title=User story|borderStyle=solid}}\n{STORY}\n{{panel}}\n"
            f"{{panel:title=Acceptance criteria}}\n{BULLETS}\n{{panel}}"
        ),
        {"user_story": STORY, "acceptance_criteria": "one\ntwo"},
    ),
    "a table": (f"||Goal|{GOAL}|\n||Audience|Buyers|", {"goal": GOAL, "audience": "Buyers"}),
    "a table with a link, events and two lines": (
        f"||Goal|{DESIGN}|\n|Tracking|generate_lead: form_id|\n|Acceptance criteria|one \\\\ two|",
        {"goal": DESIGN, "tracking": "generate_lead: form_id", "acceptance_criteria": "one\ntwo"},
    ),
    "colour and bold": (f"h2. {{color:#de350b}}*User story*{{color}}\n{STORY}", {"user_story": STORY}),
    "digits on keys": (
        (
            f"h3. 1\ufe0f\u20e3 User story\n{STORY}\n*2\ufe0f\u20e3 Acceptance criteria*\n{BULLETS}\n"
            f"*3\ufe0f\u20e3 Goal:* {GOAL}"
        ),
        ALL,
    ),
    "code": ("h2. Goal\n{code}\nTracking: x\nh2. Tracking\n{code}", {"goal": "Tracking: x\nh2. Tracking"}),
    "Markdown, headings of two levels": (
        f"# Request\n## User story\n{STORY}\n\n## Acceptance criteria\n- [ ] one\n- [ ] two\n\n## Goal\n{GOAL}",
        ALL,
    ),
    "Markdown, headings that are misspelt or joined": (
        f"# Request\n## User strory\n{STORY}\n## Acceptence criteria\n- one\n- two\n### Goal & KPI\n{GOAL}\n## Misc\nx",
        ALL,
    ),
    "lists in lists": ("h2. Acceptance criteria\n## one\n\nh2. Goal\n# a\n## b", {
        "acceptance_criteria": "one", "goal": "a\nb"
    }),
    "Markdown, bold": (f"**User story**\n{STORY}\n**Acceptance criteria:**\n- one\n- two\n**Goal:** {GOAL}", ALL),
    "a footer of ours": (f"h2. Goal\n{GOAL}\n----\n_Request devreq-V1 · from Mara Example_", {"goal": GOAL}),
    "an unclosed macro": ("{quote}\nh2. Goal\n" + GOAL, {"goal": GOAL}),
    "nothing": ("", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", WIKI)
def test_sections_are_found_in_wiki_markup(case: str) -> None:
    """A description of Jira's API v2: wiki markup, or what people take for it."""
    description, expected = WIKI[case]
    assert found(description) == expected


HTML = {
    "headings": (
        f"<body><h1>User story</h1>{STORY}<h2>Acceptance criteria</h2><ul>{ITEMS}</ul><h2>Goal</h2>{GOAL}</body>",
        ALL,
    ),
    "bold lines": (
        (
            f"<body><strong>User story</strong>\n{STORY}\n\n<strong>Acceptance criteria:</strong><ol>{ITEMS}</ol>"
            f"<strong>Goal: </strong>{GOAL}</body>"
        ),
        ALL,
    ),
    "plain lines": (f"<body>User story\n{STORY}\n\nAcceptance criteria\n• one\n• two\n\nGoal\n{GOAL}</body>", ALL),
    "a table": (
        f"<body><table><tr><td>Goal</td><td>{GOAL}</td></tr><tr><td>Audience</td><td>Buyers</td></tr></table></body>",
        {"goal": GOAL, "audience": "Buyers"},
    ),
    "a table with a link, events and a list": (
        (
            f"<body><table><tr><td>Acceptance criteria</td><td>As agreed:<ul>{ITEMS}</ul></td></tr>"
            f"<tr><td><strong>Goal</strong></td><td>{DESIGN}</td></tr>"
            "<tr><td>Tracking</td><td>generate_lead: form_id\nsign_up: method</td></tr></table></body>"
        ),
        {
            "acceptance_criteria": "As agreed:\none\ntwo",
            "goal": DESIGN,
            "tracking": "generate_lead: form_id\nsign_up: method",
        },
    ),
    "a list in a heading's place": (
        f"<body><ul><li>Goal: {GOAL}</li><li>Audience: Buyers</li></ul></body>", {"goal": GOAL, "audience": "Buyers"}
    ),
    "underlined": (f"<body><u>Goal:</u> {GOAL}</body>", {"goal": GOAL}),
    "broken XML": ("<body><h1>Goal", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", HTML)
def test_sections_are_found_in_rich_text_of_asana(case: str) -> None:
    """`html_notes` of a task."""
    notes, expected = HTML[case]
    assert found_in_task(html_notes=notes) == expected


PLAIN = {
    "Markdown": (
        f"# Page\n\n## 👤 User story\n\n{STORY}\n\n## Acceptance criteria\n\n{BOXES}\n\n## Goal\n\n{GOAL}\n", ALL
    ),
    "underlined headings": (
        f"User story\n=====\n\n{STORY}\n\nAcceptance criteria\n-----\n{BULLETS}\n\nGoal\n----\n{GOAL}", ALL
    ),
    "bare headings": (f"User story\n{STORY}\n\nAcceptance criteria\none\ntwo\n\nGoal\n{GOAL}", ALL),
    "capitals": (f"USER STORY\n{STORY}\n\nACCEPTANCE CRITERIA\n1. one\n2. two\n\nGOAL\n{GOAL}", ALL),
    "numbers": (f"1. User story\n{STORY}\n2. Acceptance criteria\n- one\n- two\n3. Goal\n{GOAL}", ALL),
    "letters": (f"a) User story\n{STORY}\nb) Acceptance criteria\n- one\n- two\nc) Goal\n{GOAL}", ALL),
    "dashes": (f"User story - {STORY}\nGoal \u2013 {GOAL}", {"user_story": STORY, "goal": GOAL}),
    **{
        f"a colon behind {dash.strip()}": (
            f"Goal{dash}{DESIGN}\nTracking{dash}generate_lead: form_id",
            {"goal": DESIGN, "tracking": "generate_lead: form_id"},
        )
        for dash in (" - ", " \u2013 ", " \u2014 ", " | ")
    },
    "a table in Markdown": (
        f"| Field | Value |\n|---|---|\n| Goal | {DESIGN} |\n| Acceptance criteria | one<br>two<br/>three |",
        {"goal": DESIGN, "acceptance_criteria": "one\ntwo\nthree"},
    ),
    "a colon before a dash": (f"Goal: {GOAL} - more: none", {"goal": f"{GOAL} - more: none"}),
    "a number, a dash and a colon": (f"Part 2 - Goal: {GOAL}", {"goal": GOAL}),
    "Slack's bold and emoji": (
        f":bust_in_silhouette: *User story*\n{STORY}\n*Acceptance criteria*\n• one\n• two\n:dart: Goal: {GOAL}", ALL
    ),
    "fences": (f"## Goal\n{GOAL}\n```\n## Tracking\nsign_up\n```\n", {"goal": f"{GOAL}\n## Tracking\nsign_up"}),
    "an open fence": (f"```\n## Goal\n{GOAL}", {"goal": GOAL}),
    "quotes": (f"> ## Tracking\n> old mail\n\n## Goal\n{GOAL}", {"goal": GOAL}),
    "a mail": (f"Hi all,\n\nGoal: {GOAL}\nAudience: Buyers\n\nBest\nMara",
        {"goal": GOAL, "audience": "Buyers\nBest\nMara"}),
    "full-width colons": (f"Goal\uff1a{GOAL}", {"goal": GOAL}),
    "zero-width and non-breaking blanks": (f"\ufeff## Goal\u200b\n{GOAL}\nTarget\u00a0audience: Buyers",
        {"goal": GOAL, "audience": "Buyers"}),
    "a question with its answer": ("What happens? It says no", {"actual": "It says no"}),
    "labels with nothing behind them": (
        f"**User story:**\n**Goal:** {GOAL}\n**Acceptance criteria:**\n**Audience:** Buyers",
        {"goal": GOAL, "audience": "Buyers"},
    ),
    "other headings end a section": (f"Goal:\n{GOAL}\nNotes:\nCall Mara", {"goal": GOAL}),
    **{
        f"{before} before the names": (
            f"{before} User story\n{STORY}\n\n{before} Acceptance criteria:\none\ntwo\n\n{before} Goal\n{GOAL}", ALL
        )
        for before in ("1\ufe0f\u20e3", "1\u20e3", "1\ufe0f\u20e32\ufe0f\u20e3", "🔟", "①", "❶", "🎯 1.", "✅ 2)", "#1",
            "(1)", "[1]", "I.", "(iv)", "VIII.", "1.1", "\u2139\ufe0f")
    },
    "a story on lines with blank ones between": ("\n\n".join((*PARTS, f"Goal: {GOAL}")), TOLD),
    "a story in a list": ("- " + "\n- ".join(PARTS) + f"\n\nGoal: {GOAL}", TOLD),
    "a number without a blank": (f"1.Goal\n{GOAL}\n2)Audience: Buyers", {"goal": GOAL, "audience": "Buyers"}),
    "I is no number": ("I goal\nx\nV Audience\ny", {}),
    "one instead of many, many instead of one": (
        f"User Stories\n{STORY}\n\nAcceptance criterion:\none\ntwo\n\nGoals\n{GOAL}", ALL
    ),
    "a plural of one word": (f"Stories: {STORY}\nAudiences: Buyers", {"user_story": STORY, "audience": "Buyers"}),
    "no plural": ("Stores: five\nGoalies: none", {}),
    "addresses are no names": ("https://www.example.com/goal: x\nhttp://goal", {}),
    "words that only begin alike": ("Goals of the quarter are fine\nStory points: 5\nTracking pixel is broken", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", PLAIN)
def test_sections_are_found_in_plain_text(case: str) -> None:
    """`notes` of a task: Markdown, Slack's markup, mails, or nothing of the kind."""
    notes, expected = PLAIN[case]
    assert found_in_task(notes=notes) == expected
