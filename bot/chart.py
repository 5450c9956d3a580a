"""The picture of readiness over the last weeks, drawn in a process of its own: the library takes 60 MB.

Run as `python -m bot.chart`, with `[["2 Nov", 0.4], …]` on standard input and the PNG on standard output; `bot.drawing`
does.
"""

import json
import sys
from collections.abc import Sequence

WIDTH, HEIGHT, DPI = 3.6, 1.9, 240
"""Inches, inches, dots an inch: sharp on a phone, small enough to load at once, and so narrow that its letters are as
large as those of a message where Slack shows it 360 points wide."""
TEXT = 8
"""Points of its letters."""
BAR, INK = "#3b8f76", "#7c7f84"
"""Read on white and on the dark of Slack alike: the picture has no ground of its own."""


def _png(shares: Sequence[tuple[str, float]]) -> bytes:
    from io import BytesIO

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    names = [name.replace(" ", "\n", 1) for name, _ in shares]  # eight weeks side by side: day above month
    bars = axes.bar(range(len(shares)), [100 * share for _, share in shares], color=BAR, width=0.6)
    axes.bar_label(bars, labels=[f"{100 * share:.0f} %" for _, share in shares], color=INK, fontsize=TEXT)
    axes.set_xticks(range(len(shares)), names, fontsize=TEXT, color=INK)
    axes.set_ylim(0, 112)
    axes.set_yticks([0, 50, 100], ["0 %", "50 %", "100 %"], fontsize=TEXT, color=INK)
    axes.set_title("Open tickets that are ready", fontsize=TEXT + 1, loc="left", color=INK)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)
    axes.tick_params(color=INK)
    buffer = BytesIO()
    figure.savefig(buffer, format="png", transparent=True)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(_png(json.load(sys.stdin)))
