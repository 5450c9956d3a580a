"""What a process has imported before commands are forked from it."""

import gc
from importlib import import_module

import asana
import jira
import matplotlib.figure

from bot.__main__ import COMMANDS

IMPORTED = (asana, jira, matplotlib, *(import_module(f"bot.cli.{command}") for command in COMMANDS))
gc.collect()
gc.freeze()
