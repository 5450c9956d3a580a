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
STORY = "As a headteacher, I want to see prices for schools, so that I can order today."
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


async def test_case_c_a_bad_event_name_is_refused_with_the_reason(tmp_path: Path) -> None:
    """GA4 drops `2nd Step!` without a word; the shipped form says why, and what to write instead."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await at.open("landing-page Prices for schools")
        await person.fill({"field:user_story": STORY, "field:launch_date": "2031-03-01", "field:tracking": "2nd Step!"})
        refused = await person.submit()
        assert refused.errors == {
            "field:tracking": "Only letters, digits and underscores may stand in a name; “2nd Step!” has a blank and "
            "“!”. For example: second_step"
        }
        assert tracker.tickets == []
        await person.fill({"field:tracking": "second_step: page_path"})
        await person.submit()
        await at.settled()

        assert len(tracker.tickets) == 1


async def test_a_remark_stops_nobody(tmp_path: Path) -> None:
    """`CTA clicks` may be the name of an event, or a remark: what is only supposed does not stop a submission."""
    tracker = MemoryTracker()
    async with journey(tmp_path, trackers={"memory": tracker}) as at:
        person = await at.open("landing-page Prices for schools")
        await person.fill(
            {"field:user_story": STORY, "field:launch_date": "2031-03-01", "field:tracking": "CTA clicks"}
        )
        await person.submit()
        await at.settled()

        assert len(tracker.tickets) == 1
