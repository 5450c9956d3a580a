"""What stands around the conversation: who one is, shortcuts, the list of channels."""

from sandbox.page.html import Html, el
from sandbox.page.place import APP, Place
from sandbox.page.words import avatar, icon
from sandbox.slack.model import Channel, User
from sandbox.slack.workspace import SlackWorkspace

MOST_ELSEWHERE = 4
"""The most people for whom the bar says that there is something new."""


def role_of(user: User) -> str:
    """What is special about somebody, for the list of people; "" for a full member."""
    if user.is_stranger:
        return "other company"
    return "guest" if user.is_restricted else ""


def top_html(
    workspace: SlackWorkspace, place: Place, shortcuts: list[tuple[str, str]], elsewhere: dict[str, int]
) -> Html:
    """The bar on top; `elsewhere` are the people whom the app told something that they have not seen."""
    people = [user for user in workspace.users.values() if not user.is_bot and not user.deleted]
    options = [
        el("option", user.real_name + (f" ({role_of(user)})" if role_of(user) else ""), value=user.id,
           selected=user.id == place.user)
        for user in people
    ]  # fmt: skip
    switch = el("select", options, id="who", data_key=f"who/{place.user}", autocomplete="off")
    items = [el("button", name, type="button", role="menuitem", data_shortcut=callback) for callback, name in shortcuts]
    menu = None
    if items:
        summary = el("summary", "Shortcuts", class_="button quiet")
        menu = el(
            "details",
            summary,
            el("div", items, role="menu"),
            class_="menu",
            aria_label="Menu",
            data_key="shortcuts",
        )
    brand = el("span", el("b", workspace.team["name"]), el("span", "sandbox", class_="badge"), class_="brand grow")
    you = el("label", el("span", "You are", class_="faint"), switch, class_="who", for_="who")
    views = [
        el("button", name, type="button", data_show=view) for view, name in (("chat", "Chat"), ("tickets", "Tickets"))
    ]
    return Html(
        brand + el("span", views, class_="views") + (menu or "") + _elsewhere(workspace, place, elsewhere) + you
    )


def _elsewhere(workspace: SlackWorkspace, place: Place, counts: dict[str, int]) -> Html:
    """A way to everybody for whom the app has news."""
    links = [
        el(
            "a",
            f"{workspace.users[user].real_name.partition(' ')[0]} ",
            el("span", count, class_="unread"),
            href=place.url(user=user, channel=APP, thread="", home=False),
            aria_label=f"{count} new for {workspace.users[user].real_name}",
            data_go="messages",
        )
        for user, count in list(counts.items())[:MOST_ELSEWHERE]
    ]
    return el("nav", links, class_="elsewhere", aria_label="News for others") if links else Html("")


def sidebar_html(workspace: SlackWorkspace, place: Place, unread: dict[str, int]) -> Html:
    """Channels and the DM with the app."""
    seen = workspace.visible_channels(place.user)
    groups = (("Channels", [c for c in seen if not c.is_im]), ("Apps", [c for c in seen if c.is_im]))
    parts = []
    for title, channels in groups:
        lines = [_line(workspace, place, channel, unread.get(channel.id, 0)) for channel in channels]
        heading = f"side-{title.lower()}"
        parts += [el("h2", title, id=heading), el("ul", lines, aria_labelledby=heading)]
    return Html("".join(parts))


def _line(workspace: SlackWorkspace, place: Place, channel: Channel, unread: int) -> Html:
    name = channel.name
    mark = icon("lock") if channel.is_private else el("span", "#", class_="hash", aria_hidden="true")
    if channel.is_im:
        name, mark = workspace.app.name, avatar(workspace.app.name, app=True, small=True)
    badge = el("span", unread, class_="unread", aria_label=f"{unread} new") if unread else None
    here = channel.id == place.channel
    link = el(
        "a",
        mark,
        el("span", name, class_="grow"),
        badge,
        href=place.url(channel=channel.id, thread="", home=False),
        aria_current="page" if here else None,
        class_="new" if unread else None,
        data_go="messages" if channel.is_im else True,
    )
    return el("li", link, data_key=channel.id)
