"""The process that draws the picture of readiness."""

import sys
from pathlib import Path

import pytest

from bot import drawing

SHARES = [("28 Sep", 0.0), ("5 Oct", 1.0), ("12 Oct", 0.355)]


def program(tmp_path: Path, lines: str) -> str:
    """A program that is started in place of Python."""
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{lines}\n")
    script.chmod(0o755)
    return str(script)


async def test_it_is_a_png(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn by our own program, also where somebody else's folder has its name."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").touch()
    (tmp_path / "bot" / "chart.py").write_text("print('not ours')")
    monkeypatch.chdir(tmp_path)
    assert (await drawing.draw(SHARES)).startswith(b"\x89PNG")


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
