"""What `devrequest requests list` and `show` print, as it comes through a pipe."""

import pytest

from bot.cli.requests import _print_request, _print_table
from bot.domain.request import Request, Requester, TicketLink
from tests.fake_world import a_submission


def test_nothing_is_cut_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Ids, dates and keys stand on one line, whole and as they are, however long the title is."""
    request_id, title = "V0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "Another long title " * 8
    submission = a_submission(request_id, answers={"title": title.strip()})
    link = TicketLink(tracker="memory", id="1", key="[b]WEB-1[/b]", url="https://tracker.example/1")
    _print_table([Request(submission=submission, state="created", ticket=link, created_at=1_772_442_000.0)])

    [line] = [line for line in capsys.readouterr().out.splitlines() if "V0123" in line]
    cells = [cell.strip() for cell in line.split("│")[1:-1]]
    assert cells == [
        request_id,
        "created",
        "2026-03-02 09:00 UTC",
        submission.request_type.key,
        title.strip(),
        "[b]WEB-1[/b]",
        "",
    ]


def test_a_terminal_acts_on_nothing_that_people_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters, of seven bits and of eight, are shown as such; lines and tabs stay as they are."""
    answers = {"title": "Page \x9b31m red", "user_story": "As a visitor\n\tI want \x1b]0;x\x07 a page\x9b2J"}
    request = Request(submission=a_submission(answers=answers), state="rejected", reason="too \x1b[31m red")

    _print_table([request])
    _print_request(request)

    shown = capsys.readouterr().out
    assert not [letter for letter in shown if ord(letter) in {*range(9), *range(11, 32), *range(127, 160)}]
    assert "As a visitor\n\tI want \ufffd]0;x\ufffd a page\ufffd2J" in shown


def test_one_request_with_everything_that_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Who, when, where to and why not, then the answers under their labels."""
    answers = {"title": "Prices", "user_story": "As a visitor, I want prices."}
    submission = a_submission("V1", answers=answers, requester=Requester(id="U1", name="Mara Example"))
    refused = Request(submission=submission, state="rejected", reason="too long", created_at=1_772_442_000.0)
    _print_request(refused)

    assert capsys.readouterr().out == (
        "Request    V1\n"
        "State      rejected (too long)\n"
        "Handed in  2026-03-02 09:00 UTC by Mara Example\n"
        "For        team web, memory\n"
        "Ticket     none yet\n"
        "\n"
        "Prices\n\nUser story\nAs a visitor, I want prices.\n"
    )
