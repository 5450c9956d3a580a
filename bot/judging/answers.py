"""The answers of the second process: tickets are judged by the rules of their team as they came last."""

from typing import BinaryIO

from bot.domain.seen_ticket import SeenTicket
from bot.domain.verdicts import Verdicts
from bot.judging.frames import LENGTH, Question, framed, unframed

READY = "ready"
"""What it says first."""


class Worker:
    """Answers questions, with the rules of each team as they came last."""

    def __init__(self) -> None:
        self._verdicts: dict[str, Verdicts] = {}

    def answer(self, question: Question) -> list[SeenTicket]:
        """What is kept of each ticket.

        Raises:
            KeyError: the rules of that team were never told.
        """
        if question.rules is not None:
            self._verdicts[question.team] = Verdicts(question.rules)
        seen = self._verdicts[question.team].seen
        return [seen(ticket, requested, question.seen_at) for ticket, requested in question.tickets]


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer until there is nothing more to read."""
    worker = Worker()
    sink.writelines(framed(READY))
    sink.flush()
    while length := source.read(LENGTH):
        question = unframed(source.read(int.from_bytes(length)))
        sink.writelines(framed(worker.answer(question)))
        sink.flush()
