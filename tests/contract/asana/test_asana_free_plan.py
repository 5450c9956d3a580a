"""What a free plan of Asana refuses with 402 is left out, and never the ticket with it."""

import json
from datetime import date
from typing import Any

import pytest

from adapters.asana.tracker import AsanaTracker
from adapters.base import Check, TicketDraft
from adapters.errors import Unsupported
from tests.stub_server import Answer, StubServer

TEAM = {"project": "1"}
REFUSAL = json.dumps({"errors": [{"message": "Custom Fields are not available for free users", "help": ""}]}).encode()


class FreePlan:
    """Asana for those who do not pay: no custom fields, no start dates, and here no new tags either."""

    def __init__(self, server: StubServer) -> None:
        self._server = server
        server.answer = self.answer

    def tasks(self) -> list[dict[str, Any]]:
        """What was sent to make a task."""
        sent = [body for method, path, body in self._server.requests if (method, path[:6]) == ("POST", "/tasks")]
        return [json.loads(body)["data"] for body in sent]

    def answer(self, method: str, path: str) -> Answer:
        """See `StubServer`."""
        if "custom_field_settings" in path or (method == "POST" and "/tags" in path):
            return 402, {}, REFUSAL
        if method == "POST":
            return (402, {}, REFUSAL) if "start_on" in self.tasks()[-1] else (201, {}, b'{"data": {"gid": "7"}}')
        if path.startswith(("/projects/1?", "/users/")):
            return 200, {}, b'{"data": {"gid": "1", "name": "Web", "workspace": {"gid": "2", "name": "Acme"}}}'
        return 200, {}, b'{"data": [], "next_page": null}'


def draft(**changes: Any) -> TicketDraft:
    return TicketDraft("V1", "bug", "Title", team=TEAM, **changes)


@pytest.fixture
def plan(broken: StubServer) -> FreePlan:
    return FreePlan(broken)


async def test_a_ticket_is_made_without_custom_fields(plan: FreePlan, asana_tracker: AsanaTracker):
    """A project's fields cannot even be asked for: the ticket is made all the same and says what was left out."""
    mapped = {"fields": {"impact": "Business impact"}}

    made = await asana_tracker.create(draft(values={"impact": "High"}, template=mapped))

    assert made.ref.id == "7"
    assert made.notes == ("Business impact was left out, because this plan of Asana has no custom fields.",)
    assert "custom_fields" not in plan.tasks()[-1]


async def test_a_ticket_is_made_without_start_and_tags(plan: FreePlan, asana_tracker: AsanaTracker):
    """A start date or a tag that the plan does not have is left out with a note."""
    made = await asana_tracker.create(draft(start=date(2027, 1, 1), due=date(2027, 2, 1), labels=("spring",)))

    assert made.notes == (
        "The label “spring” could not be set, because Asana has no such tag.",
        "The start date 2027-01-01 could not be set, because this plan of Asana has no start dates.",
    )
    assert plan.tasks()[-1].keys() == {"name", "html_notes", "projects", "due_on"}


async def test_a_plan_that_takes_no_task_at_all_is_told(broken: StubServer, asana_tracker: AsanaTracker):
    """If there is nothing to leave out, the refusal is passed on."""
    ready = b'{"data": [], "next_page": null}'
    broken.answer = lambda method, path: (402, {}, REFUSAL) if method == "POST" else (200, {}, ready)

    with pytest.raises(Unsupported):
        await asana_tracker.create(draft())


@pytest.mark.usefixtures("plan")
async def test_the_check_warns_of_fields_that_the_plan_does_not_have(asana_tracker: AsanaTracker):
    """`doctor` says what will be left out; it is no error, since tickets are made."""
    mapped = {"fields": {"impact": "Business impact", "launch_date": "due_on"}}

    found = await asana_tracker.check(Check(team=TEAM, template=mapped))

    assert [one.message for one in found if one.severity != "ok"] == [
        "This plan of Asana has no custom fields: Business impact is left out."
    ]
