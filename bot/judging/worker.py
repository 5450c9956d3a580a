"""Judges tickets beside the bot: `python -m bot.judging.worker`, which only the bot starts.

Questions come in on its standard input and answers go out on its standard output. It ends when the bot does, however
that ends: then there is nothing more to read.
"""

import sys

from bot.collector import spare_the_collector, without_collecting


def main() -> None:
    """Import what judges, and answer until there is nothing more to read."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever is printed is no answer
    with without_collecting():
        from bot.judging.answers import serve
    spare_the_collector()
    serve(source, sink)


if __name__ == "__main__":
    main()
