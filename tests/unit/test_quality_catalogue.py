"""The examples of docs/checks.md are true, and the families can be asked for anything."""

import time

import pytest
from hypothesis import given, strategies as st

from bot.domain.finding_codes import CHECKS, CODES, SECTION_CODES, family_of
from bot.domain.quality.catalogue import EXAMPLE_DICTIONARY, RULES
from bot.domain.quality.families import FAMILIES, check
from bot.domain.quality.finding import Surroundings
from docs.checks_page import gaps_of

WORDS = """
As a |visitor|, |I want |to |so that |and |or |As an admin I need |In order to |because |Given |When |Then |- |* |1. |
[ ] |event: |sign_up|ga_|parameters: |method, plan|2nd Step!|https://|figma.com/design/|xn--|?node-id=1-2|http://[|TBD|
lorem ipsum|fast|as soon as possible|and so on|etc.|make it pop|5 %|if |“|’|é|{|}|`|**|user property: |
gtag('event', '|')|=|…|Als |damit |e.g. |:|(|)|<|>|\u200b|\ud800|\n\n| |"""
PIECES = st.sampled_from([*WORDS.split("|"), "|"])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))
"""Anything at all, and what looks like the real thing."""
CONTENT = [code for code in CODES if family_of(code)]


def around(code: str) -> Surroundings:
    return Surroundings(dictionary=EXAMPLE_DICTIONARY if code == "ga4.not_in_dictionary" else None)


def test_the_catalogue_has_every_code_in_order() -> None:
    """No code lacks its severity and example, and none has them that there is not."""
    assert tuple(RULES) == CODES


def test_the_families_are_those_of_the_templates() -> None:
    """What a template may name under `ready.checks` is what can be run."""
    assert list(FAMILIES) == list(CHECKS)


@pytest.mark.parametrize("code", CONTENT)
def test_the_bad_example_yields_its_code(code: str) -> None:
    """What docs/checks.md shows as bad is found, with the words it is about and an example of better."""
    text = RULES[code].bad

    found = [finding for finding in check([str(family_of(code))], text, around(code)) if finding.code == code]

    assert found
    assert all(0 <= finding.start <= finding.end <= len(text) for finding in found)
    assert all(finding.message.endswith((".", "?")) and finding.example for finding in found)


@pytest.mark.parametrize("code", CONTENT)
def test_the_better_example_yields_nothing(code: str) -> None:
    """What docs/checks.md shows as better is clean for the whole family."""
    assert check([str(family_of(code))], RULES[code].better, around(code)) == []


@pytest.mark.parametrize("code", SECTION_CODES)
def test_the_examples_of_sections(code: str) -> None:
    """What docs/checks.md shows of a section that is missing, empty or a placeholder is so, and better is complete."""
    assert [gap.code for gap in gaps_of(RULES[code].bad)] == [code]
    assert gaps_of(RULES[code].better) == ()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("text", ["Not needed, because nothing visible changes", "not needed: no page changes"])
def test_not_needed_is_an_answer(family: str, text: str) -> None:
    """A section that says why it is not needed has no findings."""
    assert check([family], text) == []


@given(text=TEXTS, section=st.sampled_from(["", "goal", "audience", "tracking"]))
def test_any_text_gives_a_result(text: str, section: str) -> None:
    """No text makes a check fail, and every span lies within the text."""
    everything = Surroundings(
        section, dictionary=EXAMPLE_DICTIONARY, design_hosts=["design.example.com"], thorough=True
    )

    found = check(FAMILIES, text, everything)

    assert all(0 <= finding.start <= finding.end <= len(text) for finding in found)
    assert {finding.code for finding in found} <= set(CODES)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    "piece",
    ["a", "a b ", "As a ", "so ", "(", "a, ", "event: ", "- ", "if ", "\n", "given ", "1. ", "x_", "fast, ", "fast\n"],
)
def test_long_texts_take_no_time(family: str, piece: str) -> None:
    """Nothing in a check grows faster than the text: 100,000 characters of anything take a second or two."""
    began = time.process_time()
    check([family], piece * (100_000 // len(piece)))

    assert time.process_time() - began < 3


def test_a_family_that_there_is_not() -> None:
    """A wrong name is an error of the caller, not silence."""
    with pytest.raises(KeyError):
        check(["colour"], "text")
