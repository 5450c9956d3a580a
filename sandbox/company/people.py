"""Who works at Example Goods, and where they talk. All names are plainly invented."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.asana.records import User as AsanaUser
from sandbox.jira.model import User as JiraUser
from sandbox.slack.model import Message
from sandbox.slack.typed import blocks_of, encoded
from sandbox.slack.workspace import SlackWorkspace

if TYPE_CHECKING:
    from sandbox.server import Sandbox

WEB_CHANNEL = "C0MARDEVWEB"
GROWTH_CHANNEL = "C0MARDEVGROWTH"
OPS_CHANNEL = "C0DEVREQUESTOPS"
WITH_SEATS = (
    ("mara", "Mara Example", "Marketing manager, Web"),
    ("jonas", "Jonas Sample", "Lead developer, Web"),
    ("priya", "Priya Placeholder", "Growth marketer"),
    ("tom", "Tom Testcase", "Lead developer, Growth"),
    ("lena", "Lena Lorem", "Designer"),
    ("ines", "Ines Ipsum", "Data analyst"),
    ("ola", "Ola Operator", "Runs our tools"),
)
"""People with accounts in Slack, Jira and Asana, under the same e-mail address."""
ACCOUNTS = {name: f"5b10a2844c20165700ede2{index:02d}" for index, (name, _, _) in enumerate(WITH_SEATS, start=1)}
"""Their Jira account ids."""
FIRST_ASANA_USER = 1_201_000_000_000_101


@dataclass(frozen=True, slots=True)
class Staff:
    """The accounts of those who have one, by handle."""

    jira: dict[str, JiraUser]
    asana: dict[str, AsanaUser]


def hire(sandbox: "Sandbox") -> Staff:
    """Fill the three directories."""
    slack = sandbox.slack
    staff = Staff({}, {})
    for index, (handle, name, title) in enumerate(WITH_SEATS):
        email = f"{handle}@example.com"
        slack.add_user(handle, name, title=title, admin=handle == "ola")
        staff.jira[handle] = sandbox.jira.add_user(name, email, account_id=ACCOUNTS[handle], groups=("Developers",))
        staff.asana[handle] = sandbox.asana.add_user(name, email, gid=str(FIRST_ASANA_USER + index))
    slack.add_user("nora", "Nora Noseat", title="Marketing assistant, no seat in Jira or Asana")
    slack.add_user("gil", "Gil Guest", title="Freelance writer", guest=True)
    slack.add_user("pat", "Pat Partner", title="Agency", stranger=True, email="pat@partner.example")
    slack.add_user("former", "Former Colleague", deactivated=True)
    return staff


@dataclass(frozen=True, slots=True)
class Room:
    """A channel: its id, name, members' handles and topic, and what is special about it."""

    id: str
    name: str
    members: str
    topic: str
    purpose: str = ""
    private: bool = False
    with_bot: bool = True
    shared: bool = False


ROOMS = (
    Room(
        WEB_CHANNEL,
        "mar-dev-web",
        "mara jonas lena ines ola nora gil",
        "Marketing and developers of the website. New requests: /devrequest",
        "Requests for the website land here.",
    ),
    Room(
        GROWTH_CHANNEL,
        "mar-dev-growth",
        "priya tom mara ines lena ola nora",
        "Experiments, campaigns and data. New requests: /devrequest",
        "Requests for the growth team land here.",
    ),
    Room(OPS_CHANNEL, "devrequest-ops", "ola jonas tom", "What the request bot cannot mend itself"),
    Room("C0GENERAL", "general", "mara jonas priya tom lena ines ola nora", "Everybody at Example Goods"),
    Room(
        "C0LAUNCHPLANS",
        "launch-plans",
        "mara priya nora",
        "Not public yet; the bot is not in here",
        private=True,
        with_bot=False,
    ),
    Room("C0PARTNER", "partner-agency", "mara priya pat", "With our agency (Slack Connect)", shared=True),
)


def open_channels(slack: SlackWorkspace) -> None:
    """The channels and their members."""
    by_name = {user.name: user for user in slack.users.values()}
    for room in ROOMS:
        slack.add_channel(
            room.name,
            [by_name[handle] for handle in room.members.split()],
            channel_id=room.id,
            private=room.private,
            with_bot=room.with_bot,
            shared=room.shared,
            topic=room.topic,
            purpose=room.purpose,
        )


Said = tuple[str, str, float, str]
"""Channel, handle, how many hours ago, words; a text that starts with `> ` replies to the message before it."""
TALK: tuple[Said, ...] = (
    (
        "C0GENERAL",
        "ola",
        50,
        "The request bot is here: type /devrequest in your team's channel, or `/devrequest help`.",
    ),
    ("C0GENERAL", "nora", 49.5, "Nice, no more copying tickets from a document :tada:"),
    (WEB_CHANNEL, "mara", 27, "The spring campaign starts in five weeks. We need a page with prices by company size."),
    (
        WEB_CHANNEL,
        "jonas",
        26.8,
        "> Sounds good. Please raise it with /devrequest, then we have criteria and designs in one place.",
    ),
    (WEB_CHANNEL, "lena", 25.5, "Designs for the pricing page are in review, approved by Thursday."),
    (WEB_CHANNEL, "gil", 4, "The texts for the newsletter page are done. Where do I send them?"),
    (
        WEB_CHANNEL,
        "jonas",
        2,
        "Safari cuts off the last column of the comparison table on phones. Could somebody write that up?",
    ),
    (
        GROWTH_CHANNEL,
        "priya",
        30,
        "Sign-ups from the webinar are down by a third since last week. Is the form event still sent?",
    ),
    (
        GROWTH_CHANNEL,
        "tom",
        29.5,
        "> `generate_lead` fires twice on some pages. I think the new consent banner loads it again.",
    ),
    (GROWTH_CHANNEL, "ines", 29, "> I can pull the numbers, which segment do you need?"),
    (GROWTH_CHANNEL, "priya", 6, "Idea: test a shorter sign-up form, three fields instead of seven."),
    ("C0LAUNCHPLANS", "mara", 20, "Dates for the spring launch, please keep them here for now."),
    ("C0PARTNER", "pat", 10, "We would like to add our banner to your landing page, how do we ask for that?"),
)


def talk(slack: SlackWorkspace, now: datetime) -> None:
    """What was said in the last days."""
    by_name = {user.name: user for user in slack.users.values()}
    before: dict[str, str] = {}
    for index, (channel, handle, hours, words) in enumerate(TALK):
        said = (now - timedelta(hours=hours)).timestamp()
        ts = f"{said:.3f}{index:03d}"
        reply = words.startswith("> ")
        message = Message(channel, ts, by_name[handle].id, encoded(slack, words.removeprefix("> ")))
        message.team, message.blocks = by_name[handle].team_id, blocks_of(slack, message.text)
        if reply:
            message.thread_ts = before[channel]
        else:
            before[channel] = ts
        slack.channels[channel].messages[ts] = message
