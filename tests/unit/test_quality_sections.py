"""Acceptance criteria, wording, context, design and experiment: what is found, and what is left alone."""

from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from bot.domain.quality.design import lookalike
from bot.domain.quality.families import check
from bot.domain.quality.finding import Surroundings
from bot.domain.quality.vague_words import BETTER

TEMPLATES = sorted((Path(__file__).parents[2] / "templates").glob("*.yaml"))
FIGMA = "https://www.figma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/Pricing"
XD = "https://xd.adobe.com/view/12345678-1234-1234-1234-123456789abc"


def codes(family: str, text: str, around: Surroundings | None = None) -> list[str]:
    """The codes of what is found."""
    return [finding.code for finding in check([family], text, around or Surroundings())]


def test_case_18_filled_is_not_usable() -> None:
    """ "Works well on all devices" has findings with code, place and hint; a concrete criterion has none."""
    text = "works well on all devices"

    found = check(["acceptance_criteria", "wording"], text)

    assert [(finding.code, text[finding.start : finding.end]) for finding in found] == [
        ("criteria.not_testable", "works well"),
        ("wording.vague", "works well"),
    ]
    assert all(finding.example for finding in found)
    assert check(["acceptance_criteria", "wording"], "On a phone 375 px wide, nothing scrolls sideways") == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_what_the_forms_show_as_an_example_is_clean(path: Path) -> None:
    """The placeholders of the shipped types pass the checks of their own fields."""
    fields = [field for field in yaml.safe_load(path.read_text())["body"] if "id" in field]
    texts = {field["id"]: field["attributes"].get("placeholder", "") for field in fields}
    checked = [field for field in fields if field.get("ready", {}).get("checks") and "…" not in texts[field["id"]]]

    found = {
        field["id"]: check(field["ready"]["checks"], texts[field["id"]], Surroundings(field["id"], texts))
        for field in checked
    }

    assert not any(finding.severity != "hint" for findings in found.values() for finding in findings)
    assert [name for name, findings in found.items() if findings and "experiment" not in findings[0].code] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["criteria.none"]),
        ("Acceptance criteria:\n- \n- TBD", ["criteria.none"]),
        ("The page loads fast", ["criteria.not_testable"]),
        ("The page loads fast: within 2 seconds", []),
        ("All fields are validated properly", ["criteria.not_testable"]),
        ("The image displays correctly", ["criteria.not_testable"]),
        ("If the e-mail is wrong, a suitable message appears", []),
        ("The page is mobile-friendly", ["criteria.not_testable"]),
        ("The button is blue", []),
        ("A tap on the number starts a call", []),
        ("- [ ] Implement the form\n- [ ] Write the copy", ["criteria.task_not_condition"] * 2),
        ("Test on staging", ["criteria.task_not_condition"]),
        ("Form and page have the same colour", []),
        ("Filters stay when the page is opened again", []),
        ("Given a buyer\nWhen she pays\nThen she sees the receipt", []),
        ("Given a buyer\nWhen she pays", ["criteria.gherkin_incomplete"]),
        ("Scenario: paying\nGiven a buyer\nThen she sees the plans\nAnd the prices", []),
        ("* **Given** a buyer\n* **When** she pays\n* **Then** she sees the receipt", []),
        ("Given a buyer, when she pays, then she sees the receipt", []),
        ("When the form is sent, the thank-you page opens", []),
        ("Given the cart is empty, nothing can be ordered", []),
        ("Given a\nWhen b\nThen c\nGiven d\nWhen e", ["criteria.gherkin_incomplete"]),
        ("Given a cart of more than\n100 EUR\nWhen she pays\nThen shipping is 0 EUR", []),
        ("Given a cart\n- with a book\nWhen she clicks:\n* the button\nThen it is ordered", []),
        ("Given:\n- a cart\nWhen:\n- she pays\nThen:\n- a receipt is shown", []),
        ("Given:\nWhen:\nThen:", ["criteria.none"]),
        ("1.\n2.", ["criteria.none"]),
        ("Background:\nGiven a cart\nScenario: a\nWhen she pays\nThen she sees the receipt", []),
        ("Background:\nGiven a cart\nScenario: a\nWhen she pays", ["criteria.gherkin_incomplete"]),
        ("If the cart is empty\nThen the button is disabled", []),
        ("First the form opens\nThen the receipt is shown", []),
        ("Then the receipt is shown", ["criteria.gherkin_incomplete"]),
        ("When the visitor clicks the button the form opens", []),
        ("Remove icon deletes the row", []),
        ("Add to cart button works with the keyboard", []),
        ("Book a demo button is in the header", []),
        ("Create a page that lists all plans", ["criteria.task_not_condition"]),
        ("Ensure the form sends a mail", ["criteria.task_not_condition"]),
        ("When a user sends the form they see the receipt", []),
        ("When on a phone: the menu is closed", []),
        ("Given no consent → nothing is sent", []),
        ("When he reads the words that he sees", ["criteria.gherkin_incomplete"]),
        ("An appropriate message is shown", ["criteria.not_testable"]),
        ("Errors are handled gracefully", ["criteria.not_testable"]),
        ("QA to test the form", ["criteria.task_not_condition"]),
        ("When the visitor on the page opens the menu", ["criteria.gherkin_incomplete"]),
        ("When the form is sent, it says so\nWhen it is closed, the page is back", []),
        ("Given she is known, her name is shown\nGiven she is new, the login is shown", []),
        ("Works on all devices", ["criteria.not_testable"]),
        ("It works", ["criteria.not_testable"]),
        ("Works in all browsers: Chrome, Firefox and Safari", []),
        ("Nothing scrolls sideways on any device", []),
        ("Design und Texte sind mit dem Team abgestimmt", []),
        ("Die Seite ist auf allen Geräten modern und schnell", []),
    ],
)
def test_acceptance_criteria(text: str, expected: list[str]) -> None:
    """Vague words count where no number, condition or visible result stands beside them."""
    assert codes("acceptance_criteria", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Make it pop", ["wording.vague"]),
        ("Please make the page a bit more modern", ["wording.vague"]),
        ("An easy form, fast", ["wording.vague", "wording.vague"]),
        ("Fast: under 2 seconds", []),
        ("As soon as possible", ["wording.vague"]),
        ("as\n soon  as possible", ["wording.vague"]),
        ("The “Easy start” button", []),
        ("The new Secure plan", []),
        ("Prices, benefits, etc.", ["wording.vague"]),
        ("lorem ipsum dolor", ["wording.placeholder"]),
        ("Headline: TBD", ["wording.placeholder"]),
        ("see above", ["wording.placeholder"]),
        ("???", ["wording.placeholder"]),
        ("The breakfast page", []),
        ("As soon as the form is sent, the page opens", []),
        ("On phones as well as on desktops", []),
        ("As well as possible", ["wording.vague"]),
        ("Accessible (WCAG 2.2 AA)", []),
        ("Die Seite soll modern sein, fast alle Besucher kommen mit dem Handy", []),
        ("Price: ???", ["wording.placeholder"]),
        ("Why do visitors leave???", []),
        ("The TODO list shows all tasks", []),
        ("Remove the TODO comments of the page", []),
        ("Shirts in XXX-Large can be ordered", []),
        ("[Add to cart] is shown beside [Your account]", []),
        ("Der Text folgt noch", ["wording.placeholder"]),
        ("[your plan](https://www.example.com/plan)", []),
        ("Visitors see above the fold what it costs", []),
        ("TODO-App is a product of ours", []),
        ('{"event": "plan_opened"}', []),
        ("<https://www.example.com/brief>", []),
        ("(20 more demos a month)", []),
        ("<the goal>", ["wording.placeholder"]),
        ("Todo-Liste auf der Startseite kürzen", []),
        ("Visitors choose how often they get mails", []),
        ("", []),
    ],
)
def test_wording(text: str, expected: list[str]) -> None:
    """Vague words and placeholders are found; names, quotations and numbers are left alone."""
    assert codes("wording", text) == expected


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Headline: to be defined", "must"),
        ("The date is to be announced.", "must"),
        ("A link asks for the address to be confirmed", "hint"),
        ("Headline: see above", "must"),
        ("The prices (see above) are shown in euro", "hint"),
        ('The field shows "Your name here" until somebody types', "hint"),
        ("The order is to be confirmed by the customer before it is paid", "hint"),
        ("No lorem ipsum is left on the page", "hint"),
        ("Replace 'lorem ipsum' with the final text", "hint"),
        ("The headline is: lorem ipsum", "must"),
        ("Price: [add text]", "must"),
        ("We use TBC Bank in Georgia", "hint"),
        ("The page shows TBD instead of the date", "hint"),
        ("A FIXME comment is visible in the source", "hint"),
        ("The price is ??? on phones", "must"),
        ('The text "TBD" on the page is replaced', "hint"),
        ('Headline: "TBD"', "must"),
        ("Speaker: TBD Please ask Mara", "must"),
    ],
)
def test_a_placeholder_inside_a_sentence_may_be_meant(text: str, severity: str) -> None:
    """A phrase that keeps a place free is sure where nothing but it is said; elsewhere it is only pointed at."""
    [finding] = check(["wording"], text)

    assert (finding.code, finding.severity) == ("wording.placeholder", severity)


@pytest.mark.parametrize("reason", BETTER)
def test_better_wording_for_each_reason(reason: str) -> None:
    """Each reason comes with an example of its own, and that is clean."""
    assert check(["wording", "acceptance_criteria"], BETTER[reason]) == []


def test_a_thorough_reading() -> None:
    """Quantifiers are vague in a specification, and harmless in a ticket."""
    text = "All prices and other fees"

    assert codes("wording", text) == []
    assert codes("wording", text, Surroundings(thorough=True)) == ["wording.vague", "wording.vague"]


@pytest.mark.parametrize(
    ("section", "text", "expected"),
    [
        ("goal", "More demo requests from shops in Austria", ["context.goal_unmeasured"]),
        ("goal", "Demo requests from 40 to 60 a month", []),
        ("goal", "More leads from B2B shops in 2026, see https://x.example/12", ["context.goal_unmeasured"]),
        ("goal", "Improve the pages of GA4 by 1 March", ["context.goal_unmeasured"]),
        ("goal", "More leads by 1 March: 40 a week", []),
        ("goal", "The page is live by 1 March", []),
        ("goal", "Double the sign-ups by June", []),
        ("goal", "Increase brand awareness", ["context.empty_talk", "context.goal_unmeasured"]),
        ("impact", "Huge impact", ["context.empty_talk", "context.goal_unmeasured"]),
        ("audience", "Everyone", ["context.empty_talk"]),
        ("target_audience", "Everybody else", ["context.empty_talk"]),
        ("audience", "Heads of IT in hospitals", []),
        ("goal", "", []),
    ],
)
def test_context(section: str, text: str, expected: list[str]) -> None:
    """A goal has a number, and says something about this request; an audience needs no number."""
    assert codes("context", text, Surroundings(section)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{FIGMA}?node-id=12-34", []),
        (f"{FIGMA}?t=abc&node-id=1%3A2&m=dev", []),
        (f"Mobile: {FIGMA}?node-id=1-2, desktop: {FIGMA}?node-id=3-4.", []),
        (f"[Pricing]({FIGMA}?node-id=1-2)", []),
        ("www.figma.com/file/Ab3dEf6hIj9kLm2nOp5qRs/x?node-id=1-2", []),
        (FIGMA, ["design.no_node"]),
        ("https://www.figma.com/board/Ab3dEf6hIj9kLm2nOp5qRs/x", ["design.no_node"]),
        ("https://www.figma.com/board/Ab3dEf6hIj9kLm2nOp5qRs/x?node-id=0-1", []),
        ("https://www.figma.com/files/recent", ["design.no_node"]),
        ("https://www.figma.com/slides/Ab3dEf6hIj9kLm2nOp5qRs/x", []),
        ("https://embed.figma.com/design/Ab3dEf6hIj9kLm2nOp5qRs/x?node-id=1-2", []),
        ("https://app.zeplin.io/project/5f1a/screen/6a1b", []),
        ("https://app.zeplin.io/project/5f1a?seid=6a1b", ["design.no_node"]),
        ("https://zpl.io/aBcDeF", []),
        ("zpl://screen?pid=5f1a&sid=6a1b", []),
        ("zpl://project?pid=5f1a", ["design.no_node"]),
        ("https://figma.com@evil.example/design/Ab3dEf6hIj9kLm2nOp5qRs/x", ["design.lookalike_host"]),
        (f"{XD}-1a2b/", []),
        (f"{XD}-1a2b/screen/12345678-1234-1234-1234-123456789abc/specs/", []),
        ("https://xd.adobe.com/view/", ["design.no_node"]),
        ("https://drive.example.com/mockup", ["design.unknown_host"]),
        (f"https://drive.example.com/mockup and {FIGMA}?node-id=1-2", []),
        ("see Figma", ["design.no_link"]),
        ("No design needed: only the text changes", []),
        ("!pricing.png|width=300!", []),
        ("Mock-up: [^pricing.pdf]", []),
        ("![Pricing](pricing.png)", []),
        ("Wow! See pricing.png!", ["design.no_link"]),
        ("Design not needed, copy only", []),
        ("Kein Design nötig, nur Text", []),
        ("Kein Design vorhanden", ["design.no_link"]),
        ("None needed: only the text changes", []),
        ("Pas besoin de maquette, seul le texte change", []),
        ("!mock up of May.png|thumbnail!", []),
        ("The design needs no explanation", ["design.no_link"]),
        ("The design is not needed before May", ["design.no_link"]),
        ("https://www.figma.com%2Fdesign@evil.example/x", ["design.lookalike_host"]),
        (f"[{FIGMA}?node-id=1-2](https://evil.example/x)", ["design.lookalike_host"]),
        (f"[{FIGMA}?node-id=1-2](https://mail.example/?url={quote(FIGMA, safe='')})", []),
        (f"{FIGMA}?node-id=1-2 ({FIGMA}?node-id=3-4)", []),
        (f"{FIGMA}?node-id=1-2 (https://evil.example/x)", ["design.lookalike_host"]),
        (f"https://docs.example/copy ({FIGMA}?node-id=1-2)", []),
        (f"[{FIGMA}?node-id=1-2]({FIGMA}?node-id=1-2)", []),
        (f"[{FIGMA}]({FIGMA}?node-id=1-2)", []),
        ("", ["design.no_link"]),
    ],
)
def test_design_links(text: str, expected: list[str]) -> None:
    """A link leads to a frame or a screen of a design tool; one good link is enough."""
    assert codes("design", text) == expected


@pytest.mark.parametrize(
    "host",
    [
        "evilfigma.com",
        "figma.com.evil.example",
        "figma-com.evil.example",
        "figma.example",
        "flgma.com",
        "login-figma.com",
        "figma.com-login.example",
        "figrna.com",
        "f1gma.com",
        "fígma.com",
        "xn--fgma-vpa.com",
        "xn--fgma-l9d.com",
        "figmɑ.com",
        "zepl1n.io",
        "www.zepIin.io".lower(),
    ],
)
def test_hosts_that_only_look_like_a_design_tool(host: str) -> None:
    """Added words, other endings, swapped letters and other alphabets are seen through."""
    assert lookalike(host) in {("figma.com", True), ("zeplin.io", True)}


@pytest.mark.parametrize(
    "host",
    [
        "figma.com",
        "www.figma.com",
        "drive.example.com",
        "example.com",
        "enigma.com",
        "miro.com",
        "casimiro.com",
        "sketch.example",
        "",
    ],
)
def test_hosts_that_pretend_nothing(host: str) -> None:
    """Tools themselves and plain strangers are no look-alikes."""
    assert lookalike(host)[0] == ""


def test_a_host_that_may_be_another_firm() -> None:
    """A name that differs from a tool's by a letter is only pointed at; it stops nothing."""
    [finding] = check(["design"], "https://firma.com/design")

    assert (finding.code, finding.severity) == ("design.lookalike_host", "hint")


def test_designs_kept_elsewhere() -> None:
    """Files that were handed in count as the design, and a team names its own hosts."""
    files = Surroundings(sections={"design_files": "pricing.png"})
    own = Surroundings(design_hosts=["design.example.com"])

    assert codes("design", "see the files", files) == []
    assert codes("design", "https://design.example.com/a", own) == []


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("If the form has 3 instead of 7 fields, sign-ups rise by at least 10 %, because it is quicker. 4 weeks.", []),
        ("We believe that a red button gets more clicks", ["no_variants", "no_uplift", "no_duration"]),
        ("Fewer fields → 20 more leads a week; A: 7 fields, B: 3 fields; May 1 - May 14", []),
        ("A shorter form leads to more trials, ten percent; long vs. short, for one quarter", []),
        ("If possible, test on phones", ["no_hypothesis", "no_variants", "no_metric", "no_uplift", "no_duration"]),
        ("Test the button", ["no_hypothesis", "no_variants", "no_metric", "no_uplift", "no_duration"]),
        ("", []),
        ("Wir glauben, dass ein kürzeres Formular zu mehr Anmeldungen führt, weil es schneller geht.", []),
    ],
)
def test_experiments(text: str, lacks: list[str]) -> None:
    """What a test needs is looked for in the text."""
    assert sorted(codes("experiment", text)) == sorted(f"experiment.{part}" for part in lacks)


def test_parts_of_an_experiment_in_fields_of_their_own() -> None:
    """What stands in a section beside it is not missing."""
    sections = {
        "variants": "A and B",
        "primary_metric": "sent forms",
        "minimum_uplift": "0.5 points",
        "duration": "4 weeks",
    }

    assert codes("experiment", "If we cut the form, it is easier.", Surroundings("hypothesis", sections)) == []
