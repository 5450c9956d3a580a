"""The least that a command line can be: as many subcommands as the bot has, and nothing but argparse."""

import argparse


def main() -> None:
    """Parse, and do nothing."""
    parser = argparse.ArgumentParser(prog="devrequest", description="Subcommands with a line of help each.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for number in range(6):
        command = commands.add_parser(f"command-{number}", help="what it does", description="what it does")
        command.add_argument("--json", action="store_true", help="one JSON list on standard output")
    parser.parse_args()


if __name__ == "__main__":
    main()
