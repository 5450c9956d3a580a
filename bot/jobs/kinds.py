"""The kinds of jobs that the engine knows, and what it calls them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.jobs.run import Job, Payload


class JobFailed(Exception):
    """A job ended in an error outside of its steps: the kind of error and its place."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    Attributes:
        lane: the part of the queue that a payload belongs to; lanes do not hold each other up.
        serial: jobs of one lane never run at the same time, in no replica.
    """

    name: str
    job: Job
    lane: Callable[[Payload], str]
    serial: bool = False


def workflow_name(kind: str) -> str:
    """As the engine stores it; the number would change with the order of its steps."""
    return f"{kind}.v1"


def kind_name(workflow: str) -> str:
    """The kind of a workflow."""
    return workflow.rpartition(".")[0]
