"""What is coming at Example Goods, in Jira: launches, what stands in their way, quick wins, action items.

All days are counted from the day on which the sandbox is filled.
"""

from datetime import date, timedelta

from sandbox.company.adf import Node, a, doc, h, mono, p, ul
from sandbox.company.jira_entry import Entry
from sandbox.company.jira_texts import FIGMA

WINTER_LAUNCH = "Winter launch: new start page"
"""The title of what stands in Jira and in Asana, and is one thing."""
FLAGGED: dict[str, object] = {"Flagged": [{"value": "Impediment"}]}


def day(today: date, days: int) -> str:
    """`2027-03-01`, so many days from today."""
    return (today + timedelta(days=days)).isoformat()


def roadblock(kind: str, what: str, window: tuple[str, str], systems: str, affected: str, meanwhile: str) -> Node:
    """A roadblock as the form writes it."""
    parts = (
        ("What kind?", kind),
        ("What is it?", what),
        ("From", window[0]),
        ("To", window[1]),
        ("Systems", systems),
        ("Who is affected?", affected),
        ("What can be done meanwhile?", meanwhile),
    )
    return doc(*(node for title, words in parts for node in (h(2, title), p(words))))


WINTER = doc(
    h(2, "User story"),
    p("As a returning visitor, I want to see the winter offers first, so that I find mine without searching."),
    h(2, "Acceptance criteria"),
    ul(
        "The first screen shows three offers, on a phone 375 px wide one below the other",
        "Editors change the offers in the CMS without a release",
        "The page answers within 1.5 s on a slow phone connection",
    ),
    h(2, "Campaign goal"),
    p("Orders from the start page from 310 to 370 a week until the end of January."),
    h(2, "Target audience"),
    p("Shop owners who ordered at least once in the last twelve months."),
    h(2, "Expected business impact"),
    p("60 more orders a week at about 85 €, some 5,100 € a week."),
    h(2, "Design assets"),
    p(a("Start page, desktop and mobile", f"{FIGMA}/winter?node-id=12-40"), ", approved"),
    h(2, "Tracking requirements"),
    ul((mono("view_promotion"), ": items, promotion_id"), (mono("select_promotion"), ": items, promotion_id")),
    h(2, "A/B test this?"),
    p("No"),
    h(2, "Why no A/B test?"),
    p("Christmas is over before a test has an answer."),
)
PARTNERS = doc(
    h(2, "User story"),
    p("As a customer of a partner, I want to see my discount on the page, so that I know it is taken off."),
    h(2, "Acceptance criteria"),
    ul("The page shows the discount of the partner whose link was followed"),
    h(2, "Campaign goal"),
    p("More orders through partners."),
)
GIFT_CARDS = doc(
    h(2, "User story"),
    p("As a visitor, I want to buy a gift card, so that I have a present on the same day."),
    h(2, "Acceptance criteria"),
    ul(
        "A card of 25, 50 or 100 € can be put into the basket",
        "The code arrives by mail within five minutes after the payment",
    ),
    h(2, "Target audience"),
    p("Visitors in December, most of them on phones."),
)
OPENING_HOURS = """h3. Story
As a customer I want to see when the shop is open.

h3. Done when
* it is on the contact page
* easy to read

Design: see Lena"""
"""Typed by hand, in the old markup."""


def web(today: date) -> tuple[Entry, ...]:
    """What the Web team has before it."""
    freeze = roadblock(
        "Maintenance",
        "The CMS is moved to another data centre. Nothing can be published while it lasts.",
        (day(today, 17), day(today, 21)),
        "CMS, sign-up forms",
        "Everybody with a launch in that week",
        "Publish before it starts, or after.",
    )
    return (
        Entry("Task", "CMS freeze", who=("jonas", "jonas"), labels=("roadblock",), days=(6, 1, 21), body=freeze),
        Entry(
            "Story", WINTER_LAUNCH, who=("mara", "jonas"), labels=("landing-page", "marketing"), days=(11, 1, 19),
            more={"Story Points": 8, "priority": {"name": "High"}}, body=WINTER,
            says=(("jonas", "Looks complete, thank you. Is the headline final?"),),
            quietly=(("tom", "The agency must not hear of the price yet."),),
        ),
        Entry(
            "Story", "Landing page for partner discounts", who=("mara", "jonas"), labels=("landing-page",),
            days=(10, 2, 27), more=FLAGGED, body=PARTNERS,
            says=(("jonas", "Flagged: we have no list of the partners."),),
        ),
        Entry(
            "Story", "Gift cards in the shop", who=("nora", "jonas"), labels=("landing-page",), days=(9, 3, 33),
            body=GIFT_CARDS,
        ),
        Entry(
            "Task", "Payment provider takes gift cards", who=("jonas", "tom"), labels=("integration",),
            days=(9, 4, None), blocks=("Gift cards in the shop",), body=doc(h(2, "Goal"), p("Paid out at once.")),
        ),
        Entry("Story", "Opening hours on the contact page", who=("nora", ""), labels=("landing-page",),
              days=(1, 1, 12), body=OPENING_HOURS),
        Entry(
            "Story", "Phone number at the top of the contact page", who=("nora", ""), labels=("quick-win",),
            days=(4, 4, None), more={"Story Points": 1}, votes=("jonas", "lena", "ines"),
            body=doc(
                h(2, "User story"),
                p("As a visitor, I want the phone number at the top, so that I need not search for it."),
                h(2, "Acceptance criteria"),
                ul("A tap on the number starts a call"),
            ),
        ),
        Entry("Story", "A favicon for dark tabs", who=("lena", ""), labels=("quick-win",), days=(2, 2, None),
              more={"Story Points": 0.5}),
        Entry(
            "Task", "List of old landing pages, with a yes or no for each", who=("jonas", "lena"),
            labels=("action-item",), days=(8, 3, 4),
            body=doc(h(2, "Done when"), p("The list is in the channel.")),
        ),
        Entry("Task", "Ask legal about the new footer", who=("mara", ""), labels=("action-item",), days=(13, 6, -2)),
        Entry(
            "Task", "Write down how we name campaigns", "", ("jonas", "mara"), "Done", ("action-item",), (16, 2, -1),
        ),
    )  # fmt: skip


def grow(today: date) -> tuple[Entry, ...]:
    """What the Growth team has before it."""
    upgrade = roadblock(
        "Upgrade",
        "The newsletter tool gets a new version. Mails that are under way wait until it is done.",
        (day(today, 6), day(today, 8)),
        "Newsletter tool",
        "Everybody who plans a mail for these days",
        "Send on the day before.",
    )
    return (
        Entry("Task", "Newsletter tool: new version", who=("tom", "tom"), labels=("roadblock",), days=(5, 2, 8),
              body=upgrade),
        Entry(
            "Story", "Test: free shipping from 40 €", who=("priya", ""), labels=("ab-test",), days=(3, 3, 30),
            body=doc(h(2, "User story"), p("As a visitor, I want to pay no shipping.")),
        ),
        Entry("Task", "Send the numbers of the fair to the board", who=("priya", "ines"), labels=("action-item",),
              days=(7, 5, 3)),
    )  # fmt: skip
