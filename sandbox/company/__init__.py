"""Example Goods, a small company to try things in: two teams, their channels, and some fifty tickets.

Among them: complete ones and incomplete ones, some written by hand in their own way; launches within six weeks of today
and what stands in their way; quick wins with votes; action items with and without an owner; one thing in both trackers.
"""

from typing import TYPE_CHECKING

from sandbox.asana.records import Task
from sandbox.company.asana_tasks import GROWTH_BACKLOG, WEB_CONTENT, fill as fill_asana
from sandbox.company.jira_coming import WINTER_LAUNCH
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
    sandbox.once_started(lambda: pair(sandbox))


def pair(sandbox: "Sandbox") -> None:
    """Link what stands in both trackers to each other; their addresses are known once the sandbox has started."""
    issue = next(one for one in sandbox.jira.issues.values() if one.values["summary"] == WINTER_LAUNCH)
    task = next(one for one in sandbox.asana.all(Task) if one.name == WINTER_LAUNCH)
    _, _, address = sandbox.asana.names(task.gid) or ("", "", "")
    sandbox.jira.add_remote_link(issue, address, task.name)
    changed = task.modified_at
    sandbox.asana.add_attachment(task, f"{issue.key} in Jira", url=f"{sandbox.url}/jira/browse/{issue.key}")
    task.modified_at = changed


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
    alerts: {{escalate_to: U0JONAS}}
    sync: {{quick_win: {{at_most: 1}}}}

  - name: Growth
    channel: {GROWTH_CHANNEL}
    time_zone: Europe/Berlin
    holidays: DE-BE
    default_tracker: asana
    trackers:
      asana: {{project: "{GROWTH_BACKLOG}", section: Intake}}
      jira: {{project: GROW}}
    alerts: {{escalate_to: U0TOM}}
    sync: {{quick_win: {{at_most: 1}}}}

ops_channel: {OPS_CHANNEL}
"""


async def type_command(sandbox: "Sandbox", line: str) -> None:
    """Mara types a line into the Web team's channel; the page shows her what comes of it."""
    from sandbox.slack.people import Person

    mara = next(user for user in sandbox.slack.users.values() if user.name == "mara")
    await Person(sandbox.slack, mara.id).command(WEB_CHANNEL, line)
