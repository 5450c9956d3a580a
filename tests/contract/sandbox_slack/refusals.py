"""How a test asks for Slack's word for a refusal."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


async def refusal(call: Awaitable[Any]) -> str:
    """The error code of a call of the Web API that has to fail."""
    with pytest.raises(SlackApiError) as error:
        await call
    return str(error.value.response["error"])
