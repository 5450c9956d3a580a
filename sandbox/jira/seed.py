"""A site to begin with: two projects, a few people, and custom fields of the usual kinds. All names are invented."""

from sandbox.jira.site import JiraSite

IMPACTS = ("Revenue", "Retention", "Cost", "Compliance")
PEOPLE = ("Mara Example", "Jonas Sample", "Priya Placeholder", "Tom Testcase")


def seed(site: JiraSite) -> None:
    """Fill an empty site. Calling it twice gives everything twice; `site.reset()` comes first."""
    people = [
        site.add_user(name, f"{name.split()[0].lower()}@example.com", groups=("Developers", "Users")) for name in PEOPLE
    ]
    site.add_user("Hidden Person", "hidden@example.com", email_hidden=True)
    site.add_user("Former Colleague", "former@example.com", active=False)
    fields = [
        site.add_field("Business impact", "select", options=IMPACTS),
        site.add_field("Markets", "multi-select", options=("DE", "FR", "UK", "US")),
        site.add_field("Flagged", "checkboxes", options=("Impediment",)),
        site.add_field("Story Points", "number"),
        site.add_field("Launch time", "datetime"),
        site.add_field("Go-live", "date"),
        site.add_field("Acceptance criteria", "textarea"),
        site.add_field("Campaign", "text"),
        site.add_field("Design link", "url"),
        site.add_field("Product owner", "user"),
        site.add_field("Stakeholders", "multi-user"),
        site.add_field("Area", "cascade", options=(("Shop", ("Cart", "Checkout")), ("Blog", ()))),
    ]
    for key, name in (("WEB", "Website"), ("GROW", "Growth")):
        components = ("Checkout", "Content", "Tracking")
        project = site.add_project(key, name, lead=people[1], components=components, versions=("1.0", "2.0"))
        for field in fields:
            site.put_on_screen(project, field.id)
