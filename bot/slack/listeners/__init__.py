"""The table of contents: everything that people can do in Slack, one line each."""

import re

from slack_bolt.app.async_app import AsyncApp

from bot.slack import syncing, ticket_lists
from bot.slack.desk import Desk
from bot.slack.ids import COMMAND, FIELD_ACTION, FIELD_OPTIONS, HOME_MUTES, Action, Callback
from bot.slack.listeners import buttons, commands, form, home, mending, options, replies, shortcuts, sync, tickets

ANYTHING = re.compile(r".*", re.DOTALL)


def register(app: AsyncApp, desk: Desk) -> None:
    """Connect what Slack sends with what we do.

    Bolt asks one listener after the other whether a payload is theirs, so those that people use most come first.
    """
    app.command(COMMAND)(commands.devrequest(desk))
    app.action(FIELD_ACTION)(form.answered(desk))
    app.view_submission(Callback.FORM)(form.submitted(desk))
    app.view_submission(Callback.SUGGESTIONS)(form.sent_anyway(desk))
    app.action(Action.IMPROVE)(form.improved(desk))
    app.action(Action.OPEN_LINK)(buttons.acknowledged)
    app.options(FIELD_OPTIONS)(options.of_field(desk))
    app.action(Action.REQUEST_TYPE)(form.changed(desk))
    app.action(Action.TEAM)(form.changed(desk))
    app.action(Action.TRACKER)(form.changed(desk))
    app.action(Action.BACK)(form.back(desk))
    app.action(Action.CONTINUE)(form.resumed(desk))
    app.action(Action.START_FRESH)(form.started_fresh(desk))
    app.shortcut(Callback.SHORTCUT)(shortcuts.from_anywhere(desk))
    app.shortcut(Callback.MESSAGE_SHORTCUT)(shortcuts.from_message(desk))
    app.action(Action.OPEN_FORM)(buttons.open_form_again(desk))
    app.action(Action.OPEN_CHOICE)(buttons.open_form_again(desk))
    app.action(Action.REOPEN)(buttons.reopen(desk))
    app.event("app_home_opened")(home.opened(desk))
    app.action(Action.NEW_REQUEST)(home.new_request(desk))
    app.action(Action.HOME_PAGE)(home.turned(desk))
    app.action(Action.HOME_PAGE_BACK)(home.turned(desk))
    app.action(HOME_MUTES)(home.muted(desk))
    app.action(Action.REPLY)(replies.asked(desk))
    app.action(Action.REPLY_TEXT)(replies.typed(desk))
    app.view_submission(Callback.REPLY)(replies.sent(desk))
    app.action(Action.FILL_IN)(mending.fill_in(desk))
    app.action(Action.TICKET_MENU)(mending.chosen(desk))
    app.action(Action.USE_COMMENT)(mending.comment_used(desk))
    app.action(Action.RESTORE)(mending.restored(desk))
    app.view_submission(Callback.FILL_IN)(mending.filled(desk))
    app.view_submission(Callback.NOT_NEEDED)(mending.said_not_needed(desk))
    app.view_submission(Callback.SET_TYPE)(mending.type_set(desk))
    app.action(Action.FEASIBILITY)(sync.pressed(desk, syncing.ask_feasibility))
    app.action(Action.SYNC_ITEM)(sync.item_chosen(desk))
    app.action(Action.ADD_ACTION)(sync.adding(desk, "action"))
    app.action(Action.ADD_IDEA)(sync.adding(desk, "quick_win"))
    app.action(Action.ADD_ROADBLOCK)(sync.adding(desk, "roadblock"))
    app.action(Action.CLOSE_SYNC)(sync.pressed(desk, syncing.ask_to_close))
    app.action(Action.REFRESH_SYNC)(sync.pressed(desk, syncing.refresh))
    app.view_submission(Callback.FEASIBILITY)(sync.handed_in(desk, "feasibility"))
    app.view_submission(Callback.REASSIGN)(sync.saved(desk, syncing.save_owner))
    app.view_submission(Callback.CLOSE_SYNC)(sync.handed_in(desk, "closed"))
    app.action(Action.MORE_TICKETS)(tickets.opened(desk, "more"))
    app.action(Action.OLDER_TICKETS)(tickets.opened(desk, "older"))
    app.action(Action.TICKET_PAGE)(tickets.pressed(desk, ticket_lists.turn_page))
    app.action(Action.TICKET_PAGE_BACK)(tickets.pressed(desk, ticket_lists.turn_page))
    app.action(Action.TAKE_UP)(tickets.pressed(desk, ticket_lists.take_up_listed))
    app.action(ANYTHING)(buttons.acknowledged)
    app.view_closed(ANYTHING)(buttons.acknowledged)
    app.view_submission(ANYTHING)(buttons.acknowledged)
