"""Between the opening of a form and its first answer: what it was opened with is found wherever it is just then."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.request import Draft, Source
from bot.slack.filling import filled, keep
from bot.slack.opening import open_draft
from bot.slack.views.metadata import Metadata
from tests.slack_desk import a_desk


def a_draft() -> Draft:
    """A form made from a message."""
    source = Source(channel="C0WEB", ts="1.0", text="the message")
    return Draft(
        id="",
        slack_team="T0SANDBOX",
        user="U0MARA",
        team="web",
        answers={"title": "Kept", "goal": "words"},
        source=source,
    )


def body_of(view: dict[str, Any], view_id: str = "V0OPENED") -> dict[str, Any]:
    """The first thing that comes from the open form; nothing of it stands in its inputs."""
    return {"user": {"id": "U0MARA"}, "view": {"id": view_id, "root_view_id": view_id, "state": {"values": {}}, **view}}


async def test_while_it_is_not_stored_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is busy: what is being stored is known all the same."""
    async with a_desk(tmp_path) as (desk, slack, _):

        async def never(_: Draft) -> None:
            raise RuntimeError("busy")

        monkeypatch.setattr(desk.ports.store, "save_draft", never)
        with pytest.raises(RuntimeError):
            await open_draft(desk, "1.2", a_draft())
        [opened] = slack.named("views.open")
        draft, _, _ = await filled(desk, body_of(opened["view"]))

        assert draft.answers["goal"] == "words"
        assert draft.source is not None
        assert draft.source.text == "the message"


async def test_a_clock_that_was_set_back_keeps_what_is_typed(tmp_path: Path) -> None:
    """What was answered since stands in the draft, though it seems to be older than what was stored before."""
    async with a_desk(tmp_path) as (desk, slack, _):
        await open_draft(desk, "1.2", a_draft().model_copy(update={"request_type": "landing-page"}))
        [opened] = slack.named("views.open")
        body = body_of(opened["view"])
        await keep(desk, body)
        desk.ports.clock.time -= timedelta(hours=1)  # type: ignore[attr-defined]
        typed = {"type": "plain_text_input", "value": "Typed since"}
        title = next(
            block for block in opened["view"]["blocks"] if str(block.get("block_id")).startswith("field:title")
        )
        body["view"]["state"] = {"values": {title["block_id"]: {title["element"]["action_id"]: typed}}}
        await keep(desk, body)

        stored = await desk.ports.store.draft("V0OPENED")
        assert stored is not None
        assert stored.answers["title"] == "Typed since"


async def test_while_it_is_given_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It moves from one id to the other between two looks."""
    async with a_desk(tmp_path) as (desk, slack, _):
        await open_draft(desk, "1.2", a_draft())
        [opened] = slack.named("views.open")
        assert Metadata.parse(opened["view"]["private_metadata"]).draft.startswith("open:")
        real, asked = desk.ports.store.draft, []

        async def moving(draft_id: str) -> Draft | None:
            asked.append(draft_id)
            return None if len(asked) == 1 else await real(draft_id)

        monkeypatch.setattr(desk.ports.store, "draft", moving)
        draft, _, _ = await filled(desk, body_of(opened["view"]))

        assert draft.answers["goal"] == "words"
        assert asked[0] == "V0OPENED"
        assert desk.unsaved == {}


async def test_what_was_typed_first_is_not_overwritten(tmp_path: Path) -> None:
    """An answer that is stored before Slack told us of the form stays, and nothing provisional is left behind."""
    async with a_desk(tmp_path) as (desk, slack, _):
        draft = a_draft().model_copy(update={"id": "open:1"})
        kind = desk.ports.teams.request_type("landing-page")
        assert kind is not None
        shown = draft.model_copy(update={"request_type": kind.key, "template_hash": kind.hash})
        values = {"field:goal": {"answer.text": {"type": "plain_text_input", "value": "typed"}}}
        view = {"private_metadata": Metadata.of(shown).to_json(), "state": {"values": values}}

        async def call(method: str, **_: Any) -> dict[str, Any]:
            if method == "views.open":
                await desk.ports.clock.sleep(1)
                await keep(desk, body_of(view), answered="field:goal")
            return {"view": {"id": "V0OPENED"}}

        slack.call = call  # type: ignore[method-assign]
        await open_draft(desk, "1.2", draft)
        stored = await desk.ports.store.draft("V0OPENED")

        assert stored is not None
        assert (stored.answers["goal"], stored.answers["title"]) == ("typed", "Kept")
        assert await desk.ports.store.draft("open:1") is None


async def test_somebody_elses_words_are_not_found(tmp_path: Path) -> None:
    """A view that names another person's draft gets nothing of it."""
    async with a_desk(tmp_path) as (desk, _, __):
        await desk.ports.store.save_draft(a_draft().model_copy(update={"id": "open:9", "user": "U0JONAS"}))
        metadata = Metadata(draft="open:9").to_json()
        draft, _, _ = await filled(desk, body_of({"private_metadata": metadata}))

        assert draft.answers == {}
