"""The Jira site of Example Goods: projects WEB and GROW, and what is in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sandbox.company import jira_coming
from sandbox.company.adf import Node
from sandbox.company.jira_entry import Entry
from sandbox.company.jira_texts import FIGMA, GROW_TEXTS, WEB_TEXTS
from sandbox.jira.model import Comment, Issue, Link, RichText, User
from sandbox.jira.site import JiraSite

BLOCKS = "10000"
ROLE = "Developers"
ONLY_DEVELOPERS: dict[str, object] = {"type": "role", "value": ROLE, "identifier": ROLE}


WEB = (
    Entry(
        "Story",
        "Pricing page with prices by company size",
        "pricing",
        ("mara", "jonas"),
        "In Progress",
        ("landing-page", "marketing"),
        (12, 0.2, 24),
        {"Story Points": 5, "priority": {"name": "High"}},
        (
            ("jonas", "Calculator component can be reused. Starting on Monday."),
            ("lena", "Mobile designs are approved."),
        ),
    ),
    Entry(
        "Story",
        "Landing page for the spring webinar",
        "webinar",
        ("mara", "jonas"),
        "To Do",
        ("landing-page",),
        (9, 3, 16),
    ),
    Entry(
        "Bug",
        "Comparison table is cut off in Safari on iPhone",
        "safari",
        ("jonas", "jonas"),
        "To Do",
        ("bug",),
        (2, 1, None),
        {"environment": None, "priority": {"name": "High"}},
    ),
    Entry(
        "Story",
        "Newsletter sign-up on every blog article",
        "newsletter",
        ("nora", ""),
        "To Do",
        ("landing-page",),
        (6, 6, 40),
    ),
    Entry(
        "Task",
        "Redirects for the old campaign addresses",
        "redirects",
        ("mara", "jonas"),
        "In Review",
        ("quick-win",),
        (15, 1, 3),
    ),
    Entry(
        "Task",
        "Upgrade the content management system",
        "upgrade",
        ("jonas", "jonas"),
        "Blocked",
        ("roadblock",),
        (20, 4, 10),
        {},
        (("jonas", "Waiting for the hoster, ticket is open with them."),),
    ),
    Entry("Story", "Make the hero nicer", "hero", ("mara", ""), "To Do", (), (30, 30, None)),
    Entry(
        "Story",
        "Customer stories: filter by industry",
        "stories",
        ("mara", "jonas"),
        "Done",
        ("landing-page",),
        (45, 8, -9),
        {"Story Points": 3},
    ),
    Entry("Task", "Photos for the team page", "", ("nora", ""), "To Do", (), (3, 3, None)),
    Entry(
        "Story",
        "Checkout: show delivery date before payment",
        "checkout",
        ("lena", "jonas"),
        "To Do",
        ("marketing",),
        (8, 5, 31),
    ),
)
GROW = (
    Entry(
        "Story",
        "Test: sign-up form with three fields",
        "signup",
        ("priya", "tom"),
        "In Progress",
        ("ab-test",),
        (11, 1, 14),
        {"Story Points": 3, "Business impact": {"value": "Revenue"}},
    ),
    Entry(
        "Bug",
        "generate_lead is sent twice on pages with a banner",
        "twice",
        ("tom", "tom"),
        "In Review",
        ("analytics-tracking", "bug"),
        (4, 0.5, 2),
        {"priority": {"name": "Highest"}},
    ),
    Entry(
        "Task",
        "Send leads from the webinar tool to the CRM",
        "crm",
        ("priya", ""),
        "To Do",
        ("integration",),
        (7, 7, 28),
    ),
    Entry(
        "Task", "Numbers for the trade fair decision", "fair", ("priya", "tom"), "To Do", ("data-request",), (3, 2, 6)
    ),
    Entry(
        "Task",
        "Move the tag manager to the new consent tool",
        "consent",
        ("tom", "tom"),
        "To Do",
        ("roadblock",),
        (14, 6, 21),
    ),
)


def fill(site: JiraSite, people: Mapping[str, User]) -> None:
    """Projects, fields, issues."""
    site.title = "Example Goods"
    fields = [
        site.add_field("Story Points", "number"),
        site.add_field("Flagged", "checkboxes", options=("Impediment",)),
        site.add_field("Business impact", "select", options=("Revenue", "Retention", "Cost", "Compliance")),
        site.add_field("Design link", "url"),
    ]
    for key, name, lead in (("WEB", "Website", "jonas"), ("GROW", "Growth", "tom")):
        project = site.add_project(key, name, lead=people[lead], components=("Shop", "Content", "Tracking"))
        for one in fields:
            site.put_on_screen(project, one.id)
    site.token_user.groups |= {ROLE}  # the bot sees what developers say among themselves, and has to keep it there
    now = site.now()
    coming = {"WEB": jira_coming.web(now.date()), "GROW": jira_coming.grow(now.date())}
    for project_key, entries, texts in (("WEB", WEB, WEB_TEXTS), ("GROW", GROW, GROW_TEXTS)):
        every = (*entries, *coming[project_key])
        made = [_add(site, project_key, entry, texts, people, now) for entry in every]
        if project_key == "WEB":
            _link(site, made, people, now)
        for entry, issue in zip(every, made, strict=True):
            for blocked in entry.blocks:
                _block(site, issue, next(one for one in made if one.values["summary"] == blocked))


def _add(
    site: JiraSite, project: str, entry: Entry, texts: Mapping[str, Node], people: Mapping[str, User], now: datetime
) -> Issue:
    reporter, assignee = entry.who
    made, changed, due = entry.days
    fields: dict[str, object] = {"labels": list(entry.labels), **entry.more}
    if assignee:
        fields["assignee"] = {"accountId": people[assignee].account_id}
    if due is not None:
        fields["duedate"] = (now + timedelta(days=due)).date().isoformat()
    issue = site.add_issue(
        project,
        entry.kind,
        entry.summary,
        fields={name: value for name, value in fields.items() if value is not None},
        description=entry.body or texts.get(entry.text),
        reporter=people.get(reporter),
        status=entry.status,
        created=now - timedelta(days=made),
        updated=now - timedelta(days=changed),
    )
    said = [*((pair, None) for pair in entry.says), *((pair, ONLY_DEVELOPERS) for pair in entry.quietly)]
    for number, ((handle, words), visibility) in enumerate(said):
        when = now - timedelta(days=changed, hours=len(said) - number)
        author = people[handle].account_id
        comment = Comment(site.next_id(), author, RichText(wiki=words), when, when, author, visibility)
        issue.comments.append(comment)
    issue.voters += [people[handle].account_id for handle in entry.votes]
    return issue


def _block(site: JiraSite, blocker: Issue, blocked: Issue) -> None:
    link = Link(site.next_id(), BLOCKS, blocker.id, blocked.id)
    site.links[link.id] = link


def _link(site: JiraSite, made: Sequence[Issue], people: Mapping[str, User], now: datetime) -> None:
    """The upgrade blocks the checkout; two people voted; a design and a list are attached."""
    upgrade, checkout, pricing, redirects = made[5], made[9], made[0], made[4]
    _block(site, upgrade, checkout)
    checkout.voters += [people["mara"].account_id, people["lena"].account_id]
    site.add_remote_link(pricing, f"{FIGMA}/pricing?node-id=12-40", "Pricing page, designs")
    rows = "from,to\n/spring-sale,/pricing\n/webinar-2025,/webinar\n"
    attachment = site.add_attachment(redirects, "redirects.csv", rows.encode(), "text/csv")
    attachment.created = now - timedelta(days=14)
