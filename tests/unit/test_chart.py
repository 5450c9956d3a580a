"""The picture of readiness: its letters and bars, and the process that draws it."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from string import ascii_letters, digits, punctuation

import pytest
from PIL import Image, ImageFont

from bot import drawing
from bot.chart import BAR, BASE, FULL, HEIGHT, LEFT, LINE, RIGHT, TEXT, TICK, WIDTH, picture

SHARES = [("28 Sep", 0.0), ("5 Oct", 1.0), ("12 Oct", 0.355)]


def program(tmp_path: Path, lines: str) -> str:
    """A program that is started in place of Python."""
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{lines}\n")
    script.chmod(0o755)
    return str(script)


def empty_columns(drawn: Image.Image, top: int, bottom: int) -> list[int]:
    """Where nothing stands between two heights, right of the axis."""
    band = drawn.crop((LEFT, top, WIDTH, bottom))
    return [x for x in range(band.width) if band.crop((x, 0, x + 1, band.height)).tobytes().strip(b"\0") == b""]


def gaps(columns: list[int]) -> int:
    """How many stretches these columns make."""
    return sum(1 for before, here in zip([-2, *columns], columns, strict=False) if here != before + 1)


def test_the_font_has_every_letter_of_ascii() -> None:
    """`in_pictures` relies on it."""
    letters = ImageFont.load_default(TEXT)
    unknown = bytes(letters.getmask("\uffff"))
    assert unknown.strip(b"\0")
    assert [one for one in ascii_letters + digits + punctuation if bytes(letters.getmask(one)) == unknown] == []


@pytest.mark.parametrize("weeks", range(1, 13))
def test_bars_are_as_high_as_their_shares(weeks: int) -> None:
    """For each number of weeks, with nothing at 0 %."""
    shares = [((number + 1) % 3) / 2 for number in range(weeks)]
    drawn = picture([("28 Sep", share) for share in shares])
    room = (RIGHT - LEFT) / weeks
    for number, share in enumerate(shares):
        middle = round(LEFT + room * (number + 0.5))
        dots = drawn.crop((middle, 0, middle + 1, HEIGHT)).tobytes()
        assert dots.count(BAR) == round(share * (BASE - FULL))


@pytest.mark.parametrize("weeks", [1, 2, 8, 12])
@pytest.mark.parametrize("name", ["28 Sep", "28. Sept.", "szept. 28.", "28 de mar.", "28 May", "Kutawonsa 28", "11/24"])
def test_words_touch_neither_each_other_nor_the_title_nor_the_edge(name: str, weeks: int) -> None:
    """Long names and many weeks get smaller letters."""
    drawn = picture([(name, 1.0)] * weeks)
    assert drawn.size == (WIDTH, HEIGHT)
    rows = [drawn.crop((0, y, WIDTH, y + 1)).tobytes().strip(b"\0") for y in range(HEIGHT)]
    assert rows[0] == rows[-1] == b""
    assert not all(rows[20:FULL])  # between title and labels
    assert drawn.crop((0, 0, 1, HEIGHT)).tobytes().strip(b"\0") == b""
    assert drawn.crop((WIDTH - 1, 0, WIDTH, HEIGHT)).tobytes().strip(b"\0") == b""
    below = empty_columns(drawn, BASE + LINE + TICK, HEIGHT)
    above = empty_columns(drawn, 50, FULL)
    assert gaps(below) >= weeks + 1
    assert gaps(above) >= weeks + 1


async def test_it_is_a_png_without_a_ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn by our own program, also where somebody else's folder has its name."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").touch()
    (tmp_path / "bot" / "chart.py").write_text("print('not ours')")
    monkeypatch.chdir(tmp_path)
    with Image.open(BytesIO(await drawing.draw(SHARES))) as found:
        assert (found.format, found.size) == ("PNG", (WIDTH, HEIGHT))
        seen = found.convert("RGBA")
        colours = {colour for _, colour in seen.getcolors(maxcolors=300) or [] if isinstance(colour, tuple)}
        assert seen.getpixel((0, 0)) == (255, 255, 255, 0)
    assert {colour[:3] for colour in colours if colour[3]} == {(0x7C, 0x7F, 0x84), (0x3B, 0x8F, 0x76)}


async def test_the_process_hears_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the environment it gets what Python may need to start."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("TZ", "Europe/Vienna")
    monkeypatch.setattr(sys, "executable", program(tmp_path, "exec env"))
    heard = (await drawing.draw(SHARES)).decode()
    assert "TZ=Europe/Vienna" in heard
    assert "secret" not in heard


@pytest.mark.parametrize("lines", ["exec sleep 60", "exit 1", "cat >/dev/null", "cat; exit 1"])
async def test_a_picture_that_fails_is_an_error_that_callers_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str
) -> None:
    """Hanging, refusing, silent, or breaking off."""
    monkeypatch.setattr(sys, "executable", program(tmp_path, lines))
    monkeypatch.setattr(drawing, "WITHIN", 0.3 if "sleep" in lines else 20)
    with pytest.raises(OSError, match="the picture"):
        await drawing.draw(SHARES)


def test_the_program_loads_only_what_it_needs() -> None:
    """Its memory is most of what it costs."""
    code = "import runpy, sys; runpy.run_module('bot.chart', run_name='__main__'); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(SHARES).encode(), capture_output=True, check=True
    )
    loaded = set(done.stderr.decode().split())
    assert "PIL.PngImagePlugin" in loaded
    assert {name for name in loaded if name.startswith("bot")} <= {"bot", "bot.chart"}
    assert loaded.isdisjoint({"asyncio", "pydantic", "PIL.GifImagePlugin", "PIL.JpegImagePlugin"})
