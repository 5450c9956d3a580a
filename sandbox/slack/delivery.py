"""How payloads reach the bot."""

from sandbox.clock import Clock


class Delivery:
    """Sends payloads over the connected socket, else to `bot_url`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.bot_url: str | None = None
