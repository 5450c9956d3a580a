"""The table of contents: everything that people can do in Slack, one line each."""

import re

from slack_bolt.app.async_app import AsyncApp

from bot.slack import syncing, ticket_lists
from bot.slack.desk import Desk
from bot.slack.ids import COMMAND, FIELD_ACTION, FIELD_OPTIONS, HOME_MUTES, Action, Callback
from bot.slack.listeners import buttons, commands, form, home, mending, options, replies, shortcuts, sync, tickets
from bot.slack.listeners.by_name import Table, handed_in, pressed

ANYTHING = re.compile(r".*", re.DOTALL)


def register(app: AsyncApp, desk: Desk) -> None:
    """Connect what Slack sends with what we do."""
    app.command(COMMAND)(commands.devrequest(desk))
    app.action(ANYTHING)(pressed(presses(desk), buttons.acknowledged, buttons.noticed(desk)))
    app.view_submission(ANYTHING)(handed_in(submissions(desk), buttons.acknowledged))
    app.options(FIELD_OPTIONS)(options.of_field(desk))
    app.shortcut(Callback.SHORTCUT)(shortcuts.from_anywhere(desk))
    app.shortcut(Callback.MESSAGE_SHORTCUT)(shortcuts.from_message(desk))
    app.event("app_home_opened")(home.opened(desk))
    app.view_closed(ANYTHING)(buttons.acknowledged)


def presses(desk: Desk) -> Table:
    """Buttons, menus and inputs."""
    return {
        Action.OPEN_LINK: buttons.acknowledged,
        # the form
        FIELD_ACTION: form.answered(desk),
        Action.REQUEST_TYPE: form.changed(desk),
        Action.TEAM: form.changed(desk),
        Action.TRACKER: form.changed(desk),
        Action.BACK: form.back(desk),
        Action.CONTINUE: form.resumed(desk),
        Action.START_FRESH: form.started_fresh(desk),
        Action.IMPROVE: form.improved(desk),
        Action.OPEN_FORM: buttons.open_form_again(desk),
        Action.OPEN_CHOICE: buttons.open_form_again(desk),
        Action.REOPEN: buttons.reopen(desk),
        # App Home, and what requesters hear
        Action.NEW_REQUEST: home.new_request(desk),
        Action.HOME_PAGE: home.turned(desk),
        Action.HOME_PAGE_BACK: home.turned(desk),
        HOME_MUTES: home.muted(desk),
        Action.REPLY: replies.asked(desk),
        Action.REPLY_TEXT: replies.typed(desk),
        # what a ticket lacks
        Action.FILL_IN: mending.fill_in(desk),
        Action.TICKET_MENU: mending.chosen(desk),
        Action.USE_COMMENT: mending.comment_used(desk),
        Action.RESTORE: mending.restored(desk),
        Action.MORE_TICKETS: tickets.opened(desk, "more"),
        Action.OLDER_TICKETS: tickets.opened(desk, "older"),
        Action.TICKET_PAGE: tickets.pressed(desk, ticket_lists.turn_page),
        Action.TICKET_PAGE_BACK: tickets.pressed(desk, ticket_lists.turn_page),
        Action.TAKE_UP: tickets.taken_up(desk),
        # the weekly sync
        Action.FEASIBILITY: sync.pressed(desk, syncing.ask_feasibility),
        Action.SYNC_ITEM: sync.item_chosen(desk),
        Action.ADD_ACTION: sync.adding(desk, "action"),
        Action.ADD_IDEA: sync.adding(desk, "quick_win"),
        Action.ADD_ROADBLOCK: sync.adding(desk, "roadblock"),
        Action.CLOSE_SYNC: sync.pressed(desk, syncing.ask_to_close),
        Action.REFRESH_SYNC: sync.pressed(desk, syncing.refresh),
    }


def submissions(desk: Desk) -> Table:
    """Modals that were handed in."""
    return {
        Callback.FORM: form.submitted(desk),
        Callback.SUGGESTIONS: form.sent_anyway(desk),
        Callback.REPLY: replies.sent(desk),
        Callback.FILL_IN: mending.filled(desk),
        Callback.NOT_NEEDED: mending.said_not_needed(desk),
        Callback.SET_TYPE: mending.type_set(desk),
        Callback.FEASIBILITY: sync.handed_in(desk, "feasibility"),
        Callback.REASSIGN: sync.handed_in(desk, "reassign"),
        Callback.CLOSE_SYNC: sync.handed_in(desk, "closed"),
    }
