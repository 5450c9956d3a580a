"""The documentation says what the code does."""

import re
from pathlib import Path
from typing import get_args

import pytest

from adapters.registry import KINDS
from bot.__main__ import COMMANDS
from bot.domain.alert_history import Ended
from bot.domain.alerting import Parked, Spoken, Waiting
from bot.domain.dictionary_loader import load_dictionary
from bot.domain.finding_codes import CODES
from docs.generate import PAGES

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)(#[^)]*)?\)")


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_current(name: str) -> None:
    """A page made from the code equals what the code makes now; `make docs` writes it."""
    assert PAGES[name]() == (ROOT / "docs" / name).read_text()


def test_every_setting_is_described() -> None:
    """No variable and no key stands in the tables without a sentence."""
    rows = [line for line in (ROOT / "docs" / "settings.md").read_text().splitlines() if line.startswith("| `")]

    assert [row for row in rows if row.endswith("|  |")] == []


def test_every_finding_code_is_documented() -> None:
    """docs/checks.md lists each code once, and no other."""
    listed = re.findall(r"^\| `([a-z0-9_.]+)` \|", (ROOT / "docs" / "checks.md").read_text(), re.MULTILINE)

    assert sorted(listed) == sorted(CODES)


def test_the_dictionary_in_the_documentation_is_one() -> None:
    """What docs/checks.md shows as a dictionary can be loaded as it stands there."""
    page = (ROOT / "docs" / "checks.md").read_text()

    found, problems = load_dictionary("tracking.yaml", page.split("```yaml\n")[1].split("```")[0])

    assert problems == []
    assert found is not None
    assert list(found.events) == ["plan_opened", "demo_requested", "newsletter_ordered"]
    assert found.known_parameters == {"plan", "currency", "form_id", "page_path", "team_size"}


def test_every_reason_of_an_alert_is_documented() -> None:
    """docs/alerts.md lists each reason that a decision can have once, and no other."""
    listed = re.findall(r"^\| (?:\w+) \| `([a-z_]+)` \|", (ROOT / "docs" / "alerts.md").read_text(), re.MULTILINE)
    known = [word for kind in (Spoken, Waiting, Parked, Ended) for word in get_args(kind)]

    assert sorted(listed) == sorted(known)


def test_every_tracker_has_its_page() -> None:
    """A tracker of the registry has docs/trackers/<name>.md with the fixed headings."""
    for name in KINDS:
        page = (ROOT / "docs" / "trackers" / f"{name}.md").read_text()

        assert [line for line in page.splitlines() if line.startswith("## ")] == [
            "## Settings",
            "## Field mapping",
            "## Limits and quirks",
        ]


def test_every_command_is_in_the_readme_or_the_operations() -> None:
    """Every command of the command line is named where people look for it."""
    text = (ROOT / "README.md").read_text() + (ROOT / "docs" / "operations.md").read_text()
    text += (ROOT / "templates" / "README.md").read_text()

    assert [name for name in COMMANDS if f"devrequest {name}" not in text and f"make {name}" not in text] == []


def test_links_between_pages_lead_somewhere() -> None:
    """Every relative link in a page of the project names a file that is there, and a heading in it."""
    pages = [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "templates" / "README.md",
        *(ROOT / "docs").rglob("*.md"),
    ]
    links = [(page, *link) for page in pages for link in LINK.findall(page.read_text())]
    broken = [
        f"{page.relative_to(ROOT)}: {file}{heading}"
        for page, file, heading in links
        if not (page.parent / file).exists() or (heading and heading[1:] not in anchors(page.parent / file))
    ]

    assert ("docs/operations.md", "#sweeps") in {link[1:] for link in links}
    assert broken == []


def anchors(page: Path) -> set[str]:
    """What GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_paths_in_the_readme_exist() -> None:
    """What the table says to touch is there."""
    table = (ROOT / "README.md").read_text().partition("## Where do I change")[2]
    paths = re.findall(r"`((?:bot|adapters|sandbox|templates|tests|docs)/[^`<*]*)`", table)

    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_decision_is_listed() -> None:
    """docs/adr/README.md names each record."""
    listing = (ROOT / "docs" / "adr" / "README.md").read_text()

    assert [p.name for p in (ROOT / "docs" / "adr").glob("0*.md") if p.name not in listing] == []
