"""What a team's scopes ask a tracker for."""

from bot.domain.template import RequestType
from bot.usecases.team_scopes import fields_of, marks_of
from tests.shipped import shipped_types

TYPES = shipped_types()
PAGE = TYPES["landing-page"]


def with_jira(settings: dict[str, object]) -> RequestType:
    tracker = PAGE.tracker.model_copy(update={"settings": {"jira": settings}})
    return PAGE.model_copy(update={"tracker": tracker})


def test_fields_that_may_hold_a_section_are_read_with_each_ticket():
    """Those that the template maps to, those that it sets, and those that go by a name of a section or of its type."""
    kind = with_jira({"fields": {"impact": "Money"}, "extra": {"customfield_10077": {"value": "Page"}}})

    names = set(fields_of([kind], "jira"))

    assert {"Money", "customfield_10077", "acceptance criteria", "user story", "request type"} <= names
    assert not {"Money", "customfield_10077"} & set(fields_of([kind], "asana"))


def test_marks_are_labels_and_issue_types():
    """Those of all request types, once each."""
    marks = marks_of([TYPES["bug"], PAGE, PAGE], "jira")

    assert {"bug", "landing-page"} <= set(marks.labels)
    assert len(set(marks.labels)) == len(marks.labels)
    assert "Bug" in marks.issue_types
