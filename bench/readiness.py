"""Goal 13: whether a ticket is complete costs a fraction of parsing its Markdown; whole verdicts by the minute."""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.base import Ticket, TicketRef
from adapters.document import Document
from bench.measure import Row, interleaved, ratios
from bot.bootstrap import load_templates, payload_reader
from bot.domain.content_checks import content_checks
from bot.domain.readiness import Judge
from bot.domain.section_finder import find_sections
from bot.domain.section_marks import Marks
from bot.domain.section_names import name_key
from bot.domain.section_text import ticket_text
from bot.domain.template import RequestType
from bot.files_on_disk import shipped_folder

KEY = "landing-page"
VERDICTS_A_MINUTE = 50_000
"""The goal is for whole verdicts; those without checks of content stand beside them."""
BATCHES = 10
"""As many texts as the peer's for completeness: it would take some 20 ms for those, too short to be measured well."""
NOW = datetime(2026, 3, 10, tzinfo=UTC)
BODIES = {
    "user_story": """\
As a **returning visitor** of page {n}, I want to see the prices for my company size, so that I can order at once.

We hear this from [sales](https://www.example.com/notes/{n}) every week, and the chat log of the last {n} days says the
same: people ask for the price of a plan, wait for an answer, and leave before it comes. The current page shows one
price only, *without* the number of seats that it is for. Two of our competitors show a table with a slider; we do not
need the slider, but we need the table, and it has to be right for the countries in which we bill in another currency.

What we tried so far:

- a line below the price that says "for up to {n} seats", which nobody read
- a link to the calculator (`/calculator?seats={n}`), which 3 % of the visitors opened
- a banner for visitors who came back within a week""",
    "acceptance_criteria": """\
- [ ] The price for {n} seats is shown on phone and desktop
- [ ] The table can be printed on {n} pages at most, without the header and the footer of the site
- [x] A tap on the number starts a call on a phone, and does nothing on a desktop
- [ ] Without consent, no event is sent; with consent, one event is sent for each plan that is opened
- [ ] Prices are shown in € and $, by the visitor's country, and can be changed in the footer
- [ ] The page shows its first text within 2 seconds on a phone with a slow connection""",
    "goal": """\
Demo requests from 40 to {n} a month by the end of March.

### How we know

1. Sales counted them, by hand, in the last {n} weeks
2. The report of the last campaign says so: 62 % of the visitors left within ten seconds
3. The survey of May asked for the reason

> “I could not find the price, and I did not want to be called back for it” ({n} of 300 answers)

The number is in the dashboard *Demo requests by source*; the part that comes from the pricing page is the one that
counts, because the campaign sends its visitors there. It is read every Monday; the sync looks at it once a month.""",
    "audience": "Visitors of the pricing page from companies with 50 to {n} people, in Germany and Austria",
    "impact": "About {n} more demos a month, some 15,000 € of new business, from the rate of the last two years",
    "design_assets": "https://www.figma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/Pricing?node-id=12-{n}",
    "tracking": "```\ngenerate_lead: form_id, page_path\n## Goal\nplan_opened: plan, {n}\n```",
    "ab_test": "No",
    "no_test_reason": "The old prices are no longer valid after the {n}th, so that both versions cannot be shown",
    "": """\
The call with legal was on Tuesday; notes are in the folder `prices-{n}`. They want to see the page before it goes live,
and they asked for the old prices to stay reachable for {n} days, *not* linked from anywhere, for customers who ask.""",
}
"""Section id → what stands in it; the last one is a section that the request type does not know."""


async def run(rounds: int, quick: bool) -> list[Row]:
    """Completeness against markdown-it, and whole verdicts."""
    kind = load_templates([shipped_folder()]).types[KEY]
    count = 40 if quick else 400
    texts = corpus(kind, range(count))
    asked, marks, peer = needed(kind), Marks(kind), Peer(kind)
    verdicts = [incomplete(asked, text, marks) for text in texts]
    unequal = sum(ours != peer.incomplete(text) for ours, text in zip(verdicts, texts, strict=True))
    if unequal or not any(verdicts) or all(verdicts):
        raise ValueError(f"{unequal} of {len(texts)} verdicts differ, so that nothing would be compared")
    bare, full = Judge(kind), Judge(kind, content=content_checks())
    begun = count
    upcoming: list[str] = []
    tickets: list[Ticket] = []
    sides: dict[str, Callable[[], object]] = {
        "ours": lambda: [incomplete(asked, text, marks) for text in upcoming],
        "peer": lambda: [peer.incomplete(text) for text in texts],
        "bare": lambda: [bare.ticket(ticket) for ticket in tickets],
        "full": lambda: [full.ticket(ticket) for ticket in tickets],
    }

    async def measure(name: str) -> float:
        nonlocal begun
        size = count * BATCHES if name == "ours" and not quick else count
        if name != "peer":  # texts that it has never seen, so that it cannot remember anything of them
            upcoming[:] = corpus(kind, range(begun, begun + size))
            tickets[:] = [] if name == "ours" else [as_ticket(text, number) for number, text in enumerate(upcoming)]
            begun += size
        return processor_time(sides[name]) / size

    taken = await interleaved(rounds, list(sides), measure)
    size = sum(map(len, texts)) // len(texts)
    method = (
        f"CPU time of this process over {len(texts)} texts of {size} characters on average; all verdicts are equal."
    )
    return [
        Row(
            "13",
            "completeness by markdown-it",
            ratios(taken["peer"], taken["ours"]),
            20,
            "markdown-it-py, commonmark, with the same question asked of its tokens",
            method,
            at_least=True,
            gate=True,
            figures=microseconds(taken["ours"], taken["peer"]),
        ),
        *(
            Row(
                "verdicts",
                f"whole verdicts a minute on one core, {what}",
                tuple(60 / seconds for seconds in taken[side]),
                VERDICTS_A_MINUTE,
                "tickets a minute",
                f"CPU time of this process; {count} tickets a round, none seen before, in the neutral form, {how}.",
                unit="a minute",
                at_least=True,
                gate=True,
                figures=microseconds(taken[side]),
            )
            for side, what, how in (
                ("bare", "without checks of content", "sections, placeholders, `at_least`, score"),
                ("full", "with all checks of content", "the same with every family of checks"),
            )
        ),
    ]


def processor_time(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def microseconds(*seconds: Sequence[float]) -> str:
    """The medians of several sides in microseconds for a ticket, ours first."""
    return " against ".join(f"{sorted(side)[len(side) // 2] * 1e6:.3g}" for side in seconds) + " µs a ticket"


def corpus(kind: RequestType, numbers: Iterable[int]) -> list[str]:
    """Tickets in Markdown, all different; in some a section is missing or empty, or goes by another name."""
    texts = []
    for number in numbers:
        parts = []
        for place, (section, body) in enumerate(BODIES.items()):
            field = kind.fields.get(section)
            heading = field.label if field else "Notes"
            if field and field.aliases and (number + place) % 3 == 0:
                heading = f"{place + 1}. {field.aliases[0].upper()}"
            if (number * 7 + place) % 19 == 0:
                continue
            text = "" if (number * 5 + place) % 23 == 0 else body.replace("{n}", str(number + 41))
            parts.append(f"{'#' * (2 + number % 2)} {heading}\n\n{text}\n")
        texts.append("\n".join(parts))
    return texts


def incomplete(asked: Sequence[str], text: str, marks: Marks) -> list[str]:
    """Those of the sections that are missing or empty."""
    found = find_sections(ticket_text(text), marks)
    return [name for name in asked if name not in found or not found[name].filled]


def needed(kind: RequestType) -> list[str]:
    """The ids of the sections that are asked for without a condition."""
    return [field.id for field in kind.fields.values() if field.ready.required and not field.when]


class Peer:
    """The same question by markdown-it: parse, then look at headings and what stands between them."""

    def __init__(self, kind: RequestType) -> None:
        """Collect the names of the sections."""
        self._parser = MarkdownIt("commonmark")
        self._needed = needed(kind)
        self._names = {
            name_key(name): field.id
            for field in kind.fields.values()
            for name in (field.label, field.id, *field.aliases)
        }

    def incomplete(self, text: str) -> list[str]:
        """The sections that are needed and are missing or empty."""
        filled: set[str] = set()
        current, level = "", 0
        tokens: list[Token] = self._parser.parse(text)
        for index, token in enumerate(tokens):
            if token.type == "heading_open":
                name = re.sub(r"^\d+\.\s+", "", tokens[index + 1].content)
                known = self._names.get(name_key(name), "")
                if known or int(token.tag[1]) <= level:
                    current, level = known, int(token.tag[1])
            elif current and token.content.strip() and tokens[index - 1].type != "heading_open":
                filled.add(current)
        return [name for name in self._needed if name not in filled]


def as_ticket(text: str, number: int) -> Ticket:
    """The ticket that Asana would show for this text."""
    read = payload_reader("asana")({"gid": str(number), "name": f"Page {number}", "notes": text})
    document: Document = read.document
    return Ticket(TicketRef("asana", str(number), str(number), ""), read.title, document, "Open", "todo", NOW, NOW)
