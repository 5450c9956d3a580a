"""Which calls go through a proxy, for every client of ours: the usual variables say so, and loopback never does.

The clients disagree by themselves: aiohttp ignores the variables, Slack's Socket Mode client takes a proxy from them
without a look at `NO_PROXY`, requests and httpx would send even loopback through it.
"""

import os
from urllib.parse import urlsplit

from bot.domain.errors import ConfigurationError

LOOPBACK = ("localhost", "127.0.0.1", "::1")
WEB = {"ws": "http", "wss": "https"}


def spare_loopback() -> None:
    """Add loopback to `NO_PROXY`, for this process: no proxy can reach what listens here."""
    told = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    if told.strip() == "*":
        return
    known = [name.strip() for name in told.split(",") if name.strip()]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(dict.fromkeys([*known, *LOOPBACK]))


def forget_proxies() -> None:
    """Take all proxies out of the environment of this process, which calls nothing but loopback."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "*"


def proxy_for(url: str) -> str | None:
    """The proxy for an address of http, https, ws or wss, as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say.

    Raises:
        ConfigurationError: it is a proxy that our clients cannot use.
    """
    from urllib.request import getproxies, proxy_bypass  # late: it takes longer to import than all of the command line

    parts = urlsplit(url)
    scheme, host = WEB.get(parts.scheme, parts.scheme), parts.hostname or ""
    proxy = getproxies().get(scheme, "").strip()
    if not proxy or host in LOOPBACK or proxy_bypass(f"{host}:{parts.port}" if parts.port else host):
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    try:
        proxied = urlsplit(proxy)
        usable = proxied.scheme in {"http", "https"} and bool(proxied.hostname) and proxied.port != 0
    except ValueError:  # brackets or a port that are none
        usable = False
    if not usable:
        name = f"{scheme}_proxy".upper()
        raise ConfigurationError([f"{name} is no proxy that works here: write http://host:port, or unset it."])
    return proxy
