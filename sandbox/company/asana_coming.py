"""What is coming at Example Goods, in Asana: campaigns, what they wait for, ideas, action items."""

from sandbox.company.asana_entry import Entry, headed
from sandbox.company.jira_coming import WINTER_LAUNCH

GROWTH = (
    Entry(
        "Autumn webinars: series of four",
        "Ready",
        headed(
            ("User story", "As a marketing lead, I want to register once for all four, so that I miss none."),
            (
                "Acceptance criteria",
                ("One form registers for all four", "Each reminder mail names the next date and its link"),
            ),
            ("Campaign goal", "Registrations from 90 to 150 for the series, until its first day"),
            ("Target audience", "Marketing leads in companies with 50 to 500 people"),
        ),
        ("priya", "tom"),
        ("campaign",),
        (12, 2, 36),
        {"Estimate": 5, "Business impact": "High"},
        waits_for=("Mail templates in the new tool",),
    ),
    Entry(
        "Mail templates in the new tool",
        "In progress",
        headed(("Goal", "All mails of a campaign look alike, in every mail program we support.")),
        ("tom", "lena"),
        ("integration",),
        (15, 1, 14),
    ),
    Entry(
        "Swap the two buttons on the price page",
        "Intake",
        headed(("User story", "As a visitor, I want the button I need most on the right, so that I hit it.")),
        ("priya", ""),
        ("quick-win",),
        (3, 3, None),
        {"Estimate": 0.5},
        likes=("mara", "tom", "ines", "lena"),
    ),
    Entry("Emoji in subject lines", "Intake", "", ("nora", ""), ("idea",), (1, 1, None), likes=("priya", "mara")),
    Entry(
        "Decide on the budget for search ads",
        "Intake",
        headed(("Done when", "The sum for the next quarter stands in this task.")),
        ("tom", "priya"),
        ("action-item",),
        (6, 2, 5),
    ),
    Entry("Logos of the partners to Lena", "Intake", "", ("lena", ""), ("action-item",), (5, 5, 2)),
    Entry("Feedback on the last webinar", "Done", "", ("priya", "ines"), ("action-item",), (9, 2, -1)),
)
WEB = (
    Entry(
        WINTER_LAUNCH,
        "Ready",
        headed(
            ("Goal", "Texts and pictures for the new start page are in the CMS a week before the launch."),
            ("Done when", ("Three offers have a headline and a picture", "Legal has read them")),
        ),
        ("mara", "lena"),
        ("landing-page",),
        (10, 2, 19),
    ),
)
