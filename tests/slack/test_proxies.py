"""Proxies: the usual variables count for every call to Slack, `NO_PROXY` and loopback always."""

from collections.abc import Callable

import pytest

from bot.domain.errors import ConfigurationError
from bot.proxies import forget_proxies, proxy_for, spare_loopback
from bot.slack.gateway import Gateway
from tests.stub_server import StubServer

VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the variables, given in lower case, to these and no others."""

    def only(**given: str) -> None:
        for name in VARIABLES:
            monkeypatch.delenv(name.upper(), raising=False)
            monkeypatch.delenv(name, raising=False)
        for name, value in given.items():
            monkeypatch.setenv(name, value)

    only()
    return only


@pytest.mark.parametrize(
    ("given", "url", "proxy"),
    [
        ({}, "https://slack.com/api/", None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "https://slack.com/api/", "http://proxy:3128"),
        ({"HTTPS_PROXY": "proxy:3128"}, "wss://wss-primary.slack.com/link", "http://proxy:3128"),
        ({"HTTP_PROXY": "http://proxy:3128"}, "https://slack.com/api/", None),
        ({"http_proxy": "http://proxy:3128"}, "ws://slack.example/link", "http://proxy:3128"),
        ({"https_proxy": "http://proxy:3128", "NO_PROXY": "other.example,.slack.com"}, "https://a.slack.com/x", None),
        ({"https_proxy": "http://proxy:3128", "no_proxy": "*"}, "https://slack.com/api/", None),
        ({"http_proxy": "http://proxy:3128"}, "http://127.0.0.1:8090/slack/api/", None),
        ({"http_proxy": "http://proxy:3128"}, "ws://localhost:8090/link", None),
    ],
)
def test_which_proxy_an_address_has(
    proxies: Callable[..., None], given: dict[str, str], url: str, proxy: str | None
) -> None:
    """As every program reads the variables, for web sockets too; loopback goes through none."""
    proxies(**given)

    assert proxy_for(url) == proxy


@pytest.mark.parametrize("value", ["socks5://user:secret@proxy:1080", "http://:3128", "http://[proxy", "http://p:port"])
def test_a_proxy_that_cannot_be_used_is_said(proxies: Callable[..., None], value: str) -> None:
    """The variable is named, its value, which may hold a password, is not."""
    proxies(HTTPS_PROXY=value)
    with pytest.raises(ConfigurationError) as caught:
        proxy_for("https://slack.com/api/")

    [problem] = caught.value.problems
    assert problem == "HTTPS_PROXY is no proxy that works here: write http://host:port, or unset it."


async def test_calls_go_through_the_proxy(proxies: Callable[..., None]) -> None:
    """A call to Slack asks the proxy for Slack's address; with `NO_PROXY` it does not."""
    proxy = StubServer()
    proxy.always(200, {"ok": True, "team": "by proxy"})
    proxies(http_proxy=proxy.url)
    through = Gateway("xoxb-x", "http://slack.invalid/api/")
    try:
        assert (await through.call("auth.test"))["team"] == "by proxy"
        assert proxy.lines == ["POST http://slack.invalid/api/auth.test"]
    finally:
        await through.close()
        proxy.stop()


def test_loopback_is_added_to_what_is_spared(proxies: Callable[..., None]) -> None:
    """Clients that read `NO_PROXY` by themselves leave loopback alone, and what was spared before."""
    from urllib.request import proxy_bypass

    proxies(http_proxy="http://proxy:3128", NO_PROXY="jira.example")
    spare_loopback()
    spare_loopback()

    assert all(proxy_bypass(host) for host in ("127.0.0.1:8090", "localhost", "jira.example"))
    assert not proxy_bypass("slack.com")
    forget_proxies()
    assert proxy_for("http://slack.com/") is None
