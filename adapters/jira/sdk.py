"""The `jira` SDK with its traps switched off. Imported only when Jira is called: it takes a tenth of a second.

- It retries by itself, POST included, and waits in the thread: `max_retries=0`.
- It waits for ever: `timeout`, for each read, and `_Watched`, so that the whole call can be cut off.
- It asks for serverInfo when made, and without that answer its search returns None: the search is a call of ours.
- It reads an issue back after creating it, looks up link types and application links before linking, and refuses
  the create metadata of Jira Cloud: `prefetch=False`, and calls of ours through its session.
- It follows redirects, which turns a POST into a GET: none are followed.
- It takes what Jira answers to strangers for an answer to us: see `_told_as_strangers`.
"""

import json
from collections.abc import Mapping
from typing import Any

from jira import JIRA
from jira.resilientsession import raise_on_error
from requests import Response
from requests.adapters import HTTPAdapter

from adapters.jira.settings import JiraEnvironment
from adapters.json_text import parsed
from adapters.watched import watch

CONNECT_SECONDS = 5.0
STRANGER = "AUTHENTICATED_FAILED"
CREATED, UNAUTHORIZED = 201, 401


class _Watched(HTTPAdapter):
    """Connections that can be cut off, through proxies too."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """See requests."""
        super().init_poolmanager(*arguments, **named)
        watch(self.poolmanager)

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> Any:
        """See requests."""
        manager = super().proxy_manager_for(*arguments, **named)
        watch(manager)
        return manager


def _told_as_strangers(response: Response, *_: object, **__: object) -> None:
    """Make a 401 of what Jira Cloud answers to a token that it does not accept.

    Much of it may be asked by anybody, so with an expired token a search finds nothing (200) and no issue is there
    (404): tickets would be taken for deleted. Only a header tells. What was made is no refusal, whoever made it.

    Source: "Jira Cloud: JQL search REST API returns 200 OK without API token", support.atlassian.com/jira/kb.
    """
    if STRANGER in response.headers.get("X-Seraph-LoginReason", "") and response.status_code != CREATED:
        response.status_code = UNAUTHORIZED


class Sdk(JIRA):  # type: ignore[misc]  # the SDK's annotations contradict each other
    """The SDK, made without any request, and a way to make the calls that it cannot."""

    def __init__(self, environment: JiraEnvironment, read_seconds: float) -> None:
        basic = (environment.email.encode(), environment.api_token.get_secret_value().encode())
        token = "" if all(basic) else environment.token.get_secret_value()
        super().__init__(
            server=environment.url,
            options={"rest_api_version": "3", "check_update": False},
            basic_auth=None if token else basic,
            token_auth=token or None,
            get_server_info=False,
            validate=False,
            max_retries=0,
            timeout=(CONNECT_SECONDS, read_seconds),
            logging=False,
        )
        self._session.max_redirects = 0
        self._session.hooks["response"].append(_told_as_strangers)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _Watched())

    def call(
        self,
        method: str,
        path: str,
        shape: type,
        params: Mapping[str, Any] | None = None,
        body: dict[str, Any] | None = None,
    ) -> Any:
        """One request to the REST API; `{}` for an empty answer.

        Raises:
            JIRAError: Jira refused.
            TypeError: the answer is not of this shape, `dict` or `list`.
            ValueError: it is no JSON.
        """
        data = None if body is None else json.dumps(body)
        response = self._session.request(method, self._get_url(path), params=params, data=data)
        raise_on_error(response)
        answer = parsed(response.content) if response.content else {}
        if not isinstance(answer, shape):
            raise TypeError(f"no {shape.__name__}")
        return answer
