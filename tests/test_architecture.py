"""Who may import whom, and what the tree promises to a newcomer."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from adapters.registry import KINDS

ROOT = Path(__file__).parents[1]
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def contracts() -> dict[str, dict[str, Any]]:
    """Number → contract of pyproject.toml."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["name"].split()[0]: contract for contract in config["tool"]["importlinter"]["contracts"]}


def test_the_import_contracts_hold() -> None:
    """import-linter finds every contract of pyproject.toml kept."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout


def test_the_contracts_name_every_tracker() -> None:
    """Contracts 4 and 5 list exactly the trackers of the registry."""
    expected = {f"adapters.{name}" for name in KINDS}

    assert expected == set(contracts()["4"]["protected_modules"])
    assert expected == set(contracts()["5"]["modules"])


def test_the_contracts_keep_the_adapters_own_modules() -> None:
    """Contract 4b lists all but the port, documents, errors, JSON and what the bot sets; the registry has its own."""
    modules = {file.stem for file in (ROOT / "adapters").glob("*.py")}
    open_to_all = {"__init__", "base", "document", "errors", "json_text", "leave", "registry"}

    assert {f"adapters.{name}" for name in modules - open_to_all} == set(contracts()["4b"]["protected_modules"])


def test_domain_and_use_cases_ask_a_port_for_the_time() -> None:
    """No module of the inner floors reads a clock by itself."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for folder in ("bot/domain", "bot/usecases")
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in CLOCKS
    ]

    assert found == []


def test_the_vendors_trackers_have_the_same_five_files() -> None:
    """Who has read one tracker finds the way in the other."""
    for name in ("jira", "asana"):
        files = {file.name for file in (ROOT / "adapters" / name).glob("*.py")}

        assert {"settings.py", "client.py", "document.py", "mapping.py", "tracker.py"} <= files


def test_no_module_is_a_drawer() -> None:
    """Modules are named for what they do."""
    names = {file.stem for folder in ("bot", "adapters", "sandbox") for file in (ROOT / folder).rglob("*.py")}

    assert names.isdisjoint({"utils", "util", "helpers", "helper", "common", "misc", "const", "constants"})
