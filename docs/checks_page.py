"""The page of the finding codes: what each one means, an example with what is said of it, and the team's dictionary."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from adapters.base import Ticket, TicketRef
from bot.domain.finding_codes import CHECKS, SECTION_CODES, family_of
from bot.domain.plain_text import from_plain
from bot.domain.quality.catalogue import EXAMPLE_DICTIONARY, RULES
from bot.domain.quality.families import check
from bot.domain.quality.finding import Surroundings
from bot.domain.readiness import Gap, readiness
from bot.domain.template_loader import load

INTRODUCTION = """
What the definition of ready can find. Codes are stable: templates name them under `ready.block`, teams under
`checks.off`; a template asks for a family of checks under `ready.checks`.

- `must` and `should` count against a ticket, and may be suggested in the form and asked for in an alert.
- A `hint` never alerts, and stops a request only where the template itself names it under `ready.block`; `devrequest
  lint` shows it, and so does `devrequest evaluate`, beside the gaps.

How sure a code is follows from how it is found: *exact* is a rule without judgement, such as GA4's syntax; *measured*
was held against texts that people have judged (`bench/quality.py`), and is `should` only where at least 85 of 100
findings are right; *judged* is a rule of ours without labelled data behind it, and stays a hint. A single finding may
be surer or less sure than its code: `ga4.not_in_dictionary` is `should` where a known name is nearly the same.
`ga4.missing_parameter` is a hint where the text lists no parameters at all, and so are a few words that may be an event
or a remark (`CTA clicks` on a line of its own), a phrase such as "to be confirmed" in the middle of a sentence, and a
host that is one letter away from a design tool's. Events that GA4 collects by itself are pointed at, not refused.
What is less sure than its code stops no request, also where the template names the code.

Tracking is read as people write it. In a table the column `Event name`, `GA4 event` or `Event` holds the names, and the
one called `Parameters` theirs. "Demo form: generate_lead" asks for `generate_lead`; "Consent mode: v2" names no event.

"Not needed, because …" is an answer: no check looks further. Try a text with
`echo "works well on all devices" | devrequest lint --as acceptance_criteria`. It answers any number of lines, each a
text or a JSON object with `text`; among JSON Lines one that is none is named on standard error, and read as a text.
With `--as wording` the check is as strict as a specification needs it: it also points at words such as "any" or
"other", which it lets pass in a ticket.

The checks read English. A text in another language is not told that it lacks what it says in its own words: stories are
understood in German as well, placeholders, numbers, links and event names in any language, and everything else is left
alone.
"""

DICTIONARY = """
## The dictionary

The events and parameters that you track already, in a file beside `devrequest.yaml`, which names it:
`dictionary: tracking.yaml`. What GA4 collects or recommends itself need not stand there.

```yaml
events:
  plan_opened: [plan, currency]          # an event, and the parameters that it has
  demo_requested:                        # one without parameters of its own
  newsletter_ordered:
    description: Sent once the address is confirmed
    parameters: [form_id]
parameters: [page_path, team_size]       # any event may have these
```

A list of names does as well (`events: [plan_opened, demo_requested]`), and a description may stand behind any name
(`parameters: {plan: The name of the plan}`). `devrequest check` says what is wrong with the file; while it is wrong,
the bot does not start. Form, confirmation, alerts, `devrequest evaluate` and `devrequest lint --as ga4_event` judge by
it: an unknown name is a hint, and a `should` with the name that was probably meant where a known one is near.
"""
FORM = """
name: Page
description: A page
body:
- {type: textarea, id: user_story, attributes: {label: User story}, ready: {required: true}}
- {type: textarea, id: goal, attributes: {label: Goal}, ready: {required: true}}
"""
"""What the examples of sections are judged by."""


def checks_page() -> str:
    """Every finding code with its severity, an example, and what is said of it."""
    lines = ["# Finding codes", "", *INTRODUCTION.strip().splitlines(), ""]
    lines += ["| code | severity | the ticket |", "|---|---|---|"]
    lines += [f"| `{code}` | {rule.severity} ({rule.basis}) | {rule.finds} |" for code, rule in RULES.items()]
    lines += ["", *DICTIONARY.strip().splitlines(), "", "## Examples", ""]
    lines += [
        "Below each text stands what is said of it; « » are around the words that are meant, or where some are missing."
    ]
    for family, codes in {"every section": SECTION_CODES, **CHECKS}.items():
        lines += ["", f"### {family}"]
        for code in codes:
            lines += ["", f"**{code}**", "", *_example(code), "", "better:", "", *_quoted(RULES[code].better)]
    return "\n".join(lines) + "\n"


def _example(code: str) -> Iterator[str]:
    """A text with this fault, and what is said of it."""
    text = RULES[code].bad
    if code in SECTION_CODES:
        yield from _quoted(text)
        said = next(gap.message for gap in gaps_of(text) if gap.code == code)
    else:
        around = Surroundings(dictionary=EXAMPLE_DICTIONARY if code == "ga4.not_in_dictionary" else None)
        found = next(finding for finding in check([str(family_of(code))], text, around) if finding.code == code)
        yield from _quoted(f"{text[: found.start]}«{text[found.start : found.end]}»{text[found.end :]}")
        said = found.message
    yield from ("", f"> {said}")


def gaps_of(text: str) -> Sequence[Gap]:
    """What a ticket with this text lacks, by `FORM`."""
    now = datetime(2026, 1, 5, tzinfo=UTC)
    kind = load({"page.yaml": FORM.encode()}, {}).types["page"]
    ticket = Ticket(TicketRef("jira", "1", "WEB-1", ""), "Page", from_plain(text), "Open", "todo", now, now)
    return readiness(kind, ticket).gaps


def _quoted(text: str) -> list[str]:
    """An example, kept as it is."""
    return ["```text", *text.splitlines(), "```"]
