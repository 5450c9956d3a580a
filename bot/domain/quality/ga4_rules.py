"""What Google Analytics 4 allows: names, limits, reserved words, and its own events.

Sources: support.google.com/analytics/answer/9267744 (limits), /13316687 (reserved names), /9234069 and /9216061 (events
collected automatically and by enhanced measurement), /9267735 (recommended events and their parameters).
"""

import re

from bot.domain.quality.word_sets import words

LONGEST_NAME = 40
LONGEST_VALUE = 100
LONGEST_USER_PROPERTY = 24
MOST_PARAMETERS = 25
MOST_USER_PROPERTIES = 25

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_]")
SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")

LONG_VALUES = {"page_title": 300, "page_referrer": 420, "page_location": 1000}
"""Parameters whose values may be longer than `LONGEST_VALUE`."""
RESERVED_PREFIXES = ("firebase_", "google_", "gtag.", "ga_", "_")
RESERVED_FOR_EVENTS = re.compile(r"query_id(?=_|\Z)")
"""A prefix that Google keeps from events alone (/13316687, Web); `query_idea_sent` merely begins with its letters."""
FINE = re.compile(rf"(?!{'|'.join(map(re.escape, RESERVED_PREFIXES))}){SNAKE_CASE.pattern}")
"""A name that is not too long, and about which there is nothing to say."""
FINE_EVENT = re.compile(rf"(?!{RESERVED_FOR_EVENTS.pattern}){FINE.pattern}")
RESERVED_PARAMETERS = frozenset({"engagement_time_msec", "gclid", "session_id", "session_number"})
RESERVED_USER_PROPERTIES = frozenset(
    {"first_open_time", "first_visit_time", "last_deep_link_referrer", "user_id", "first_open_after_install"}
)
AUTOMATIC_EVENTS = frozenset({"first_visit", "session_start", "user_engagement", "page_view"})
ENHANCED_EVENTS = words(
    """
    scroll click view_search_results video_start video_progress video_complete file_download form_start form_submit
    """
)  # fmt: skip
COLLECTED_EVENTS = AUTOMATIC_EVENTS | ENHANCED_EVENTS
RESERVED_EVENTS = words(
    """
    ad_impression app_remove app_store_refund app_store_subscription_cancel app_store_subscription_renew click error
    file_download first_open first_visit form_start form_submit in_app_purchase page_view scroll session_start
    user_engagement view_complete video_progress video_start view_search_results
    """
)

_ITEMS = ("items",)
RECOMMENDED_EVENTS = {
    "view_item_list": _ITEMS,
    "select_item": _ITEMS,
    "view_item": _ITEMS,
    "add_to_cart": _ITEMS,
    "remove_from_cart": _ITEMS,
    "view_cart": _ITEMS,
    "add_to_wishlist": _ITEMS,
    "begin_checkout": _ITEMS,
    "add_shipping_info": _ITEMS,
    "add_payment_info": _ITEMS,
    "purchase": ("transaction_id", "items"),
    "refund": ("transaction_id",),
    "view_promotion": _ITEMS,
    "select_promotion": (),
    "login": (),
    "sign_up": (),
    "search": ("search_term",),
    "select_content": (),
    "share": (),
    "join_group": (),
    "tutorial_begin": (),
    "tutorial_complete": (),
    "earn_virtual_currency": (),
    "spend_virtual_currency": (),
    "generate_lead": (),
    "qualify_lead": (),
    "disqualify_lead": (),
    "working_lead": (),
    "close_convert_lead": (),
    "close_unconvert_lead": (),
}
"""Name → the parameters that it must have; `currency` comes on top wherever there is a `value` of money."""
VIRTUAL_CURRENCY_EVENTS = frozenset({"earn_virtual_currency", "spend_virtual_currency"})
"""Events whose `value` is an amount of virtual currency, so that Google lists no `currency` for them."""
GOOGLES_EVENTS = COLLECTED_EVENTS | RECOMMENDED_EVENTS.keys()
"""Events that Google describes; a dictionary need not list them."""
OWN_PARAMETERS = words(
    """
    value currency items transaction_id method search_term content_type content_id item_id item_name group_id coupon
    shipping tax payment_type shipping_tier item_list_id item_list_name promotion_id promotion_name creative_name
    creative_slot page_location page_referrer page_title language screen_resolution link_url link_text link_id
    link_domain link_classes outbound file_name file_extension form_id form_name form_destination form_submit_text
    percent_scrolled video_title video_url video_provider video_current_time video_duration video_percent visible
    virtual_currency_name lead_source lead_status unconvert_lead_reason disqualified_lead_reason close_convert_lead
    debug_mode send_to user_id
    """
)
"""Parameters that Google describes; a dictionary need not list them."""
