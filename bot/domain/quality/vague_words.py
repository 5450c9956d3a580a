"""Words that everybody reads differently, in groups by what is missing beside them. Our own lists.

`CORE` is vague in any ticket. `THOROUGH` is added for specifications, where "any", "other" or "possible" leave open
which ones are meant; in a ticket these words are mostly harmless.
"""

from collections.abc import Mapping


def _group(reason: str, words: str) -> dict[str, str]:
    return dict.fromkeys((entry.strip() for entry in words.replace("\n", " ").split(",")), reason)


MEASURE = "Say how much, how long or how many"
HARMLESS = ""
_OBSERVE = "Say what one can see or do"
_WHICH = "Say which ones"
_WHEN = "Say in which case"
_LIST = "Say what else, or end the list"
BETTER: Mapping[str, str] = {
    MEASURE: "The page shows its first text within 2 seconds on a phone",
    _OBSERVE: "A visitor sees the three plans side by side, without scrolling",
    _WHICH: "The page lists the plans Basic, Team and Company",
    _WHEN: "If the cart is empty, the button is hidden",
    _LIST: "The table shows price, seats and support of each plan",
}
"""Reason → a text in which nobody has to guess."""

_NOT_VAGUE = _group(
    HARMLESS,
    """
    as well, as well as, as soon as, well known, quick win, quick wins, quick link, quick links, quick start, fast
    forward, big data, best practice, best practices, smart phone, smart phones, good morning, kind regards, best
    regards, many thanks, thanks a lot, happy path, happy flow, how many, how often, how fast, how quickly, how large,
    how big, how well
    """,
)
"""Where one of the words below is part of something else: "on phones as well", "as soon as the form is sent"."""

CORE: Mapping[str, str] = {
    **_NOT_VAGUE,
    **_group(
        MEASURE,
        """
        fast, faster, quick, quickly, rapid, rapidly, slow, slowly, prompt, promptly, timely, soon, immediate,
        immediately, asap, as soon as possible, as well as possible,
        as often as possible, as fast as possible, as quickly as possible, instantly, large, small,
        big, huge, tiny, significant, significantly, considerable, considerably, substantial, substantially,
        noticeable, noticeably, high-quality, high quality, low-quality, cheap, expensive, long enough, short enough,
        frequent, frequently, regularly, often, rarely, occasionally, sometimes, periodically, approximately, roughly,
        about right, a lot of, lots of, a bit, a little, a few, quite, fairly, pretty much, more or less, sufficient,
        sufficiently, adequate, adequately, enough, reasonable, reasonably, minimal, minimize, minimise, maximize,
        maximise, optimal, optimum, optimally, optimize, optimise, high performance, performant, in real time,
        up-to-date, up to date
        """,
    ),
    **_group(
        _OBSERVE,
        """
        mobile friendly, mobile-friendly, seo-friendly, happy, satisfied, delighted, works fine, fully functional,
        bug-free, flawless, flawlessly, good, better, best, great, nice, nicer, nicely, bad, cool, awesome, amazing,
        perfect, perfectly, beautiful, pretty, attractive, appealing, eye-catching, stylish, elegant, clean look,
        fresh, modern, state-of-the-art, state of the art, cutting-edge, world-class, best-in-class, professional,
        delightful, engaging, sexy, on-brand, look and feel, user-friendly, user friendly, usable, easy, easier,
        easily, easy to use, easy-to-use, simple, simpler, simply, intuitive, intuitively, seamless, seamlessly,
        smooth, smoothly, convenient, conveniently, comfortable, effortless, effortlessly, straightforward, robust,
        robustly, reliable, reliably, flexible, flexibly, scalable, extensible, versatile, efficient, efficiently,
        effective, effectively, powerful, responsive, secure, securely, safe, safely, accessible, maintainable,
        portable, compatible, transparent, clearly, obvious, obviously, meaningful, useful, helpful, valuable,
        interesting, important, crucial, proper, properly, correct behaviour, correctly, well, works well, work well,
        working well, as expected, as intended, appropriate, appropriately, suitable, suitably, acceptable,
        satisfactory, relevant, normally, typical, typically, usual, usually, generally, mostly, mainly, ideally,
        neat, tidy, consistent look, smart, high-end, improve, improved, improves, enhance, enhanced, enhances,
        gracefully, optimized, optimised, better than before, sleek, snappy, lightweight, bulletproof
        """,
    ),
    **_group(
        _WHICH,
        "various, several, numerous, multiple ways, many, certain, different kinds of, all kinds of, any kind of, "
        "miscellaneous, some of the, stuff, things, something, somehow, somewhere",
    ),
    **_group(
        _WHEN,
        """
        if possible, where possible, when possible, as possible, if necessary, where necessary, when necessary, as
        necessary, if needed, as needed, when needed, where needed, if required, as required, if appropriate, as
        appropriate, where appropriate, when appropriate, if applicable, where applicable, as applicable, as far as
        possible, as much as possible, to the extent possible, as far as practicable, if practical, where practical,
        preferably, optionally, in most cases, in general, under normal circumstances, nice to have, best effort,
        possibly, maybe, perhaps, eventually, at some point, in the future, could also
        """,
    ),
    **_group(
        _LIST,
        "etc, and so on, and so forth, and more, and the like, or similar, or something, and others, among "
        "others, and/or, including but not limited to, but not limited to, such as but not limited to",
    ),
}

THOROUGH: Mapping[str, str] = {
    **_group(
        _WHICH, "all, any, each, some, other, others, another, different, particular, specific, additional, possible"
    ),
    **_group(MEASURE, "recent"),
    **_group(_OBSERVE, "clear, clean, normal, critical, stable, natural"),
}
