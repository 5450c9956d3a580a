"""`devrequest manifest`."""

import argparse
import json
import sys

from bot.domain.errors import ConfigurationError
from bot.settings import read_environment
from bot.slack.manifest import manifest


def main(_: argparse.Namespace) -> int:
    """Print the manifest: for HTTP mode if there is a public address or a signing secret, else for Socket Mode."""
    try:
        environment = read_environment()
    except ConfigurationError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 1
    http = not environment.slack_app_token and bool(
        environment.devrequest_public_url or environment.slack_signing_secret
    )
    if http and not environment.devrequest_public_url.startswith("https://"):
        print("Set DEVREQUEST_PUBLIC_URL to the bot's public https:// address: HTTP mode needs it.", file=sys.stderr)
        return 1
    print(json.dumps(manifest("http" if http else "socket", environment.devrequest_public_url), indent=2))
    return 0
