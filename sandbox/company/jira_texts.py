"""Descriptions of the Jira issues: complete ones, incomplete ones, and some written by hand in their own way."""

from sandbox.company.adf import Node, a, at, b, code, doc, h, lozenge, mono, ol, p, panel, rule, table, tasks, ul
from sandbox.company.people import ACCOUNTS

FIGMA = "https://www.figma.com/design/EXAMPLE"

WEB_TEXTS: dict[str, Node] = {
    "pricing": doc(
        h(2, "User story"),
        p(
            "As a head of IT with 50 to 500 people, I want to see the price for my number of people, so that I can "
            "order without a call."
        ),
        h(2, "Acceptance criteria"),
        ul(
            "Given 120 people, the page shows the price of the middle plan",
            "Changing the number changes the price within 200 ms, without a reload",
            "On a phone 375 px wide, nothing scrolls sideways",
            "The button leads to the order form with the plan already chosen",
        ),
        h(2, "Campaign goal"),
        p("Orders without a call from 12 to 20 a month by the end of the second quarter."),
        h(2, "Target audience"),
        p("Heads of IT in companies with 50 to 500 people, coming from search ads."),
        h(2, "Expected business impact"),
        p("8 more orders a month at about 1,900 € each, some 15,000 € a month."),
        h(2, "Design assets"),
        p(a("Pricing page, desktop and mobile", f"{FIGMA}/pricing"), ", approved"),
        h(2, "Tracking requirements"),
        ul((mono("select_item"), ": item_id, price"), (mono("begin_checkout"), ": value, currency")),
        h(2, "A/B test this?"),
        p("No. Too few visitors: about 300 a month, a test would take half a year."),
    ),
    "webinar": doc(
        h(2, "User story"),
        p("As a marketing lead, I want to register for the webinar, so that I get the recording too."),
        h(2, "Acceptance criteria"),
        ul("The form asks for name and e-mail only", "It should be fast"),
        h(2, "Campaign goal"),
        p("As many registrations as possible."),
        h(2, "Design assets"),
        p("TBD"),
    ),
    "safari": doc(
        panel("warning", p(b("Seen by three customers"), " since the release of last week.")),
        h(3, "What happens"),
        p("On an iPhone the last column of the comparison table is cut off. One cannot scroll to it."),
        h(3, "How to see it"),
        ol(
            "Open /compare on an iPhone, Safari 17 or newer",
            "Turn the phone upright",
            "Look at the column “Enterprise”",
        ),
        h(3, "What should happen"),
        p("The table scrolls sideways inside its frame."),
        table(
            ("Device", "Browser", "Result"),
            ("iPhone 13", "Safari 17", lozenge("cut off", "red")),
            ("iPhone 15", "Safari 18", lozenge("cut off", "red")),
            ("Pixel 8", "Chrome", lozenge("fine", "green")),
        ),
    ),
    "newsletter": doc(
        h(2, "User story"),
        p("As a reader, I want to sign up for the newsletter below an article, so that I do not miss the next one."),
        h(2, "Target audience"),
        p("Readers of the blog, most of them on phones."),
    ),
    "redirects": doc(
        p("Old addresses from last year's campaigns end in a 404. The list is attached."),
        h(2, "Done when"),
        tasks(
            (True, "Every address in the list answers with 301"),
            (False, "The report of broken links is empty for a week"),
        ),
        code("location = /spring-sale { return 301 /pricing; }", "nginx"),
    ),
    "upgrade": doc(
        panel("note", p("No releases of the website while this runs.")),
        h(2, "What is limited"),
        p("Version 11 gets no security fixes after the end of the quarter. We move to version 12."),
        h(2, "From and to"),
        p("The window needs two days; the hoster has to confirm it."),
        h(2, "Affected systems"),
        table(
            ("System", "What changes", "Who"),
            ("Website", "Read-only for four hours", at(ACCOUNTS["jonas"], "Jonas Sample")),
            ("Forms", "Switched off, leads are kept", "Hoster"),
            ("Search", "New index, one night", "Hoster"),
        ),
    ),
    "hero": doc(p("The hero looks old. Can we make it more modern and snappy? Maybe with a video.")),
    "stories": doc(
        h(2, "User story"),
        p("As a visitor, I want to filter customer stories by industry, so that I find one like my company."),
        h(2, "Acceptance criteria"),
        ul("Choosing an industry shows its stories only", "The choice stands in the address and can be shared"),
        h(2, "Campaign goal"),
        p("Time on the page from 40 to 60 seconds by the end of the year."),
        h(2, "Target audience"),
        p("Visitors from the comparison pages."),
        h(2, "Expected business impact"),
        p("Not needed, because it is a small step of a larger plan."),
        h(2, "Design assets"),
        p(a("Filter, all states", f"{FIGMA}/stories")),
        h(2, "Tracking requirements"),
        ul((mono("filter_stories"), ": industry")),
    ),
    "checkout": doc(
        p(b("Context: "), "people leave at the payment step and write to us to ask when it arrives."),
        rule(),
        table(
            ("Section", "Notes"),
            ("Story", "As a buyer I want to see the delivery date before I pay, so that I can decide."),
            ("Done when", "Date is shown for every item; it is never later than what the confirmation says"),
            ("Goal", "Fewer questions to support"),
        ),
        panel("info", p("Designs follow. ", a("First sketch", f"{FIGMA}/checkout"))),
    ),
}

GROW_TEXTS: dict[str, Node] = {
    "signup": doc(
        h(2, "User story"),
        p("As a visitor, I want to sign up with three fields, so that I can start within a minute."),
        h(2, "Acceptance criteria"),
        ul(
            "Half of the visitors see the form with three fields, the others today's with seven",
            "Who saw one form sees the same one again",
            "Leads of both forms arrive in the CRM with the name of the variant",
        ),
        h(2, "Hypothesis"),
        p("If we ask for three fields instead of seven, sign-ups go up, because most people stop at the phone number."),
        h(2, "Variants"),
        ul("Today: seven fields", "B: name, e-mail, company"),
        h(2, "Primary metric"),
        p("Share of visitors who send the form"),
        h(2, "Minimum uplift"),
        p("0.5 percentage points, from 5.0 % to 5.5 %"),
        h(2, "Duration"),
        p("3 weeks at about 2,900 visitors a day"),
        h(2, "Tracking requirements"),
        ul((mono("experiment_view"), ": variant"), (mono("generate_lead"), ": variant, form_id")),
    ),
    "twice": doc(
        p("Leads are counted twice since the consent banner changed."),
        code("dataLayer.push({event: 'generate_lead', form_id: 'webinar'})  // twice", "javascript"),
        panel("error", p("The numbers of the last seven days are too high by about a third.")),
    ),
    "crm": doc(
        h(2, "Goal"),
        p("No more copying lists by hand after each webinar."),
        h(2, "Systems"),
        p("Webinar tool → CRM"),
    ),
    "fair": doc(
        h(2, "Decision to take"),
        p("Do we book the trade fair in autumn again?"),
        h(2, "Metric and its definition"),
        p("Leads with a meeting within 60 days after the fair, without existing customers."),
        h(2, "Segment"),
        p("Germany, companies with 50 to 500 people"),
    ),
    "consent": doc(
        h(2, "What is limited"),
        p("The old consent tool ends. Until the move is done, no new tags can be added."),
        panel("warning", p("Campaigns that need a new pixel have to wait.")),
    ),
}
