"""Example Goods, a small company to try things in: two teams, their channels, and some twenty tickets."""

from typing import TYPE_CHECKING

from sandbox.company.asana_tasks import GROWTH_BACKLOG, WEB_CONTENT, fill as fill_asana
from sandbox.company.jira_issues import fill as fill_jira
from sandbox.company.people import GROWTH_CHANNEL, OPS_CHANNEL, WEB_CHANNEL, hire, open_channels, talk

if TYPE_CHECKING:
    from sandbox.server import Sandbox

__all__ = ["demo_config", "seed"]


def seed(sandbox: "Sandbox") -> None:
    """Fill an empty sandbox. Ids of people, channels, projects and tickets are the same every time."""
    staff = hire(sandbox)
    open_channels(sandbox.slack)
    talk(sandbox.slack, sandbox.clock.now())
    fill_jira(sandbox.jira, staff.jira)
    fill_asana(sandbox.asana, staff.asana)


def demo_config() -> str:
    """The `devrequest.yaml` of the two teams."""
    return f"""\
# The teams of Example Goods, the company of the sandbox.
teams:
  - name: Web
    channel: {WEB_CHANNEL}
    time_zone: Europe/Berlin
    holidays: DE-BE
    default_tracker: jira
    trackers:
      jira: {{project: WEB}}
      asana: {{project: "{WEB_CONTENT}", section: Intake}}

  - name: Growth
    channel: {GROWTH_CHANNEL}
    time_zone: Europe/Berlin
    holidays: DE-BE
    default_tracker: asana
    trackers:
      asana: {{project: "{GROWTH_BACKLOG}", section: Intake}}
      jira: {{project: GROW}}

ops_channel: {OPS_CHANNEL}
"""


async def type_command(sandbox: "Sandbox", line: str) -> None:
    """Mara types a line into the Web team's channel; the page shows her what comes of it."""
    from sandbox.slack.people import Person

    mara = next(user for user in sandbox.slack.users.values() if user.name == "mara")
    await Person(sandbox.slack, mara.id).command(WEB_CHANNEL, line)
