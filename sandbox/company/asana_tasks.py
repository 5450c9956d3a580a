"""The Asana of Example Goods: two projects and what is in them."""

from collections.abc import Mapping
from datetime import timedelta

from sandbox.asana.records import CustomField, Project, Tag, Task, User
from sandbox.asana.site import AsanaSite
from sandbox.company import asana_coming
from sandbox.company.asana_entry import Entry, headed
from sandbox.company.jira_texts import FIGMA

GROWTH_BACKLOG = "1201000000000001"
WEB_CONTENT = "1201000000000002"
SECTIONS = ("Intake", "Ready", "In progress", "Done")
TAGS = ("landing-page", "ab-test", "campaign", "data-request", "analytics-tracking", "quick-win", "marketing",
        "integration", "idea", "action-item")  # fmt: skip


REFERRAL = (
    "<h1>Referral programme</h1>Written in the workshop, please do not move."
    "<table><tr><td><strong>What</strong></td><td><strong>Who</strong></td><td><strong>By</strong></td></tr>"
    "<tr><td>Terms and texts</td><td>Priya</td><td>end of month</td></tr>"
    "<tr><td>Codes in the shop</td><td>Tom</td><td>open</td></tr></table>"
    "<blockquote>A friend gets 10 €, and so do you.</blockquote>"
    "<ol><li>Code in the account</li><li>Mail to the friend</li><li>Credit after the first order</li></ol><hr/>"
    "<em>Not in the first version:</em> <s>points</s>, levels."
)
"""Written by hand, in its own way."""
GROWTH = (
    Entry(
        "Spring campaign: landing page and mails",
        "In progress",
        headed(
            (
                "User story",
                "As a shop owner, I want to see what the spring offer saves me, so that I can decide today.",
            ),
            (
                "Acceptance criteria",
                (
                    "The page is live on the first day of the campaign",
                    "The mail links to it with the campaign's parameters",
                    "The old offer redirects to it",
                ),
            ),
            ("Campaign goal", "Orders from 140 to 200 within four weeks"),
            ("Target audience", "Shop owners who bought once in the last year"),
            ("Expected business impact", "60 orders at about 90 €, some 5,400 €"),
            (
                "Design assets",
                f'<a href="{FIGMA}/spring?node-id=3-1">Spring campaign, page and mail</a>, approved',
            ),
            (
                "Tracking requirements",
                (
                    "<code>view_promotion</code>: items, promotion_id",
                    "<code>purchase</code>: transaction_id, items, value, currency, coupon",
                ),
            ),
            ("A/B test this?", "No"),
            ("Why no A/B test?", "The campaign runs for four weeks only."),
        ),
        ("priya", "tom"),
        ("campaign",),
        (13, 0.4, 20),
        {"Estimate": 8, "Business impact": "High"},
        (("tom", "The mail template is done, the page follows tomorrow."),),
    ),
    Entry(
        "Test: price on the button",
        "Ready",
        headed(
            (
                "User story",
                "As a visitor, I want to see the price before I press the button, so that I am not surprised.",
            ),
            (
                "Hypothesis",
                "If the button names the price, fewer people leave at the payment, because they know it already.",
            ),
            ("Variants", ("Today: “Order now”", "B: “Order for 49 €”")),
            ("Primary metric", "Share of baskets that are paid"),
        ),
        ("priya", "tom"),
        ("ab-test",),
        (8, 3, 25),
        {"Estimate": 3},
    ),
    Entry(
        "Which newsletter brings orders?",
        "Intake",
        headed(
            ("Decision to take", "Which of the three newsletters we stop"),
            ("Metric and its definition", "Orders within 7 days after a click, by newsletter"),
            ("Period", "The last two quarters"),
        ),
        ("priya", "ines"),
        ("data-request",),
        (4, 4, 9),
        {"Business impact": "Medium"},
    ),
    Entry(
        "Events for the new account pages",
        "Intake",
        headed(
            (
                "Tracking requirements",
                ("<code>login</code>: method", "<code>Sign Up Complete</code>", "<code>page</code>"),
            ),
        ),
        ("mara", ""),
        ("analytics-tracking",),
        (6, 6, None),
    ),
    Entry(
        "Partner banner (from the agency)",
        "Intake",
        "Pat asked whether we can place their banner. See mail.",
        ("priya", ""),
        (),
        (2, 2, None),
    ),
    Entry(
        "Referral programme: first version",
        "Ready",
        REFERRAL,
        ("mara", "tom"),
        ("marketing",),
        (22, 5, 45),
        {"Business impact": "High"},
    ),
    Entry(
        "Typo in the welcome mail",
        "Done",
        "“Wellcome” in the subject.",
        ("nora", "tom"),
        ("quick-win",),
        (10, 9, -8),
        {"Estimate": 0.5},
    ),
)
WEB = (
    Entry(
        "Texts for the pricing page",
        "In progress",
        headed(
            ("Goal", "Every plan in one sentence that a ten-year-old understands."),
            ("Done when", ("All three plans have a text", "Legal has read them")),
        ),
        ("mara", "lena"),
        ("landing-page",),
        (9, 1, 12),
    ),
    Entry("Photos of the new office", "Intake", "", ("mara", ""), (), (3, 3, None)),
    Entry(
        "Glossary: 20 entries for search",
        "Ready",
        headed(
            ("User story", "As somebody who searches for a term, I want a short answer, so that I can read on."),
            ("Acceptance criteria", ("20 entries with 60 to 120 words each",)),
        ),
        ("mara", "lena"),
        ("marketing",),
        (16, 7, 33),
    ),
)


def fill(site: AsanaSite, people: Mapping[str, User]) -> None:
    """Projects with sections and fields, tags, tasks."""
    site.workspace.name = "Example Goods"
    fields = (
        site.add_field("Estimate", "number", precision=1),
        site.add_field("Business impact", "enum", ("High", "Medium", "Low")),
        site.add_field("devrequest", "text"),
    )
    tags = {name: site.add_tag(name) for name in TAGS}
    team = site.add_team("Marketing and developers", people.values())
    projects = (
        ("Growth backlog", GROWTH_BACKLOG, (*GROWTH, *asana_coming.GROWTH)),
        ("Web content", WEB_CONTENT, (*WEB, *asana_coming.WEB)),
    )
    for name, gid, entries in projects:
        own = fields if gid == GROWTH_BACKLOG else fields[:2]
        project = site.add_project(name, SECTIONS, gid=gid, fields=own, team=team, members=people.values())
        made = {entry.name: _add(site, project, entry, tags, people) for entry in entries}
        for entry in entries:
            for first in entry.waits_for:
                made[entry.name].dependencies.append(made[first])
                made[first].dependents.append(made[entry.name])


def _add(site: AsanaSite, project: Project, entry: Entry, tags: Mapping[str, Tag], people: Mapping[str, User]) -> Task:
    now = site.now()
    made, changed, due = entry.days
    section = next(one for one in project.sections if one.name == entry.section)
    author, assignee = (people.get(handle) for handle in entry.who)
    data: dict[str, object] = {
        "name": entry.name,
        "html_notes": f"<body>{entry.html}</body>",
        "memberships": [{"project": project.gid, "section": section.gid}],
        "tags": [tags[name].gid for name in entry.tags],
        "custom_fields": {one.gid: value for one, value in _values(project, entry)},
        "completed": entry.section == "Done",
    }
    if assignee is not None:
        data["assignee"] = assignee.gid
    if due is not None:
        data["due_on"] = (now + timedelta(days=due)).date().isoformat()
    task = site.add_task(data, by=author)
    for handle, words in entry.says:
        site.add_comment(task, words, by=people[handle])
    task.created_at, task.modified_at = now - timedelta(days=made), now - timedelta(days=changed)
    task.likes = [people[handle] for handle in entry.likes]
    if task.completed:
        task.completed_at = task.modified_at
    for story in task.stories:
        story.created_at = task.modified_at if story.is_comment else task.created_at
    return task


def _values(project: Project, entry: Entry) -> list[tuple[CustomField, object]]:
    found: list[tuple[CustomField, object]] = []
    for setting in project.settings:
        value = entry.fields.get(setting.field.name)
        if value is not None:
            gid = next((option.gid for option in setting.field.options if option.name == value), None)
            found.append((setting.field, gid or value))
    return found
