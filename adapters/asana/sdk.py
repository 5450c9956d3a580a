"""Asana's own client with its habits switched off. Imported only when Asana is used: it takes a quarter of a second.

What is switched off, and why (measured with asana 5.4.0):
- `retry_strategy = False`: it retries GET, PUT and DELETE for a minute and more, follows Retry-After without a limit,
  blocks a POST to a host that is down for a minute, and then raises urllib3's `MaxRetryError`;
- `return_page_iterator = False`: its iterator never ends if `next_page` never becomes null;
- `deserialize`: it replaces non-breaking spaces in answers by spaces, and passes what is no JSON on as bytes;
- `move`, `upload`: calls that it makes otherwise than Asana's contract says;
- the thread pool that each client starts: closed at once, we have our own threads.
Timeouts go with each call, always as a tuple: a bare float is ignored. They are for each read; `watch` lets a whole
call be cut off.
"""

import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import quote

import asana
import urllib3
from asana.rest import ApiException, RESTResponse

from adapters.json_text import parsed
from adapters.watched import watch

SAFE_IN_NAMES = " ().,_-"
CHUNK = 64 * 1024
"""Bytes that are read from the disk at a time."""
log = logging.getLogger(__name__)

__all__ = ["ApiException", "FileToSend", "PlainClient"]


@dataclass(frozen=True, slots=True)
class FileToSend:
    """A file whose content can be read from the beginning; `size` in bytes."""

    name: str
    content_type: str
    size: int
    content: IO[bytes]


class PlainClient(asana.ApiClient):  # type: ignore[misc]  # the SDK has no types
    """The client that all of the SDK's calls go through."""

    def __init__(self, token: str, url: str, connections: int) -> None:
        """Connect nothing yet.

        Args:
            token: the access token.
            url: where the API is.
            connections: how many to keep.
        """
        configuration = asana.Configuration()
        configuration.access_token = token
        configuration.host = url.rstrip("/")
        configuration.retry_strategy = False
        configuration.return_page_iterator = False
        configuration.connection_pool_maxsize = connections
        super().__init__(configuration)
        watch(self.rest_client.pool_manager)
        self.pool.close()
        self.pool.join()
        self.attachments = asana.AttachmentsApi(self)
        self.field_settings = asana.CustomFieldSettingsApi(self)
        self.memberships = asana.ProjectMembershipsApi(self)
        self.projects = asana.ProjectsApi(self)
        self.sections = asana.SectionsApi(self)
        self.stories = asana.StoriesApi(self)
        self.tags = asana.TagsApi(self)
        self.tasks = asana.TasksApi(self)
        self.typeahead = asana.TypeaheadApi(self)
        self.users = asana.UsersApi(self)
        self._announced: set[str] = set()

    def deserialize(self, response: Any, response_type: Any) -> Any:  # noqa: ARG002  # the SDK's signature
        """The JSON of an answer to the letter.

        Raises:
            ValueError: it is no JSON.
        """
        change = response.getheader("Asana-Change")
        if change and change not in self._announced:
            self._announced.add(change)
            log.warning("Asana announces a change: %s", change)
        return parsed(response.data)

    def move(self, task: str, section: str, timeout: tuple[float, float]) -> Any:
        """`POST /sections/{gid}/addTask`; the SDK's own method sends the body a second time, in the query.

        Raises:
            ApiException: Asana refused.
            urllib3.exceptions.HTTPError: no connection, or no answer.
            ValueError: the answer is no JSON.
        """
        return self.call_api(
            "/sections/{section_gid}/addTask",
            "POST",
            {"section_gid": section},
            {},
            {"Accept": "application/json", "Content-Type": "application/json"},
            body={"data": {"task": task}},
            response_type=object,
            auth_settings=["personalAccessToken"],
            _return_http_data_only=True,
            _request_timeout=timeout,
        )

    def upload(self, parent: str, file: FileToSend, fields: str, timeout: tuple[float, float]) -> Any:
        """`POST /attachments` as a stream; the SDK would want the file on disk and reads all of it into memory.

        Raises:
            ApiException: Asana refused.
            urllib3.exceptions.HTTPError: no connection, or no answer.
            ValueError: the answer is no JSON.
        """
        boundary = secrets.token_hex(16)
        name = quote(file.name, safe=SAFE_IN_NAMES)
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="parent"\r\n\r\n{parent}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: {_header_safe(file.content_type)}\r\n\r\n"
        ).encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self.configuration.access_token}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + file.size + len(tail)),
            "User-Agent": self.user_agent,
        }
        answer = self.rest_client.pool_manager.request(
            "POST",
            f"{self.configuration.host}/attachments?opt_fields={quote(fields)}",
            body=_stream(head, file.content, tail),
            headers=headers,
            timeout=urllib3.Timeout(connect=timeout[0], read=timeout[1]),
        )
        response = RESTResponse(answer)
        if not 200 <= answer.status <= 299:
            raise ApiException(http_resp=response)
        return self.deserialize(response, object)

    def close(self) -> None:
        """Close all connections."""
        self.rest_client.pool_manager.clear()


def _stream(head: bytes, content: IO[bytes], tail: bytes) -> Iterator[bytes]:
    yield head
    while chunk := content.read(CHUNK):
        yield chunk
    yield tail


def _header_safe(content_type: str) -> str:
    is_plain = content_type.isascii() and content_type.isprintable()
    return content_type if is_plain and "/" in content_type else "application/octet-stream"
