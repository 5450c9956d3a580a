"""The strip at the foot of the page: trackers down and up again, the clock, back to the beginning."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.faults import Fault
from sandbox.page.html import Html, el
from sandbox.page.place import Place
from sandbox.page.words import zone

if TYPE_CHECKING:
    from sandbox.server import Sandbox

VENDORS = (("jira", "Jira"), ("asana", "Asana"))
CHOICES: tuple[tuple[str, str, str, dict[str, float]], ...] = (
    ("down", "is down (500)", "500", {}),
    ("limited", "says: too many requests (429)", "429", {"seconds": 30}),
    ("lost", "loses answers after the work is done", "drop_after", {}),
    ("unreachable", "cannot be reached", "drop_before", {}),
    ("slow", "takes 3 seconds", "latency", {"seconds": 3}),
)
"""Name, words, kind of fault, what else it needs."""
STEPS = ((3600, "+1 hour"), (86_400, "+1 day"), (7 * 86_400, "+1 week"))


def state_of(faults: Iterable[Fault], vendor: str) -> str:
    """The name of the choice that is on for a vendor: "" for none."""
    kinds = {fault.kind for fault in faults if fault.vendor == vendor and fault.times != 0}
    return next((name for name, _, kind, _ in CHOICES if kind in kinds), "")


def fault_of(vendor: str, name: str) -> Fault | None:
    """The fault of a choice, on until it is switched off; None for "" (all is well)."""
    found = next((choice for choice in CHOICES if choice[0] == name), None)
    if found is None:
        return None
    _, _, kind, more = found
    return Fault(vendor, kind, seconds=more.get("seconds"))


def strip_html(sandbox: "Sandbox", place: Place) -> Html:
    """The strip."""
    parts = [_vendor(sandbox, vendor, title) for vendor, title in VENDORS]
    now = sandbox.clock.now().astimezone(zone(sandbox.slack.user(place.user).tz))
    moved = sandbox.clock.offset >= 60
    words = f"{now:%a} {now.day} {now:%b}, {now:%H:%M}"
    clock = el(
        "span", el("span", "Clock ", class_="faint"), el("time", words), " (moved)" if moved else None, class_="clock"
    )
    steps = [el("button", label, type="button", class_="button quiet", data_clock=seconds) for seconds, label in STEPS]
    reset = el("button", "Start over", type="button", class_="button quiet", data_reset=True)
    return Html(el("div", parts, class_="faults") + el("div", clock, steps, class_="time") + reset)


def _vendor(sandbox: "Sandbox", vendor: str, title: str) -> Html:
    state = state_of(sandbox.faults.active(), vendor)
    options = [el("option", "works", value="", selected=not state)]
    options += [el("option", words, value=name, selected=name == state) for name, words, _, _ in CHOICES]
    picker = el(
        "select",
        options,
        id=f"fault-{vendor}",
        data_fault=vendor,
        aria_label=title,
        data_key=f"fault/{vendor}",
        autocomplete="off",
    )
    light = el("span", class_="light" + (" off" if state else ""), aria_hidden="true")
    return el("label", light, el("b", title), " ", picker, for_=f"fault-{vendor}", class_="fault")
