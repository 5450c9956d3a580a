"""Events and parameters as people type them into a tracking section.

`sign_up: method, plan` · `sign_up (method, plan)` · `event: generate_lead — value, currency` · `purchase with value and
currency` · `gtag('event', 'search', {search_term: 'shoes'})` · an event on one line and its parameters as a list below.
Sentences are left alone: "Track all clicks on the button" names no event.
"""

import re
from collections.abc import Iterator

from bot.domain.quality import ga4_heads as heads, ga4_rules as rules
from bot.domain.quality.ga4_plan import Event, Name, Plan
from bot.domain.quality.ga4_tables import Columns, cells, columns, listed

_BULLET = re.compile(r"[\s>]*(?:[-*•·+–]\s+|\d{1,3}[.)]\s+|\[[ xX]?\]\s*|\|\s*)*")
_EVENT_LABEL = re.compile(
    r"(?:(?:the|a|an|new|custom|recommended|ga4?|google\s+analytics|key|track|send|fire"
    r"|push)\s+)*(?:event(?:[\s_]*name)?(?: {0,3}#?\d{1,2})?|name)\s*[:=]\s*"
    r"|(?:(?:new|custom|recommended|ga4?|key|track|send|fire|push|the|an?)\s+)*event\s+(?=[`\"'“]?[\w.-]+_"
    r"|[`\"'“][\w.-]+[`\"'”])",
    re.IGNORECASE,
)
_EVENTS_LABEL = re.compile(
    r"(?:(?:the|new|custom|recommended|ga4?|key|track)\s+)*events\s*[:=]\s*(?=\S)", re.IGNORECASE
)
_PARAMETER_LABEL = re.compile(
    r"(?:(?:event|custom|with|and|its|the)\s+)*(?:param(?:eter)?s?|properties|attributes)\s*(?::|=|\s[–—-]\s|$)\s*",
    re.IGNORECASE,
)
_USER_LABEL = re.compile(r"user[\s_-]*propert(?:y|ies)\s*[:=]\s*", re.IGNORECASE)
_CODE = re.compile(
    r"""(?:gtag\s*\(\s*['"]event['"]\s*,\s*|['"]?event['"]?\s*:\s*)['"](?P<name>[^'"\n]{1,200})['"]\s*,?(?P<rest>[^\n]{0,2000})"""
)
_SCRIPT_BEGINS = re.compile(r"\s*(?:window\.)?dataLayer\.push\s*\(\s*\{?\s*$")
_SCRIPT = re.compile(r"\s*gtag\(\s*['\"](?!event)|\s*(?:(?:var|let|const)\s+)?(?:window\.)?dataLayer\s*=")
"""A line that makes the layer or sets it up, and pushes nothing."""
_SCRIPT_ENDS = re.compile(r"\}\s*\)\s*;?\s*$")
_PAIR = re.compile(
    r"""['"]?(?P<name>[A-Za-z_]\w{0,99})['"]?\s*:\s*(?:['"](?P<text>[^'"\n]{0,500})['"]|(?P<other>[^\s,][^,\n]{0,500}))"""
)
"""One key and its value in a script."""
_SAYS = re.compile(r"\w|[^\x00-\x7f]")
_BLANKS = r"(?:(?<!\s)\s*|(?<=\s)(?=\S))"
"""Blanks in front, from the first of them only: a search that tries each anew would go through them again and again."""
_SEPARATOR = re.compile(
    _BLANKS + r"(?:→|->|=>|\s[–—-]++\s|/\s|\bwith\b|\bincl(?:uding|\.)?|[:({\[|;=\t]|,\s)\s*", re.IGNORECASE
)
_SHORT_HEAD = re.compile(r"(?!(?:with|incl|including)\b)(\w+)[:({\[|;=]\s*", re.ASCII | re.IGNORECASE)
"""A name and what ends it, as it stands in most lines."""
_BETWEEN = re.compile(_BLANKS + r"(?:[,;|]|(?<=\s)\[(?=[a-z])|\band\b|\s&\s|\s\+\s|/(?=\s)|\n)\s*", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?P<name>[^\s:=(]+)\s*(?:[:=]\s*(?P<value>.*)|\(.*)", re.DOTALL)
_SINGLE = re.compile(r"[\w.$-]+", re.ASCII)
_PLAIN_LIST = re.compile(r"[ \t]*[\w$]+[ \t]*(?:,[ \t]*[\w$]+[ \t]*)*+", re.ASCII)
"""What nearly everybody writes: names with commas in between."""
_ADDRESSES = ("http", "www.", "utm_", "HTTP", "UTM_")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\butm_\w+(?:\s*[:=]\s*\S+)?", re.IGNORECASE)


def read(text: str) -> Plan:
    """The events and parameters of a section; whatever cannot be understood is left out."""
    plan = Plan()
    scripted, tabled = "dataLayer" in text or "gtag(" in text, "|" in text
    script: list[Name] | None = None
    table: Columns | None = None
    for start, line in _lines(text):
        if scripted and script is None and _SCRIPT_BEGINS.match(line):
            script = []
        if script is not None:
            script = None if _read_script(plan, line, start, script) else script
            continue
        if tabled:
            if head := columns(line):
                table = head
                continue
            table = table if line.strip() else None
        if table and ("|" in line or _SINGLE.fullmatch(line.strip())):
            _read_row(plan, line, start, table)
        elif not (scripted and _SCRIPT.match(line)):
            _read_line(plan, line, start)
    return plan


def read_event(text: str) -> Plan:
    """A text that is known to be an event, whatever its first line looks like."""
    plan = read(text)
    for event in plan.events:
        event.sure = event.told = True
    if not plan.events and not plan.user_properties and text.strip():
        start = len(text) - len(text.lstrip())
        line = text[: text.find("\n", start)] if "\n" in text[start:] else text
        head, start, rest, rest_start = _head(line, start)
        parameters = list(_parameters(rest, rest_start))
        plan.events.append(Event(Name(head, start), parameters, listed=bool(parameters), told=True))
    return plan


def _read_script(plan: Plan, line: str, start: int, early: list[Name]) -> bool:
    """One line of `dataLayer.push({…})` over several lines; whether it is the last one.

    Args:
        plan: what was read so far.
        line: such as `event: 'sign_up',` or `method: 'e-mail',`.
        start: of the line.
        early: parameters that stand before their event.
    """
    for pair in _PAIR.finditer(line):
        name = Name(pair["name"], start + pair.start("name"), (pair["text"] or pair["other"] or "").strip())
        if name.text == "event" and pair["text"]:
            plan.events.append(Event(Name(pair["text"], start + pair.start("text")), early[:], listed=True))
            early.clear()
        elif name.value not in {"{", "[{"} or name.text == "items":  # `ecommerce` only holds others
            (plan.events[-1].parameters if plan.events and not early else early).append(name)
    return bool(_SCRIPT_ENDS.search(line))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    if not any(map(text.__contains__, _ADDRESSES)):
        for line in text.split("\n"):
            yield start, line
            start += len(line) + 1
        return
    for line in text.split("\n"):
        yield start, _ADDRESS.sub(lambda found: " " * len(found.group()), line)
        start += len(line) + 1


def _read_line(plan: Plan, line: str, start: int) -> None:
    begin = _BULLET.match(line).end()  # type: ignore[union-attr]
    if not _SAYS.search(line, begin):
        return
    lower = line.lower()
    if "user" in lower and (label := _USER_LABEL.match(line, begin)):
        plan.user_properties += _parameters(line[label.end() :], start + label.end())
        return
    said = "event" in lower
    if said and (code := _CODE.search(line)):
        event = Event(Name(code["name"], start + code.start("name")), listed=True)
        event.parameters += _parameters(code["rest"], start + code.start("rest"))
        plan.events.append(event)
        return
    if plan.events and (label := _PARAMETER_LABEL.match(line, begin)):
        plan.events[-1].listed = True
        plan.events[-1].parameters += _parameters(line[label.end() :], start + label.end())
        return
    if said and (label := _EVENTS_LABEL.match(line, begin)):
        plan.events += [Event(name) for name in _parameters(line[label.end() :], start + label.end())]
        return
    label = _EVENT_LABEL.match(line, begin) if said or "name" in lower else None
    _read_event_line(plan, line, start, begin, label)


def _read_event_line(plan: Plan, line: str, start: int, begin: int, label: re.Match[str] | None) -> None:
    """An event and its parameters, or more parameters of the event above.

    Args:
        plan: what was read so far.
        line: the whole line.
        start: of the line.
        begin: where its text begins.
        label: such as `Event:`, if there is one.
    """
    head, head_start, rest, rest_start = _head(line, label.end() if label else begin)
    if not head:
        return
    if not label and _belongs_to_last(plan, line, begin):
        plan.events[-1].parameters += _parameters(line[begin:], start + begin)
        return
    if heads.describes(head, rest):
        head, head_start, rest, rest_start = _head(line, rest_start)
    elif not (label or heads.is_name(head, rest)):
        return
    parameters = list(_parameters(rest, start + rest_start))
    known = rules.RECOMMENDED_EVENTS
    if head in known and parameters and all(name.text in known for name in parameters):
        plan.events += [Event(name) for name in (Name(head, start + head_start), *parameters)]  # only events, in a row
        return
    waits = not rest.strip() and line.rstrip().endswith((":", "{", "("))
    if label and "event" in label.group().lower():
        sure = heads.is_called_event(head)
    else:
        sure = heads.is_sure(head, [parameter.text for parameter in parameters])
    plan.events.append(Event(Name(head, start + head_start), parameters, bool(parameters) or waits, sure))


def _read_row(plan: Plan, line: str, start: int, table: Columns) -> None:
    """One row of a table of events; one without an event, or with the same again, goes on with the one above."""
    row = cells(line)
    if len(row) <= table.event or "|" not in line:
        if table.parameters and plan.events and row:  # a further line of the cell above
            plan.events[-1].parameters += _parameters(row[0].text, start + row[0].start)
        return
    cell = row[table.event]
    head, head_start, rest, rest_start = _head(cell.text, 0)
    found = [
        parameter
        for column in table.parameters
        if column < len(row)
        for entry in listed(row[column])
        for parameter in _parameters(entry.text, start + entry.start)
    ]
    if not table.parameters:
        found += _parameters(rest, start + cell.start + rest_start)
    if plan.events and head in {"", plan.events[-1].name.text}:
        plan.events[-1].parameters += found
    elif head:
        sure = heads.is_called_event(head) and (table.named or heads.is_sure(head, [name.text for name in found]))
        plan.events.append(Event(Name(head, start + cell.start + head_start), found, bool(found), sure))


def _head(line: str, begin: int) -> tuple[str, int, str, int]:
    """What stands before the first separator, and the rest; each with its place."""
    quote = line[begin : begin + 1]
    if quote in "`\"'" and quote and (closing := line.find(quote, begin + 1)) > 0:
        head, head_start, after = line[begin + 1 : closing], begin + 1, closing + 1
        found = _SEPARATOR.match(line, after)
        rest_start = found.end() if found else after
        return head, head_start, line[rest_start:], rest_start
    found = _SHORT_HEAD.match(line, begin)
    if found:
        return found[1], begin, line[found.end() :], found.end()
    found = _SEPARATOR.search(line, begin)
    end = found.start() if found else len(line)
    head = line[begin:end].strip(" \t\r*`\"'“”")
    head_start = line.find(head, begin) if head else begin
    rest_start = found.end() if found else len(line)
    return head, head_start, line[rest_start:], rest_start


def _belongs_to_last(plan: Plan, line: str, begin: int) -> bool:
    """Whether a line goes on with the parameters of the event above, which ended in a colon."""
    if not plan.events or not plan.events[-1].listed:
        return False
    indented = begin > 0 and not line[begin:].rstrip().endswith(":")
    return (
        indented and _SEPARATOR.search(line[begin:].split("(", maxsplit=1)[0]) is None and len(line[begin:].split()) < 4
    )


def _parameters(text: str, start: int) -> Iterator[Name]:
    """The names in a list of parameters; sentences in between are left out."""
    label = _PARAMETER_LABEL.match(text)
    begin = label.end() if label else 0
    if _PLAIN_LIST.fullmatch(text, begin):
        for single in _SINGLE.finditer(text, begin):
            name = single.group()
            if name.lower() not in heads.NO_PARAMETERS:
                yield Name(name, start + single.start())
        return
    pieces = list(_pieces(text, begin))
    several = sum(bool(_SINGLE.fullmatch(piece)) for piece, _ in pieces) > 0 and len(pieces) > 1
    for piece, place in pieces:
        found = _ASSIGNED.fullmatch(piece)
        name, value = (found["name"], found["value"] or "") if found else (piece, "")
        bare = name.strip("\"'`*“”.")
        words = bare.split()
        if not bare or any(word.lower() in heads.NO_PARAMETERS for word in words) or len(words) > (2 if several else 1):
            continue
        yield Name(bare, start + place + piece.find(bare), value.strip("\"'`“” }]);"))


def _pieces(text: str, begin: int) -> Iterator[tuple[str, int]]:
    """The pieces between commas, each with its place."""
    for found in [*_BETWEEN.finditer(text, begin), None]:
        end = found.start() if found else len(text)
        piece = text[begin:end]
        bare = piece.strip(" \t\r{}[]();*`")
        if bare:
            yield bare, begin + piece.find(bare)
        begin = found.end() if found else end
