"""Socket Mode, Slack's side: the open connections, envelopes and their acks (Slack docs, Using Socket Mode)."""

import asyncio
import json
import random
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from sandbox.clock import Clock
from sandbox.slack.model import Json

MOST_CONNECTIONS = 10
TICKET_SECONDS = 30.0


@dataclass(slots=True)
class Envelope:
    """One payload under way over a socket.

    Attributes:
        id: the envelope id that its ack has to name.
        body: what is sent.
        acked: gets the ack's payload, `{}` if it had none.
        carrier: the connection it was last sent over; None while there is none.
    """

    id: str
    body: Json
    acked: "asyncio.Future[Json]"
    carrier: web.WebSocketResponse | None = None


@dataclass(slots=True)
class Sockets:
    """The app's connections. Each payload goes to one of them; an unacked one moves on when its connection breaks.

    Attributes:
        connections: the open sockets.
        strange: what the app sent that was no ack of an open envelope.
        refusals: so many handshakes to come are refused, each after it took its ticket, as by a Slack that is busy.
    """

    clock: Clock
    app_id: str = "A0SANDBOX"
    connections: list[web.WebSocketResponse] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    refusals: int = 0
    _tickets: dict[str, float] = field(default_factory=dict)
    _open: dict[str, Envelope] = field(default_factory=dict)
    _transports: dict[int, asyncio.Transport] = field(default_factory=dict)
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)
    _random: random.Random = field(default_factory=random.Random)

    def ticket(self) -> str:
        """A ticket for one connection, good for 30 seconds."""
        ticket = str(uuid.UUID(int=self._random.getrandbits(128)))
        self._tickets[ticket] = self.clock.timestamp() + TICKET_SECONDS
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The handler of the socket's address: says hello, then reads acks until the connection ends."""
        expires = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if expires < self.clock.timestamp():
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await self._disconnect(socket, "too_many_websockets")
            return socket
        if request.transport is None:
            return socket
        self.connections.append(socket)
        self._transports[id(socket)] = request.transport
        self._arrival.set()
        try:
            await socket.send_json(self._hello())
            await self._carry_on()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._read(message.data)
        finally:
            del self._transports[id(socket)]
            if socket in self.connections:
                self.connections.remove(socket)
            for envelope in self._open.values():
                if envelope.carrier is socket:
                    envelope.carrier = None
            await self._carry_on()
        return socket

    async def connected(self) -> None:
        """Wait until the app has at least one connection."""
        while not self.connections:
            self._arrival.clear()
            await self._arrival.wait()

    async def send(self, kind: str, payload: Json, *, accepts_response: bool, **retry: object) -> Envelope:
        """Put a payload into an envelope and send it over one of the connections, or the next that comes.

        Args:
            kind: `slash_commands`, `interactive` or `events_api`.
            payload: the payload.
            accepts_response: whether the ack may carry an answer.
            retry: `retry_attempt` and `retry_reason` of a re-delivery.
        """
        envelope_id = str(uuid.UUID(int=self._random.getrandbits(128)))
        body = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts_response,
            **retry,
        }
        envelope = Envelope(envelope_id, body, asyncio.get_running_loop().create_future())
        self._open[envelope_id] = envelope
        await self._carry_on()
        return envelope

    def forget(self, envelope: Envelope) -> None:
        """Wait no longer for this ack."""
        self._open.pop(envelope.id, None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect: `warning` announces it, `refresh_requested` and `link_disabled` end the socket."""
        for socket in list(self.connections):
            await self._disconnect(socket, reason, close=reason != "warning")

    async def cut(self) -> None:
        """Break all connections without a word, as a failing network does."""
        for socket in list(self.connections):
            self._transports[id(socket)].abort()

    async def close(self) -> None:
        """Close everything, when the server stops."""
        for socket in list(self.connections):
            await socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 3600},
            "connection_info": {"app_id": self.app_id},
        }

    async def _disconnect(self, socket: web.WebSocketResponse, reason: str, *, close: bool = True) -> None:
        await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
        if close:
            if socket in self.connections:
                self.connections.remove(socket)
            await socket.close()

    async def _carry_on(self) -> None:
        for envelope in list(self._open.values()):
            usable = [socket for socket in self.connections if not socket.closed]
            if envelope.carrier is None and usable and not envelope.acked.done():
                envelope.carrier = self._random.choice(usable)
                try:
                    await envelope.carrier.send_json(envelope.body)
                except ConnectionError:
                    envelope.carrier = None

    def _read(self, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            ack = None
        envelope = self._open.pop(str(ack.get("envelope_id")), None) if isinstance(ack, dict) else None
        if envelope is None:
            self.strange.append(text)
        elif not envelope.acked.done():
            payload = ack.get("payload") if isinstance(ack, dict) else None
            envelope.acked.set_result(payload if isinstance(payload, dict) else {})
