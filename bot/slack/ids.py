"""Names that come back from Slack: commands, callback ids, action ids and block ids, each in one place."""

import re
from enum import StrEnum
from hashlib import sha256

COMMAND = "/devrequest"
USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")
"""The id of a person, as Slack writes it."""


class Callback(StrEnum):
    """What a shortcut or a view is. `STATUS` views say how far a request is; they hand in nothing."""

    SHORTCUT = "devrequest_new"
    MESSAGE_SHORTCUT = "devrequest_from_message"
    FORM = "devrequest_form"
    SUGGESTIONS = "devrequest_suggestions"
    FILL_IN = "devrequest_fill_in"
    NOT_NEEDED = "devrequest_not_needed"
    SET_TYPE = "devrequest_set_type"
    STATUS = "devrequest_status"
    REPLY = "devrequest_reply"
    TICKETS = "devrequest_tickets"
    FEASIBILITY = "sync_feasibility"
    REASSIGN = "sync_reassign"
    CLOSE_SYNC = "sync_close"


class Action(StrEnum):
    """Buttons and menus.

    `OPEN_LINK` is a button with a URL: Slack reports the press all the same, and it must be acknowledged.
    The value of `FILL_IN` is a ticket's handle (`bot.domain.seen_ticket`); `TICKET_MENU` is an overflow menu whose
    options have the value `<verb>:<handle>`, at most 75 characters, such as `snooze_1d:jira:10042`; see `Verb`.
    The value of `RESTORE` is the ids of replaced sections, with commas; that of `USE_COMMENT` a comment's id.
    The value of `OPEN_FORM` and `OPEN_CHOICE` is a draft's id, or what `views.help.ready_form` made.
    The value of `FEASIBILITY` is `<sync key>|<handle>`, that of the other buttons of a sync its key; the options of
    `SYNC_ITEM` have the value `done:<handle>` or `reassign:<handle>`.
    The value of `MORE_TICKETS` is a message's key, that of `OLDER_TICKETS` a team's id, that of `TAKE_UP` a handle, and
    that of `TICKET_PAGE` and `TICKET_PAGE_BACK` the number of a page of the open list.
    `MUTE` and `UNMUTE` go on behind a colon with a kind of news (`usecases.requester_wishes`); the value of `HOME_PAGE`
    and `HOME_PAGE_BACK` is a page.
    The value of `REPLY` is a ticket's handle, that of `CONTINUE` and `START_FRESH` a draft's id, that of `REOPEN` a
    request's id.
    """

    REQUEST_TYPE = "request_type"
    TEAM = "team"
    TRACKER = "tracker"
    BACK = "form_back"
    IMPROVE = "form_improve"
    CONTINUE = "draft_continue"
    START_FRESH = "draft_start_fresh"
    OPEN_FORM = "open_form"
    OPEN_CHOICE = "open_form_choice"
    REOPEN = "reopen_form"
    OPEN_LINK = "open_link"
    FILL_IN = "fill_in"
    TICKET_MENU = "ticket_menu"
    NEW_REQUEST = "new_request"
    HOME_PAGE = "home_page"
    HOME_PAGE_BACK = "home_page_back"
    MUTE = "home_mute"
    UNMUTE = "home_unmute"
    REPLY = "reply"
    REPLY_TEXT = "reply_text"
    MORE_TICKETS = "more_tickets"
    OLDER_TICKETS = "older_tickets"
    TICKET_PAGE = "ticket_page"
    TICKET_PAGE_BACK = "ticket_page_back"
    TAKE_UP = "take_up"
    RESTORE = "restore_section"
    USE_COMMENT = "use_comment"
    FEASIBILITY = "sync_feasibility"
    SYNC_ITEM = "sync_item"
    ADD_ACTION = "sync_add_action"
    ADD_IDEA = "sync_add_idea"
    ADD_ROADBLOCK = "sync_add_roadblock"
    CLOSE_SYNC = "sync_close"
    REFRESH_SYNC = "sync_refresh"


class Verb(StrEnum):
    """What the options of a `TICKET_MENU` do; an overflow menu holds five options, and these are five."""

    SNOOZE_1D = "snooze_1d"
    SNOOZE_3D = "snooze_3d"
    SNOOZE_SYNC = "snooze_sync"
    NOT_NEEDED = "not_needed"
    SET_TYPE = "set_type"

    def option(self, handle: str) -> str:
        """The value of its option for a ticket."""
        return f"{self}:{handle}"

    @classmethod
    def read(cls, value: str) -> "tuple[Verb, str] | None":
        """Verb and handle of an option's value; None if it is none of ours."""
        verb, _, handle = value.partition(":")
        return (cls(verb), handle) if verb in set(cls) and handle else None


class Block(StrEnum):
    """Blocks of a form that no template names. A field's own block is `field_block(its id)`.

    Those of the menus go on behind a colon, see `views.menus`; compare with `menu_block`.
    """

    PROBLEMS = "problems"
    RESUME = "resume"
    RESUME_BUTTONS = "resume_buttons"
    LATER = "later"
    SOURCE = "source"
    REQUEST_TYPE = "request_type"
    TEAM = "team"
    TRACKER = "tracker"
    ANNOUNCE = "announce"
    NAVIGATION = "navigation"


FIELD_BLOCK = "field:"
"""How the block ids of fields start."""

FIELD_ACTION = re.compile(r"^answer\.")
"""Matches the action ids of the inputs of fields, for listeners on block actions."""

HOME_MUTES = re.compile(rf"^({Action.MUTE}|{Action.UNMUTE}):")
"""Matches the action ids of the buttons that mute and unmute; the kind of news follows."""

FIELD_OPTIONS = re.compile(r"^answer\.(multi_)?external\.")
"""Matches the action ids of the menus that ask for their options while one types."""


def field_block(field_id: str, part: str = "") -> str:
    """The id of a field's block: `field:goal`; further blocks of the same field are parts: `field:goal:2`.

    Ids are at most 255 characters in Slack, so a very long one is told by its hash.
    """
    if len(field_id) > 200:
        field_id = f"{field_id[:180]}~{sha256(field_id.encode()).hexdigest()[:16]}"
    return FIELD_BLOCK + field_id + (f":{part}" if part else "")


def menu_block(block_id: str) -> str:
    """The menu that a block is: one of `Block`'s values, or the block id itself."""
    name = block_id.partition(":")[0]
    return name if name in {Block.REQUEST_TYPE, Block.TEAM, Block.TRACKER} else block_id
