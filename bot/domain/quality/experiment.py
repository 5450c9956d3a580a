"""Checks of experiments: hypothesis, variants, primary metric, smallest uplift that matters, and how long.

A form asks for these in fields of their own, so the other sections of the ticket count as well.
"""

import re
from collections.abc import Iterator

from bot.domain.quality.catalogue import found
from bot.domain.quality.finding import Finding, Surroundings
from bot.domain.quality.language import is_english

_FIELDS = {
    "variants": ("variants", "variant", "versions", "control"),
    "metric": ("primary_metric", "metric", "kpi", "success_metric"),
    "uplift": ("minimum_uplift", "uplift", "mde", "minimum_detectable_effect", "effect"),
    "duration": ("duration", "sample_size", "runtime", "start_and_duration", "traffic"),
}
_HYPOTHESIS = re.compile(
    r"\bif\b(?!\s+(?:possible|needed|necessary|applicable|so|yes|not)\b)[^.]{3,400}?(?:,|\bthen\b)[^.]{3,}|\b(?:we|i)\s+(?:believe|expect|assume|think|predict|hypothesi[sz]e"
    r"|suspect)\b|\bhypothesis\s*:|\bby\s+\w+ing\b[^.]{3,300}\bwill\b"
    r"|\b(?:will|would|should|could|might|may)\s+(?:increase|decrease|raise|lower|reduce|improve|lead|go|drop|rise|grow"
    r"|convert|bring|lift|boost|result|cut)\b|\bbecause\b|→|[-=]>|\bassumption\s*:|\bconvinced\b|,\s*so\b"
    r"|\b(?:increases|decreases|raises|lowers|reduces|improves|lifts|boosts|leads\s+to|results\s+in|(?:gets|makes|brings)\s+more)\b"
    r"|\bwhen\b[^.]{3,200}?\bthen\b|\bthe\s+(?:more|fewer|less|shorter)\b[^.]{3,80}?\bthe\s+(?:more|fewer|less|higher|lower)\b",
    re.IGNORECASE,
)
_VARIANTS = re.compile(
    r"\bvariant|\bversion\s*[a-z0-9]\b|\bcontrol\b|\btreatment\b|\bA/B\b|\bvs\.?\b|\bversus\b|\binstead\s+of\b"
    r"|\bcompared\s+(?:to|with)\b|\b[AB]\s*[:=)]"
    r"|\bfrom\b.{1,80}\bto\b|\bcompare\b|\b\d\d\s?/\s?\d\d\b|\bsplit\b|\b(?:today|original|baseline|current(?:ly)?)\b|\breplac|\bwith\s+and\s+without\b"
    r"|\brather\s+than\b|\bhalf\s+of\b",
    re.IGNORECASE,
)
_METRIC = re.compile(
    r"\b(?:conversions?|rate|ctr|cvr|cpa|cpl|roas|aov|revenue|clicks?|sign-?\s?ups?|leads?|orders?|purchases?"
    r"|demo\s+requests?|requests?|share\s+of|number\s+of"
    r"|bounce|bookings?|downloads?|registrations?|subscriptions?|subscribers?|sales|sessions?|time\s+on\s+page"
    r"|retention|churn|completions?|submissions?|sends?\s+it|send\s+it"
    r"|add(?:s|ed)?[\s-]to[\s-]carts?|(?:more|fewer)\s+(?:people|visitors|users|customers)\s+\w+|open\s+rate"
    r"|scroll\s+depth|kpi|metric|nps|[ms]qls?|trials?|(?:phone\s+)?calls|dwell\s+time|basket\s+size)\b",
    re.IGNORECASE,
)
# Only whether these are found counts, so a number is read from its last digits: every text is gone through once.
_UPLIFT = re.compile(
    r"\d[.,]*+\s*+(?:%|per\s?cent|percentage|pp\b|points?\b|basis)|\bby\s++(?:at\s++least\s++)?\d|\bat\s++least\s++\d"
    r"|\bfrom\s++[^\s\d]*+\d\S*+(?:(?<=\bto)|.{0,20}\bto)\s++[^\s\d]*+\d|\b(?:double|triple|halve|twice)\w*"
    r"|(?<!\w)\+\s?\d|\d\s+(?:more|fewer|additional|extra)\b|\b(?:one|two|three|five|ten|fifteen|twenty|fifty)\s+per\s?cent"
    r"|\bhalf\s+a\s+(?:percentage\s+)?point\b|\ba\s+(?:tenth|fifth|quarter|third|half)\s+(?:more|fewer|less)\b|\bmde\b\D{0,20}\d|\buplift\b\D{0,40}\d",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"\b(?:\d++|one|two|three|four|five|six|seven|eight|ten|twelve|a|an)\s*+[-–]?+\s*+(?:to\s++\d++\s++)?(?:full\s++)?(?:days?|weeks?"
    r"|wks?|months?|quarters?|fortnights?|(?:business\s+)?cycles?)\b|\b(?:un)?till?\b|\bq[1-4]\b|\b\d{1,2}w\b"
    r"|\b(?:through|throughout|during|in)\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\s+\d{1,2}\s*+[-–]"
    r"|\b\d{1,2}\.?\s?[-–]\s?\d{1,2}\.?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\b\d++[.,]*+\s*+k?+\s*+(?:visitors|users|sessions|people|participants|samples"
    r"|contacts|recipients|impressions|conversions)"
    r"|\bsample\s+size\b\D{0,30}\d|\bper\s+(?:arm|variant|group)\b|\bn\s*[=≥]\s*\d|\bfrom\s+\d{1,2}[./ ]",
    re.IGNORECASE,
)


def check(text: str, around: Surroundings) -> Iterator[Finding]:
    """What an experiment lacks, in this text and in the fields beside it; only English is judged."""
    if not text.strip() or not is_english(text):
        return
    end = len(text.rstrip())
    if not _HYPOTHESIS.search(text):
        yield found("experiment.no_hypothesis", "Say it as a hypothesis: if …, then …, because ….", 0, end)
    for part, pattern, code, message in _PARTS:
        if not pattern.search(text) and not _beside(part, around):
            yield found(code, message, end, end)


_PARTS = (
    ("variants", _VARIANTS, "experiment.no_variants", "Say what is compared: today's version, and the new one."),
    ("metric", _METRIC, "experiment.no_metric", "Say which number decides."),
    ("uplift", _UPLIFT, "experiment.no_uplift", "Say which change is worth it, in per cent or percentage points."),
    ("duration", _DURATION, "experiment.no_duration", "Say for how many weeks, or with how many visitors."),
)


def _beside(part: str, around: Surroundings) -> bool:
    """Whether a section of its own holds this part."""
    return any(around.sections.get(name, "").strip() for name in _FIELDS[part])
