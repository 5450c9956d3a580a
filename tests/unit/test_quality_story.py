"""User stories: their parts in the variants that people write, and what is too much in them."""

import pytest

from bot.domain.quality.families import check
from bot.domain.quality.finding import Surroundings
from bot.domain.quality.story_parts import parse, stories
from bot.domain.quality.user_story import fingerprints

CLEAN = "As a visitor, I want to see the prices, so that I can order."


def parts(text: str) -> tuple[str, str, str]:
    """Role, wish and benefit of a story."""
    story = parse(text)
    return story.words(story.role), story.words(story.want), story.words(story.benefit)


def codes(text: str, around: Surroundings | None = None) -> list[str]:
    """The codes of what is found in a section with user stories."""
    return [finding.code for finding in check(["user_story"], text, around or Surroundings())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CLEAN, ("visitor", "see the prices", "I can order")),
        ("As an admin I need a log so I see who did it", ("admin", "a log", "I see who did it")),
        (
            "as the site editor, I would like to plan posts because launches move",
            ("site editor", "plan posts", "launches move"),
        ),
        (
            "As a buyer, I should be able to pay later in order to close my quarter",
            ("buyer", "pay later", "close my quarter"),
        ),
        (
            "As a visitor I can filter by town, so I need not scroll.",
            ("visitor", "filter by town", "I need not scroll"),
        ),
        (
            "**As a** marketer\n**I want** a short form\n**So that** more people send it",
            ("marketer", "a short form", "more people send it"),
        ),
        ("As a: buyer\nI want: an offer as PDF\nSo that: I can sign it", ("buyer", "an offer as PDF", "I can sign it")),
        (
            "Who: campaign managers\nWhat: sign-ups per plan\nWhy: to move budget",
            ("campaign managers", "sign-ups per plan", "to move budget"),
        ),
        (
            "In order to order without a call, as a visitor, I want to see the prices",
            ("visitor", "see the prices", "order without a call"),
        ),
        ("Visitors want to see the prices so that they can order", ("Visitors", "see the prices", "they can order")),
        (
            "Our sales team should be able to export leads so that nobody copies them",
            ("Our sales team", "export leads", "nobody copies them"),
        ),
        (
            "We would like to see sign-ups per plan so we can move budget",
            ("", "see sign-ups per plan", "we can move budget"),
        ),
        ("I want a shorter form", ("", "a shorter form", "")),
        ("So that I can choose, as a buyer I want to compare", ("buyer", "compare", "I can choose")),
        ("I, as a visitor, want prices so that I can decide", ("visitor", "prices", "I can decide")),
        (
            "I want to see prices as a visitor so that I can decide",
            ("visitor", "see prices as a visitor", "I can decide"),
        ),
        ("I want the logo as an icon so that tabs differ", ("", "the logo as an icon", "tabs differ")),
        ("I am a visitor and I want prices so that I can decide", ("visitor and", "prices", "I can decide")),
        (
            "As a visitor, I want to filter articles to find them faster",
            ("visitor", "filter articles", "find them faster"),
        ),
        ("As a visitor, I want prices, to be able to compare", ("visitor", "prices", "compare")),
        ("As a visitor, I want prices and thereby less work", ("visitor", "prices", "less work")),
        ("As a <visitor>, I want <prices>, so that <I decide>", ("visitor", "prices", "I decide")),
        ("#3 As a visitor I want prices so that I decide", ("visitor", "prices", "I decide")),
        ("As a visitor, so that I can decide, I want prices", ("visitor", "prices", "I can decide")),
        ("In order to decide as a visitor I want prices", ("visitor", "prices", "decide")),
        (
            "As part of the sales team, I want prices so offers work",
            ("part of the sales team", "prices", "offers work"),
        ),
        ("As a first-time visitor I want prices so people know", ("first-time visitor", "prices", "people know")),
        ("For our partners: we want prices, to help them sell", ("partners", "prices", "help them sell")),
        (
            "As a visitor I want the page to name prices to avoid calls",
            ("visitor", "the page to name prices", "avoid calls"),
        ),
        ("As a visitor, I want prices, otherwise I leave", ("visitor", "prices", "I leave")),
        ("As a visitor, I want prices – this helps me decide", ("visitor", "prices", "this helps me decide")),
        ("As a visitor, I want prices for faster decisions", ("visitor", "prices", "faster decisions")),
        (
            "As a buyer I want a page so fast that it opens at once",
            ("buyer", "a page so fast that it opens at once", ""),
        ),
        ("Story: editors want prices, leading to fewer calls", ("editors", "prices", "leading to fewer calls")),
        ("Customers can see prices so Google ranks us", ("Customers", "see prices", "Google ranks us")),
        (
            "As a visitor, I want prices, which should bring more sales",
            ("visitor", "prices", "should bring more sales"),
        ),
        ("As an owner I want fewer fields to get more leads", ("owner", "fewer fields", "get more leads")),
        ("Als Kundin will ich Preise sehen. Grund: ich plane", ("Kundin", "Preise sehen", "ich plane")),
        ("As a visitor, I want to look for better prices", ("visitor", "look for better prices", "")),
        ("As a visitor, I want filters, sorting and so on", ("visitor", "filters, sorting and so on", "")),
        ("As a visitor, I want a page; it lets me filter", ("visitor", "a page; it lets me filter", "")),
        ("As soon as possible I want prices so that I can decide", ("", "prices", "I can decide")),
        ("As a result we need prices so that people decide", ("", "prices", "people decide")),
        ("As a <role>, I want [goal], so that {benefit}", ("", "", "")),
        ("As a visitor, so that I can order without a call", ("visitor", "", "I can order without a call")),
        ("As a visitor, I don't want to type my address twice", ("visitor", "type my address twice", "")),
        ("As an owner, I want to cut the form to increase sign-ups", ("owner", "cut the form", "increase sign-ups")),
        (
            "As an owner, I want the page to increase its font size on phones",
            ("owner", "the page to increase its font size on phones", ""),
        ),
        ("As a lead, I want one list for clarity.", ("lead", "one list", "clarity")),
        (
            "Story 7: As a visitor, I'd like to see the prices, so I can order",
            ("visitor", "see the prices", "I can order"),
        ),
        ("1. As a visitor, I want x, so that y", ("visitor", "x", "y")),
        (
            "Als Besucherin möchte ich Preise sehen, damit ich bestellen kann",
            ("Besucherin", "Preise sehen", "ich bestellen kann"),
        ),
        ("As a visitor, I want to see prices, which helps me decide", ("visitor", "see prices", "helps me decide")),
        ("As a visitor I want an opt-out because of GDPR", ("visitor", "an opt-out", "GDPR")),
        ("For visitors from ads we need a short page", ("visitors from ads", "a short page", "")),
        ("As a buyer I want an offer as soon as possible", ("buyer", "an offer as soon as possible", "")),
        ("As a buyer I want so many filters", ("buyer", "so many filters", "")),
        ("As a buyer I want offers sothat I can order", ("buyer", "offers", "I can order")),
        ("The button is broken", ("", "", "")),
        ("Make the logo bigger", ("", "", "")),
        ("", ("", "", "")),
    ],
)
def test_the_parts_of_a_story(text: str, expected: tuple[str, str, str]) -> None:
    """Role, wish and benefit are found behind the words that people use for them."""
    assert parts(text) == expected


def test_spans_point_into_the_text() -> None:
    """A part is where its span says, markup or not."""
    text = "  **As a** _visitor_, I want to see the prices, so that I can order."

    story = parse(text)

    spans = [span for span in (story.role, story.want, story.benefit) if span]
    assert [text[start:end] for start, end in spans] == ["visitor", "see the prices", "I can order"]


@pytest.mark.parametrize("mark", ["😀 ", "- ", "**", "(", ""])
def test_marks_behind_so_that(mark: str) -> None:
    """They do not make its second word a part of the benefit."""
    assert parts(f"As a visitor, I want a search field, so that {mark}it is easy")[2].lstrip("(") == "it is easy"


def test_several_stories_in_one_section() -> None:
    """Each story of a section is read for itself, and its findings point into the section."""
    text = f"{CLEAN}\n- As a buyer, I want to print an offer\n- As a lead, I want a list, so that I can plan"

    findings = check(["user_story"], text)

    assert [story.words(story.role) for story in stories(text)] == ["visitor", "buyer", "lead"]
    assert [(finding.code, text[: finding.start].endswith("print an offer")) for finding in findings] == [
        ("story.benefit_missing", True)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CLEAN, []),
        ("As a visitor, I want to see the prices.", ["story.benefit_missing"]),
        ("I want to see the prices, so that I can order.", ["story.role_missing"]),
        ("As a visitor, so that I can order.", ["story.want_missing"]),
        ("The button is broken", ["story.role_missing", "story.want_missing", "story.benefit_missing"]),
    ],
)
def test_missing_parts(text: str, expected: list[str]) -> None:
    """Each part that is missing is named once."""
    assert sorted(codes(text)) == sorted(expected)


@pytest.mark.parametrize(
    "wish",
    [
        "compare plans and download an offer",
        "to get reminders and receipts",
        "a quick and precise search",
        "edit and delete my ads",
        "save a cart and share it",
        "register and log in",
        "filter by town, price, and size",
        "the form to be short and accessible",
        "use the calculator to compare plans and book a call",
        "log in and I want to see my orders",
        "compare plans as well as download an offer",
        "the tutor to correct me and to print a worksheet",
        "find a book and lend a copy",
        "the page to be able to save a cart and cancel an order",
    ],
)
def test_two_wishes(wish: str) -> None:
    """Two actions, two things, two qualities or a list are more than one wish."""
    assert codes(f"As a buyer, I want to {wish}, so that I can decide.".replace("to to", "to")) == [
        "story.not_atomic"
    ] or (codes(f"As a buyer, I want {wish}, so that I can decide.") == ["story.not_atomic"])


@pytest.mark.parametrize(
    "wish",
    [
        "to compare plans and prices",
        "to read and judge my text",
        "to open a plan and print it",
        "to search by name and town",
        "a more precise and calmer page",
        "to send the form quickly and safely",
        "to use tables and charts to explain a plan",
        "to see the plan and its price",
        "to offer buyers and partners one price list",
        "to read the terms and conditions",
        "to enter my first and last name",
        "to check the safety and quality of a product",
        "to see plans and other offers",
        "to enter my town and get a list of shops",
        "to find Q&A below each plan",
        "to swipe left and right",
        "monthly and yearly reports",
        "to upload data and metadata",
        "to explore the market and develop new plans",
        "to see a price in addition to other offers",
    ],
)
def test_one_wish_with_an_and(wish: str) -> None:
    """A pair inside a wish does not make two of it."""
    assert "story.not_atomic" not in codes(f"As a buyer, I want {wish}, so that I can decide.")


def test_two_wishes_behind_what_is_used() -> None:
    """ "Use …" only names the means; what it is good for is no wish of its own."""
    story = "As a buyer, I want to use the calculator to compare plans and {}."

    assert "story.not_atomic" in codes(story.format("book a call"))
    assert "story.not_atomic" not in codes(story.format("save time"))


@pytest.mark.parametrize(
    "text",
    [
        "Als Besucherin möchte ich Preise sehen, damit ich bestellen kann",
        "Wir brauchen eine neue Seite für die Kampagne im Mai, damit die Anfragen steigen",
        "En tant que visiteur, je veux voir les prix afin de commander sans appeler",
        "Como visitante quiero ver los precios para poder pedir sin llamar",
        "Als bezoeker wil ik de prijzen zien zodat ik kan bestellen",
        "Come visitatore voglio vedere i prezzi per poter scegliere",
        "Jako odwiedzający chcę widzieć ceny, aby zamówić bez dzwonienia",
        "Как посетитель, я хочу видеть цены, чтобы заказать без звонка",
    ],
)
def test_stories_in_other_languages(text: str) -> None:
    """Nobody is told that a story lacks what it says in its own language."""
    assert codes(text) == []


def test_a_german_story_without_a_benefit() -> None:
    """A story that is understood is judged in German, too."""
    assert codes("Als Besucherin möchte ich die Preise sehen.") == ["story.benefit_missing"]


@pytest.mark.parametrize(
    "text",
    [
        "As a buyer, I want to compare plans (see the mock-up), so that I can decide.",
        "As a buyer, I want to compare plans, e.g. Basic with Team, so that I can decide.",
        "As a buyer, I want to compare plans, so that I can decide. The table has three columns.",
        "As a buyer, I want to decide sooner, so I want to compare plans.",
        "As a buyer, I want to compare plans - only for signed-in users - so that I can decide.",
        "As a buyer, I want to compare plans, so that I can decide; this replaces the old table.",
        "As a buyer, I want to compare plans, so that I can decide, see also ticket 14",
    ],
)
def test_more_than_a_story(text: str) -> None:
    """Brackets, remarks, examples, further sentences and a second wish belong elsewhere."""
    assert codes(text) == ["story.not_minimal"]


@pytest.mark.parametrize(
    "text",
    [
        "As a buyer - I want to compare plans - so that I can decide",
        "As buyers; we want to compare plans; so that we can decide",
        "1. As a buyer, I want to compare plans, so that I can decide",
        "Who: a buyer. What: compare plans. Why: I can decide",
        "As a buyer, I want to book Berlin - Hamburg, so that I can see above and below",
    ],
)
def test_marks_between_the_parts_are_nothing_more(text: str) -> None:
    """Dashes and semicolons may part a story."""
    assert codes(text) == []


def test_a_story_told_twice() -> None:
    """Articles, punctuation and letter case do not make another story of it."""
    again = "as the visitor I want to see prices so that I can order"

    assert codes(f"{CLEAN}\n{again}") == ["story.duplicate"]
    assert codes(f"{CLEAN}\nAs a visitor I'd like to see prices so that I can order!") == ["story.duplicate"]
    assert codes(again, Surroundings(told=fingerprints(CLEAN))) == ["story.duplicate"]
    assert codes(CLEAN, Surroundings(told=fingerprints("As a lead, I want a list, so that I can plan"))) == []
