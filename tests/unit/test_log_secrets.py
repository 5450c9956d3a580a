"""No line of the log holds a secret, whatever form it has."""

import subprocess
import sys

import pytest

from bot.log import redact

KEY = "0a1b2c" + "3d4e5f"


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        (f"token xoxb-1-2-{KEY} refused", "token [secret] refused"),
        (f"token xoxe.xoxp-1-{KEY} refused", "token [secret] refused"),
        (f"token xoxe-1-{KEY} refused", "token [secret] refused"),
        (f"xapp-1-A1-2-{KEY}", "[secret]"),
        (
            f"of a person ATATT3{KEY}=0A, of a service account ATSTT3{KEY}",
            "of a person [secret], of a service account [secret]",
        ),
        (f"Authorization: Bearer {KEY}", "Authorization: Bearer [secret]"),
        (f"authorization: bearer {KEY}", "authorization: bearer [secret]"),
        (f"authorization: basic {KEY}==", "authorization: basic [secret]"),
        (f"AUTHORIZATION: BASIC {KEY}==", "AUTHORIZATION: BASIC [secret]"),
        (f"postgresql://{KEY}@db/x", f"postgresql://{KEY}@db/x"),
        (f"postgresql://bot:{KEY}@db/x", "postgresql://[secret]@db/x"),
        (f"postgresql://bot:a/{KEY}@db/x", "postgresql://[secret]@db/x"),
        (f"postgresql://bot:a@b:/{KEY}@db:5432/x", "postgresql://[secret]@db:5432/x"),
        (f"redis://:{KEY}/@cache", "redis://[secret]@cache"),
        (f"bot:{KEY}@db", "bot:[secret]@db"),
        (f"key 2/1200000000001/1200000000002:{KEY} is spent", "key [secret] is spent"),
        (f"key 1/1200000000001:{KEY} is spent", "key [secret] is spent"),
        (f"POST https://hooks.slack.com/commands/T1/2/{KEY}", "POST https://hooks.slack.com/[secret]"),
        (f"'https://hooks.slack.com/actions/T1/2/{KEY}'", "'https://hooks.slack.com/[secret]'"),
        (
            "GET https://jira.example:8443/rest/api/3/issue/WEB-1",
            "GET https://jira.example:8443/rest/api/3/issue/WEB-1",
        ),
        ("request created as WEB-1 in jira on 2/12/2030", "request created as WEB-1 in jira on 2/12/2030"),
    ],
)
def test_secrets_are_left_out(said: str, logged: str) -> None:
    """Tokens, passwords in addresses, headers and response URLs are replaced, also inside of lists and mappings."""
    assert redact(None, "info", {"event": said, "more": [{"deep": said}]}) == {
        "event": logged,
        "more": [{"deep": logged}],
    }


def test_nothing_is_held_for_tracebacks_that_are_never_printed() -> None:
    """The library for them comes with the terminal's tables; whoever wants those finds it."""
    code = "import sys, bot.log; print('rich' in sys.modules); import rich.console; print(rich.__name__)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "rich"]
