"""What must be mended before a form can be handed in, and what a request lacks to be ready."""

from datetime import date
from typing import Any

import pytest

from bot.domain.not_needed import not_needed, says_not_needed
from bot.domain.readiness import Gap, readiness_of_answers
from bot.domain.template import RequestType
from bot.domain.template_loader import load
from bot.domain.validation import validate

TODAY = date(2026, 3, 10)
HEAD = "name: Form\ndescription: One form\nbody:\n"


def form(*fields: str) -> RequestType:
    loaded = load({"form.yaml": HEAD + "".join(f"- {field}\n" for field in fields)}, {})
    assert loaded.problems == []
    return loaded.types["form"]


def said(field: str, answer: Any) -> str | None:
    """What is said at the only field of a form."""
    answers = {"title": "A title"} | ({} if answer is None else {"it": answer})
    messages = validate(form(field), answers, TODAY)
    assert set(messages) <= {"it"}
    return messages.get("it")


REQUIRED = "validations: {required: true}"


def test_a_title_is_needed() -> None:
    """Every form asks for a title; blanks are none."""
    request_type = form("{type: input, id: it, attributes: {label: L}}")
    expected = {"title": "Write a title: what you need, in a few words."}
    assert validate(request_type, {}, TODAY) == expected
    assert validate(request_type, {"title": " \n"}, TODAY) == expected
    assert validate(request_type, {"title": "x" * 5_000}, TODAY) == {}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("type: textarea, attributes: {label: Why}", "Write something for “Why”; a line is enough."),
        ("type: input, attributes: {label: Why}", "Write something for “Why”; a line is enough."),
        ("type: dropdown, attributes: {label: Kind, options: [a]}", "Choose an option for “Kind”."),
        (
            "type: dropdown, attributes: {label: Kind, options: [a], multiple: true}",
            "Choose at least one option for “Kind”.",
        ),
        ("type: checkboxes, attributes: {label: Kind, options: [{label: a}]}", "Tick at least one box for “Kind”."),
        ("type: date, attributes: {label: Launch date}", "Choose a date for “Launch date”."),
        ("type: person, attributes: {label: Owner}", "Choose a person for “Owner”."),
        ("type: people, attributes: {label: Owners}", "Choose at least one person for “Owners”."),
        ("type: upload, attributes: {label: Files}", "Add at least one file to “Files”."),
        ("type: files, attributes: {label: Files}", "Add at least one file to “Files”."),
        ("type: url, attributes: {label: Page}", "Paste a link for “Page”, such as https://www.example.com/page."),
        ("type: number, attributes: {label: Budget}", "Write a number for “Budget”."),
        (
            "type: textarea, attributes: {label: Events}, ready: {at_least: 2}",
            "Write at least one line under “Events”.",
        ),
    ],
)
@pytest.mark.parametrize("answer", [None, "", "  \n", []])
def test_an_empty_required_field_says_what_to_do(field: str, expected: str, answer: Any) -> None:
    """The sentence fits the kind of field and names it."""
    assert said(f"{{id: it, {field}, {REQUIRED}}}", answer) == expected
    assert said(f"{{id: it, {field}}}", answer) is None


def test_acceptance_criteria_have_a_sentence_of_their_own() -> None:
    """As an example of what to write."""
    request_type = form(
        "{type: textarea, id: acceptance_criteria, attributes: {label: Criteria}, ready: {at_least: 2}, "
        f"{REQUIRED}}}"
    )
    assert validate(request_type, {"title": "t"}, TODAY) == {
        "acceptance_criteria": "Write at least one acceptance criterion, one a line."
    }
    assert validate(request_type, {"title": "t", "acceptance_criteria": "one"}, TODAY) == {}
    assert list(readiness_of_answers(request_type, {"acceptance_criteria": "one"}).gaps) == [
        Gap("acceptance_criteria", "section.empty", "Write at least two acceptance criteria, one a line.")
    ]


def test_an_empty_rich_text_is_empty() -> None:
    """A rich text area that holds only blanks was not filled in."""
    field = f"{{type: textarea, id: it, attributes: {{label: Why, format: rich}}, {REQUIRED}}}"
    paragraph = {"is": "Paragraph", "content": [{"is": "Text", "text": " ", "marks": []}]}
    assert said(field, {"rich": []}) == "Write something for “Why”; a line is enough."
    assert said(field, {"rich": [paragraph]}) == "Write something for “Why”; a line is enough."
    assert said(field, {"rich": [paragraph | {"content": [{"is": "Text", "text": "x", "marks": []}]}]}) is None


@pytest.mark.parametrize("code", ["section.missing", "section.empty"])
def test_a_blocking_section_code_stops_a_submission(code: str) -> None:
    """`block` can ask for a section that `validations` does not require."""
    field = f"{{type: input, id: it, attributes: {{label: Why}}, ready: {{required: true, block: [{code}]}}}}"
    assert said(field, None) == "Write something for “Why”; a line is enough."


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("2026-03-10", None),
        ("2027-01-01", None),
        ("2026-03-09", "“Launch date” is in the past; choose 10 March 2026 or later."),
        ("10.3.2026", "Write the date of “Launch date” as year-month-day, such as 2026-03-11."),
        ("2026-02-30", "Write the date of “Launch date” as year-month-day, such as 2026-03-11."),
    ],
)
def test_a_date_is_a_day_from_today_on(answer: str, expected: str | None) -> None:
    """A launch date in the past is a slip of the finger."""
    assert said("{type: date, id: it, attributes: {label: Launch date}}", answer) == expected


@pytest.mark.parametrize(("language", "day"), [("de", "10. März 2026"), ("fr", "10 mars 2026")])
def test_the_first_day_that_may_be_chosen_is_in_the_language_of_the_team(language: str, day: str) -> None:
    """As every other day that the bot writes to people."""
    request_type = form("{type: date, id: it, attributes: {label: Start}}")
    found = validate(request_type, {"title": "t", "it": "2026-03-09"}, TODAY, language)
    assert found == {"it": f"“Start” is in the past; choose {day} or later."}


def test_a_date_may_lie_in_the_past_where_the_template_says_so() -> None:
    """The day a fault was first seen, for example."""
    assert (
        said("{type: date, id: it, attributes: {label: First seen}, validations: {past: true}}", "2020-01-01") is None
    )


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        ("https://www.example.com/a?b=c#d", True),
        (" http://localhost:8090/x ", True),
        ("Not needed, because the page is new", True),
        ("www.example.com", False),
        ("https://", False),
        ("https://[", False),
        ("javascript:alert(1)", False),
        ("https://a.example https://b.example", False),
        ("see Figma", False),
    ],
)
def test_a_link_is_one_whole_link(answer: str, good: bool) -> None:
    """A link has a scheme and a host; “Not needed, because …” is an answer, too."""
    expected = None if good else "“Page” needs one full link that starts with https://."
    assert said("{type: url, id: it, attributes: {label: Page}}", answer) == expected


@pytest.mark.parametrize(
    ("answer", "good"), [("12", True), ("-0.5", True), ("1,5", False), ("NaN", False), ("x", False)]
)
def test_a_number_is_a_number(answer: str, good: bool) -> None:
    """As Slack's number field writes them."""
    expected = None if good else "“Budget” needs a number, such as 12 or 2.5."
    assert said("{type: number, id: it, attributes: {label: Budget}}", answer) == expected


def test_a_box_that_must_be_ticked_must_be_ticked() -> None:
    """Other boxes may stay empty."""
    options = "[{label: I agree, required: true}, {label: News}]"
    field = f"{{type: checkboxes, id: it, attributes: {{label: Terms, options: {options}}}}}"
    assert said(field, ["News"]) == "Please tick “I agree” to go on."
    assert said(field, None) == "Please tick “I agree” to go on."
    assert said(field, ["I agree"]) is None


@pytest.mark.parametrize(("kind", "answer"), [("dropdown", "old"), ("checkboxes", ["a", "old"])])
def test_an_option_that_is_gone_must_be_chosen_again(kind: str, answer: Any) -> None:
    """A draft may be older than the template."""
    field = f"{{type: {kind}, id: it, attributes: {{label: L, options: [a, b]}}}}"
    assert said(field, answer) == "“old” cannot be chosen any more; please choose again."
    assert said(field, "a" if kind == "dropdown" else ["a", "b"]) is None


def test_files_have_the_extensions_that_are_asked_for() -> None:
    """Slack does not check them; capitals do not matter."""
    field = "{type: files, id: it, attributes: {label: Files}, validations: {accept: '.png, .JPG'}}"
    assert said(field, [{"name": "a.PNG"}, {"name": "b.jpg"}]) is None
    assert said(field, [{"name": "a.png"}, {"name": "run.exe"}]) == (
        "“run.exe” cannot be taken here; add files that end in .png, .jpg."
    )
    assert said("{type: files, id: it, attributes: {label: Files}}", [{"name": "run.exe"}]) is None


CONDITIONAL = (
    "{type: dropdown, id: ab, attributes: {label: AB, options: [Yes, No]}}",
    f"{{type: input, id: why, attributes: {{label: Why}}, when: {{ab: No}}, ready: {{required: true}}, {REQUIRED}}}",
)


def test_hidden_fields_are_not_judged() -> None:
    """What a person cannot see they cannot mend."""
    request_type = form(*CONDITIONAL)
    assert validate(request_type, {"title": "t", "ab": "Yes"}, TODAY) == {}
    assert set(validate(request_type, {"title": "t", "ab": "No"}, TODAY)) == {"why"}
    assert readiness_of_answers(request_type, {"ab": "Yes"}).gaps == ()
    assert [gap.section for gap in readiness_of_answers(request_type, {"ab": "No"}).gaps] == ["why"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Not needed, because the page is internal.", "the page is internal"),
        ("not needed because nothing visible changes", "nothing visible changes"),
        ("  - Not needed,\nbecause  it is\na text change ", "it is a text change"),
        ("Not needed: copy only", "copy only"),
        ("Not needed - copy only", "copy only"),
        ("Not needed (copy only)", "copy only"),
        ("NOT NEEDED SINCE we reuse the page", "we reuse the page"),
        ("Not required, as it is a test", "it is a test"),
        ("Not needed: TBD", None),
        ("Not needed, because x", None),
        ("Not needed, because see above", None),
        ("Not needed", None),
        ("Not needed.", None),
        ("Not needed, because …", None),
        ("Not needed because", None),
        ("Not neededly, because x", None),
        ("It is not needed, because x", None),
        ("Not needed for the pilot", None),
        ("", None),
    ],
)
def test_not_needed_with_a_reason_is_recognised(text: str, reason: str | None) -> None:
    """Only with a reason do developers know that it was thought about."""
    assert not_needed(text) == reason


def test_not_needed_without_a_reason_is_still_recognised_as_such() -> None:
    """So that the reason can be asked for."""
    assert says_not_needed("Not needed, because …")
    assert not says_not_needed("Not needed for the pilot")


def test_missing_sections_are_gaps_in_file_order() -> None:
    """What developers need and did not get, each with a stable code and a plain sentence."""
    request_type = form(
        "{type: markdown, attributes: {value: Hello}}",
        "{type: textarea, id: story, attributes: {label: User story}, ready: {required: true}}",
        "{type: textarea, id: events, attributes: {label: Events}, ready: {at_least: 3}}",
        "{type: input, id: design, attributes: {label: Design}, ready: {required: true}}",
        "{type: input, id: free, attributes: {label: Free}}",
        "{type: checkboxes, id: boxes, attributes: {label: Boxes, options: [a, b]}, ready: {at_least: 2}}",
        "{type: dropdown, id: kind, attributes: {label: Kind, options: [a, b]}, ready: {required: true}}",
        "{type: input, id: who, attributes: {label: Who, placeholder: Heads of IT in shops}, ready: {required: true}}",
    )
    answers = {"story": " ", "events": "a\n\nb", "design": "Not needed", "boxes": ["a"], "who": "heads of IT in shops"}
    assert list(readiness_of_answers(request_type, answers).gaps) == [
        Gap("story", "section.empty", "“User story” is empty."),
        Gap("events", "section.empty", "Write at least three lines under “Events”."),
        Gap("design", "section.empty", "“Design” says that it is not needed, but not why: “Not needed, because …”."),
        Gap("boxes", "section.empty", "Choose at least two for “Boxes”."),
        Gap("kind", "section.missing", "“Kind” is missing."),
        Gap("who", "section.placeholder", "“Who” still holds the example: write your own."),
    ]
    full = {
        "story": "As a visitor, I want x",
        "events": "Not needed, because nothing is measured",
        "design": "https://www.figma.com/x",
        "boxes": ["a", "b"],
        "kind": "a",
        "who": "Heads of marketing",
    }
    assert readiness_of_answers(request_type, full).gaps == ()
