"""What is kept of the look at a ticket before."""

import pytest

from bot.domain.seen_before import as_known
from bot.domain.seen_ticket import SeenPerson
from tests.unit.test_agenda import a_ticket

NAMED = SeenPerson(name="Nora Noseat", slack="U0NORA")
LENA = SeenPerson(name="Lena Lorem", id="5b10", slack="U0LENA")


@pytest.mark.parametrize(
    ("before", "now", "kept"),
    [(NAMED, None, NAMED), (NAMED, LENA, LENA), (LENA, None, None), (None, None, None)],
)
def test_an_owner_without_a_seat_stays_one(
    before: SeenPerson | None, now: SeenPerson | None, kept: SeenPerson | None
) -> None:
    """Whom the form named and the tracker cannot assign owns it until somebody is assigned there."""
    assert as_known(a_ticket(assignee=before), a_ticket(assignee=now)).assignee == kept
