"""The workspace that the bot is installed in, and addresses of messages in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workspace:
    """What `auth.test` says of it (https://docs.slack.dev/reference/methods/auth.test).

    Attributes:
        url: its address, with a slash at the end.
        enterprise: the id of its Grid organisation, empty if it is none's.
    """

    url: str = ""
    enterprise: str = ""

    def permalink(self, channel: str, ts: str, thread_ts: str | None = None) -> str:
        """The address of a message, as Slack makes it; for where Slack does not say it. Empty before the start.

        Args:
            channel: where the message is.
            ts: its timestamp.
            thread_ts: of the message that it answers.
        """
        if not self.url:
            return ""
        address = f"{self.url}archives/{channel}/p{ts.replace('.', '')}"
        return f"{address}?thread_ts={thread_ts}&cid={channel}" if thread_ts and thread_ts != ts else address
