"""Findings that a template names under `block` stop a submission at the field; others are said in the confirmation."""

from pathlib import Path

from adapters.memory import MemoryTracker
from tests.journey import CONFIG, journey

TEMPLATE = """
name: Strict story
description: One that must say what is wanted
body:
  - type: textarea
    id: user_story
    attributes: {label: User story}
    validations: {required: true}
    ready: {required: true, checks: [user_story], block: [story.want_missing]}
"""
OWN = CONFIG + "templates: [own]\nshipped_templates: false\n"


async def test_a_blocking_finding_stands_at_the_field(tmp_path: Path) -> None:
    """A story without a wish is not handed in, the reason has an example, and a mended one is filed."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "strict.yaml").write_text(TEMPLATE)
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}, config=OWN) as at:
        person = await at.open("strict A story")
        await person.fill({"field:user_story": "As a visitor"})
        refused = await person.submit()
        assert list(refused.errors) == ["field:user_story"]
        assert "For example: As a" in refused.errors["field:user_story"]
        assert tracker.tickets == []

        await person.fill({"field:user_story": "As a visitor, I want to see prices, so that I can order."})
        await person.submit()
        await at.settled()

        assert [ticket.title for ticket in tracker.tickets] == ["A story"]


async def test_a_team_switches_a_code_off(tmp_path: Path) -> None:
    """A code that the team does not want neither stops a submission nor is it missing afterwards."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "strict.yaml").write_text(TEMPLATE)
    tracker = MemoryTracker()
    codes = "[story.want_missing, story.benefit_missing]"
    config = OWN.replace("ops_channel", f"    checks: {{{{strict: {{{{off: {codes}}}}}}}}}\nops_channel")
    async with journey(tmp_path, trackers={"memory": tracker}, config=config) as at:
        person = await at.open("strict A story")
        await person.fill({"field:user_story": "As a visitor"})

        await person.submit()
        await at.settled()

        assert len(tracker.tickets) == 1
