"""Tracking sections: events and parameters as people type them, held against GA4's rules and the team's dictionary."""

import pytest

from bot.domain.quality import ga4_rules
from bot.domain.quality.families import check
from bot.domain.quality.finding import Dictionary, Surroundings
from bot.domain.quality.ga4 import better_name, check_event
from bot.domain.quality.ga4_lines import read
from tests.strategies import HOSTILE


def codes(text: str) -> set[str]:
    """What is found in a section, without the family's name."""
    return {finding.code.removeprefix("ga4.") for finding in check(["ga4"], text)}


def plan(text: str) -> list[tuple[str, list[str]]]:
    """The events of a section, each with its parameters."""
    return [(event.name.text, [name.text for name in event.parameters]) for event in read(text).events]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sign_up", [("sign_up", [])]),
        ("sign_up: method, plan", [("sign_up", ["method", "plan"])]),
        ("sign_up (method, plan)", [("sign_up", ["method", "plan"])]),
        ("- sign_up - method", [("sign_up", ["method"])]),
        ("1. `sign_up` with method and plan", [("sign_up", ["method", "plan"])]),
        ("event: generate_lead — value, currency", [("generate_lead", ["value", "currency"])]),
        ("Event name: cta_click; parameters: button_text, page", [("cta_click", ["button_text", "page"])]),
        ("sign_up {method: 'google', plan: 'team'}", [("sign_up", ["method", "plan"])]),
        ("gtag('event', 'search', {'search_term': 'shoes'});", [("search", ["search_term"])]),
        ('dataLayer.push({"event": "sign_up", "method": "google"})', [("sign_up", ["method"])]),
        ("| sign_up | method, plan |", [("sign_up", ["method", "plan"])]),
        ("purchase:\n- transaction_id\n- items", [("purchase", ["transaction_id", "items"])]),
        ("Event: cta_click\nParameters: page", [("cta_click", ["page"])]),
        ("GA4 events: sign_up, login", [("sign_up", []), ("login", [])]),
        ("Events:\n- sign_up\n- login", [("sign_up", []), ("login", [])]),
        ("2nd Step!", [("2nd Step!", [])]),
        ("sign_up: fires when the form is sent", [("sign_up", [])]),
        ("Track all clicks on the button", []),
        ("We want to know who signs up.", []),
        ("utm_source=newsletter", []),
        ("https://www.example.com/a_b", []),
        ("| Event | Parameters |\n|---|---|\n| sign_up | method |", [("sign_up", ["method"])]),
        ("Form Sent: form_id", [("Form Sent", ["form_id"])]),
        ("Demo form: generate_lead", [("generate_lead", [])]),
        ("Hero button → cta_click (cta_text)", [("cta_click", ["cta_text"])]),
        ("Newsletter sign-up: sign_up, method=newsletter", [("sign_up", ["method"])]),
        ("Event 1: cta_click", [("cta_click", [])]),
        ("Track event `plan-opened` when it opens", [("plan-opened", [])]),
        ("Step | Event name | Parameters\nSee form | form_view | form_id", [("form_view", ["form_id"])]),
        (
            "# | Event | Param | Value\n1 | cta_click | page | A\n2 | cta_click | lang | B",
            [("cta_click", ["page", "lang"])],
        ),
        ("Do | GA4 event | Params\nBuy | purchase | items transaction_id", [("purchase", ["items", "transaction_id"])]),
        ("Event | Params\ncta_click | - page - lang", [("cta_click", ["page", "lang"])]),
        (
            "||Do||Event||Params||\n|Tap|cta_click|* page\nlang|\n|In|login|method|",
            [("cta_click", ["page", "lang"]), ("login", ["method"])],
        ),
        ("|Event|When|Properties|\n|-|-|-|\n|`cta_click`|on a tap|page (path)|", [("cta_click", ["page"])]),
        ("window.dataLayer = window.dataLayer || [];\nlogin", [("login", [])]),
        (
            "dataLayer.push({\n  event: 'refund',\n  items: [{\n    item_id: 'a'\n  }]\n});",
            [("refund", ["items", "item_id"])],
        ),
        (
            (
                "dataLayer.push({\n  event: 'add_to_cart',\n  ecommerce: {\n    currency: 'EUR',\n    items: []\n  }\n"
                "});\nlogin"
            ),
            [("add_to_cart", ["currency", "items"]), ("login", [])],
        ),
        ("window.dataLayer.push({\n  'method': 'e-mail',\n  'event': 'sign_up'\n})", [("sign_up", ["method"])]),
    ],
)
def test_events_are_read_as_people_type_them(text: str, expected: list[tuple[str, list[str]]]) -> None:
    """Lists, brackets, labels, code and tables name events; sentences and addresses do not."""
    assert plan(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "CTA click: cta_click",
        "CTA click: cta_click, with page path",
        "GA4 event: plan_opened / params: plan",
        "gtag('config', 'G-ABC123')",
        "add_to_cart (items [item_id, item_name], value, currency)",
        "select_item, add_to_cart and begin_checkout, as Google has them",
        "Form submit → generate_lead (form_id, page_path)",
        "Event category: CTA\nEvent label: Hero",
        "Campaign name: spring_2026",
        "GA4 property: G-ABC123XYZ",
        "Custom dimension: plan-type",
        "E-mail: measured in HubSpot",
        "Go-live: 12 May",
        "Consent mode: v2",
        "WEB-123",
        "HubSpot\nLinkedIn:\nScroll\nYes",
        "Micro conversions: scroll, click",
        "Event: same as before",
        "Event: click on the button → cta_click",
        "cta_click?",
        "Action | Event name | Parameters | Priority\nCTA click | cta_click | cta_text | High",
        "Event name | Event category | Event label\nplan_opened | Pricing | plan name",
        "purchase: transaction_id, items; trigger: Click",
    ],
)
def test_what_is_said_about_events_is_none(text: str) -> None:
    """Descriptions, labels, tools and tickets beside the events are hints at most."""
    assert [found.code for found in check(["ga4"], text) if found.severity != "hint"] == []


@pytest.mark.parametrize("text", ["_plan_opened: plan", "Event | Parameters\nplan-opened | plan", "Sign Up: method"])
def test_names_are_still_judged_beside_descriptions(text: str) -> None:
    """What is a name by its look, its column or its parameters is judged as one."""
    assert "must" in {found.severity for found in check(["ga4"], text)}


def test_a_remark_is_no_sure_event() -> None:
    """A few words on a line of their own may be a remark: they are only pointed at, unless they are called events."""
    remark, named, listed = (check(["ga4"], text) for text in ("CTA clicks", "Event: CTA clicks", "CTA clicks: page"))

    assert [finding.severity for finding in (*remark, *named, *listed)] == ["hint", "must", "must"]
    assert {finding.severity for finding in check(["ga4"], "2nd Step!")} == {"must"}


def test_places_and_values_of_parameters() -> None:
    """A name's place is where it stands in the section, and its value stays with it."""
    text = "sign_up: method\nplan_opened {plan: 'team'}"

    event = read(text).events[1]

    assert text[event.name.start : event.name.end] == "plan_opened"
    assert [(text[name.start : name.end], name.value) for name in event.parameters] == [("plan", "team")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sign_up: method", set()),
        ("2nd Step!", {"bad_characters", "starts_wrong"}),
        ("2nd_step", {"starts_wrong"}),
        ("sign-up: method", {"bad_characters"}),
        ("Event: Sign Up Sent", {"bad_characters"}),
        ("größe_gewählt", {"bad_characters"}),
        ("a" * 40, set()),
        ("a" * 41, {"too_long"}),
        (f"plan_opened: {'p' * 41}", {"too_long"}),
        (f"plan_opened {{plan: '{'v' * 100}'}}", set()),
        (f"plan_opened {{plan: '{'v' * 101}'}}", {"too_long"}),
        (f"plan_opened {{page_location: '{'v' * 101}'}}", set()),
        ("_private", {"starts_wrong", "reserved_prefix"}),
        ("gtag.sent", {"bad_characters", "reserved_prefix"}),
        ("plan_opened: firebase_plan", {"reserved_prefix"}),
        ("query_id", {"reserved_prefix"}),
        ("query_id_sent: plan", {"reserved_prefix"}),
        ("query_identity_checked", set()),
        ("query_idea_sent", set()),
        ("search_done: query_id", set()),
        ("User property: query_id", set()),
        ("planOpened", {"not_snake_case"}),
        ("PlanOpened: plan", {"not_snake_case"}),
        ("plan_opened: session_number", {"reserved_parameter"}),
        ("view_complete", {"reserved_name"}),
        ("page_view", {"reserved_name", "automatic_event"}),
        ("video_complete", {"automatic_event"}),
        ("plan_opened: " + ", ".join(f"p{number}" for number in range(25)), set()),
        ("plan_opened: " + ", ".join(f"p{number}" for number in range(26)), {"too_many_parameters"}),
        ("generate_lead: value", {"missing_parameter"}),
        ("generate_lead: value, currency", set()),
        ("plan_opened: value", {"missing_parameter"}),
        ("earn_virtual_currency: virtual_currency_name, value", set()),
        ("spend_virtual_currency: value, virtual_currency_name, item_name", set()),
        ("purchase: transaction_id, items", set()),
        ("refund: value, currency", {"missing_parameter"}),
        ("User properties: plan", set()),
        ("User property: user_id", {"reserved_name"}),
        (f"User property: {'u' * 25}", {"too_long"}),
    ],
)
def test_what_ga4_refuses(text: str, expected: set[str]) -> None:
    """Each rule of GA4 has its code."""
    assert codes(text) == expected


@pytest.mark.parametrize("name", sorted(ga4_rules.RESERVED_EVENTS))
def test_every_reserved_name_is_known(name: str) -> None:
    """Reserved names must not be used; those that GA4 collects by itself are only pointed at."""
    automatic = name in ga4_rules.AUTOMATIC_EVENTS | ga4_rules.ENHANCED_EVENTS

    found = {finding.code: finding.severity for finding in check(["ga4"], f"event: {name}")}

    assert found["ga4.reserved_name"] == ("hint" if automatic else "must")
    assert ("ga4.automatic_event" in found) == automatic


@pytest.mark.parametrize(
    ("name", "needed"), [(name, needed) for name, needed in ga4_rules.RECOMMENDED_EVENTS.items() if needed]
)
def test_recommended_events_need_their_parameters(name: str, needed: tuple[str, ...]) -> None:
    """With parameters listed, a missing one is named; with none listed it is a hint."""
    listed = check(["ga4"], f"{name}: method")
    bare = check(["ga4"], f"event: {name}")

    assert [(finding.code, finding.severity) for finding in listed] == [("ga4.missing_parameter", "should")]
    assert [(finding.code, finding.severity) for finding in bare] == [("ga4.missing_parameter", "hint")]
    assert codes(f"{name}: {', '.join(needed)}") == set()


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("2nd Step!", "second_step"),
        ("signUp", "sign_up"),
        ("Sign Up", "sign_up"),
        ("ga_plan", "plan"),
        ("_plan", "plan"),
        ("3_steps", "steps_3"),
        ("42", "step_42"),
        ("query_id", "query"),
        ("Query Id Sent", "query_sent"),
        ("!!!", "event"),
        ("a" * 50, "a" * 40),
    ],
)
def test_a_better_name(name: str, better: str) -> None:
    """The example of a finding is a name that GA4 takes, as near as possible."""
    assert better_name(name) == better


def test_a_better_name_of_another_kind() -> None:
    """What is kept from events alone stays in the names of parameters."""
    assert better_name("query-id", "parameter") == "query_id"


def test_a_line_that_is_known_to_be_an_event() -> None:
    """With `--as ga4_event` even a line that looks like a sentence is a name."""
    findings = list(check_event("Visitor opened the pricing page", Surroundings()))

    assert [(finding.code, finding.example) for finding in findings] == [
        ("ga4.bad_characters", "visitor_opened_the_pricing_page")
    ]


def test_an_event_over_several_lines() -> None:
    """With JSON Lines an event may bring its parameters on lines of their own."""
    findings = list(check_event("Plan Opened\nParameters: ga_plan", Surroundings()))

    assert [finding.code for finding in findings] == ["ga4.bad_characters", "ga4.reserved_prefix"]


def test_the_dictionary_of_the_team() -> None:
    """Unknown names are hints; where a known one is near, it is suggested."""
    dictionary = Dictionary({"plan_opened": frozenset({"plan_name"})}, frozenset({"team_size"}))
    around = Surroundings(dictionary=dictionary)

    findings = check(
        ["ga4"], "plan_opned: planName, team_size, currency, colour\nsign_up: method\nsomething_new", around
    )

    assert [(finding.code, finding.severity, finding.example) for finding in findings] == [
        ("ga4.not_in_dictionary", "should", "plan_opened"),
        ("ga4.not_in_dictionary", "should", "plan_name"),
        ("ga4.not_snake_case", "should", "plan_name"),
        ("ga4.not_in_dictionary", "hint", "plan_name"),
        ("ga4.not_in_dictionary", "hint", "plan_opened: plan_name"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(HOSTILE),
        *HOSTILE,
        "x" * 3000,
        "\n".join(f"{number}: <!channel> & *bold* https://evil.example" for number in range(50)),
        'project = WEB AND summary ~ "x" ORDER BY rank',
        "שלום\nБольшой\n日本語\n🎈🎈",
        "{code}\n|| a || b ||\n[x|https://evil.example]\nh1. Heading\n{{mono}}\n<b>bold</b>\n&lt;script&gt;",
    ],
)
def test_what_cannot_be_a_name_stops_nobody(text: str) -> None:
    """Markup, other scripts and half a page are hints at most: a form is not stopped by what was never a name."""
    assert [found.code for found in check(["ga4"], text) if found.severity == "must"] == []
