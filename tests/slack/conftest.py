"""Forms and states for the tests of the Slack side."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.domain.request import Draft
from bot.domain.template import RequestType
from bot.slack.views.rendered import Rendered
from sandbox.slack.blockkit import check_message, check_view
from sandbox.slack.elements import initial_values
from tests.slack.limits import message_defects, view_defects

Json = dict[str, Any]


@pytest.fixture(scope="session")
def make_type() -> Callable[..., RequestType]:
    """A request type with these fields."""

    def make(*body: Json, **more: Any) -> RequestType:
        known = {"key": "landing-page", "name": "Landing page", "description": "A new page", "body": list(body)}
        return RequestType.model_validate(known | more)

    return make


@pytest.fixture(scope="session")
def make_draft() -> Callable[..., Draft]:
    """A draft of Mara's."""

    def make(**more: Any) -> Draft:
        known = {"id": "V0FORM", "slack_team": "T0TEAM", "user": "U0MARA", "request_type": "landing-page"}
        return Draft.model_validate(known | more)

    return make


@pytest.fixture(scope="session")
def fits_view() -> Callable[[Json], None]:
    """Our own, the sandbox's and the SDK's checks of a modal."""

    def check(view: Json) -> None:
        assert view_defects(view) == []
        check_view(view, "modal")
        assert View(**view).to_dict()["type"] == "modal"

    return check


@pytest.fixture(scope="session")
def fits_message() -> Callable[[Rendered], None]:
    """Our own and the sandbox's checks of a message and all that follows it."""

    def check(message: Rendered) -> None:
        for one in (message, *message.continued):
            assert message_defects(one.text, one.blocks) == []
            check_message(one.blocks)

    return check


@pytest.fixture(scope="session")
def untouched() -> Callable[[Json], Json]:
    """`view.state.values` of a view in which nobody has typed yet."""
    return lambda view: initial_values(view["blocks"])
