"""The picture of readiness over the last weeks, drawn by a program of its own, so that its memory is given back.

Run as `python -m bot.chart`, with `[["2 Nov", 0.4], …]` on standard input and the PNG on standard output; `bot.drawing`
does. It imports nothing that it can do without.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 864, 456
"""Dots: sharp on a phone, small enough to load at once, and so narrow that its letters are as large as those of a
message where Slack shows it 360 points wide."""
TEXT, TITLE = 28, 31
"""Dots of its letters."""
INK, BAR = 254, 255
"""What a dot is: ink, the more of it the higher the number, up to the edges of letters; or a bar."""
COLOURS = bytes.fromhex("ffffff" + "7c7f84" * 254 + "3b8f76")
"""Of ink and bars: read on white and on the dark of Slack alike, as the picture has no ground of its own; where that is
lost on the way, it is white."""
SEEN = bytes([*range(INK), 255, 255])
"""How much of the colour is seen, by what a dot is."""
LEFT, RIGHT = 110, 856
"""Where the line below the bars begins and ends."""
FULL, BASE = 92, 356
"""How far down a bar of 100 % begins, and where all bars end."""
LINE, TICK, GAP = 3, 12, 8
"""Thickness of lines, length of the marks beside the axes, the least space beside words."""
WIDEST = 120
"""The width of a bar, if there are few."""


def picture(shares: Sequence[tuple[str, float]]) -> Image.Image:
    """A bar for each week, its share above and its name below.

    Args:
        shares: the name of a week and the share of tickets that were ready, 0 to 1.
    """
    drawn = Image.new("L", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(drawn)
    pen.text((LEFT + TICK, 34), "Open tickets that are ready", INK, ImageFont.load_default(TITLE), "ls")
    _axes(pen)
    _bars(pen, shares)
    drawn.putpalette(COLOURS)
    return drawn


def _axes(pen: ImageDraw.ImageDraw) -> None:
    """The line below the bars, and what their heights mean."""
    letters = ImageFont.load_default(TEXT)
    pen.rectangle((LEFT - TICK, BASE, RIGHT, BASE + LINE - 1), INK)
    for percent in (0, 50, 100):
        height = _height(percent / 100)
        pen.rectangle((LEFT - TICK, height, LEFT - 1, height + LINE - 1), INK)
        pen.text((LEFT - TICK - GAP, height + TEXT // 3), f"{percent} %", INK, letters, "rs")


def _bars(pen: ImageDraw.ImageDraw, shares: Sequence[tuple[str, float]]) -> None:
    """The bars with their words. Names of weeks stand in two lines, most often day above month."""
    room = (RIGHT - LEFT) / len(shares)
    wide = min(room * 0.6, WIDEST)
    labels = [f"{100 * share:.0f} %" for _, share in shares]
    names = [name.replace(" ", "\n", 1) for name, _ in shares]
    above, below = _letters(labels, room), _letters("\n".join(names).split("\n"), room)
    for number, (_, share) in enumerate(shares):
        middle, height = LEFT + room * (number + 0.5), _height(share)
        if height < BASE:
            pen.rectangle((round(middle - wide / 2), height, round(middle + wide / 2) - 1, BASE - 1), BAR)
        pen.rectangle((round(middle) - 1, BASE, round(middle) + 1, BASE + TICK), INK)
        pen.text((middle, height - GAP), labels[number], INK, above, "ms")
        pen.text((middle, BASE + TICK + GAP), names[number], INK, below, "ma", GAP, "center")


def _height(share: float) -> int:
    return round(BASE - share * (BASE - FULL))


def _letters(words: Iterable[str], room: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The usual letters, smaller ones if the widest of some words would touch its neighbour."""
    usual = ImageFont.load_default(TEXT)
    widest = max(map(usual.getlength, words))
    return usual if widest + GAP <= room else ImageFont.load_default(TEXT * (room - GAP) / widest)


if __name__ == "__main__":
    written = BytesIO()
    written.name = "readiness.png"  # by its name one format is loaded, by that of the format five
    picture(json.load(sys.stdin)).save(written, transparency=SEEN)
    sys.stdout.buffer.write(written.getvalue())
