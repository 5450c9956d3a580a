"""The request types that come with the project, their schema and guide, and forms from anywhere."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings, strategies as st

from bot.bootstrap import template_models
from bot.domain.answers import TITLE
from bot.domain.finding_codes import CHECKS, CODES, SECTION_CODES
from bot.domain.readiness import readiness_of_answers
from bot.domain.section_names import SectionNames
from bot.domain.template import (
    CHOICES,
    TEXTS,
    Attributes,
    Field,
    FieldType,
    Model,
    Ready,
    RequestType,
    TrackerChoice,
    Validations,
)
from bot.domain.template_loader import load
from bot.domain.template_schema import schema
from bot.files_on_disk import shipped_folder, template_files
from tests.strategies import examples

MODELS = template_models()
SHARED = Path(__file__).resolve().parents[2] / "shared"
TEMPLATES = shipped_folder()
LOADED = load(template_files([TEMPLATES]), MODELS)
SHIPPED = LOADED.types

DEVELOPMENT = ("landing-page", "ab-test", "integration", "analytics-tracking", "campaign", "quick-win")
OTHERS = ("data-request", "bug", "roadblock", "action-item")
FIVE_PARTS = ("user_story", "acceptance_criteria", "goal", "audience", "impact", "design_assets", "tracking")
EXPERIMENT = ("hypothesis", "variants", "primary_metric", "minimum_uplift", "duration")


def shared(*parts: str) -> Path:
    """A path among the shared files; without them the test is skipped, except where everything must run."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is not there")
        pytest.skip(f"{'/'.join(parts)} is not on this machine")
    return path


def test_the_shipped_types_load_without_a_word() -> None:
    """No error, and nothing that is shortened or unused."""
    assert [str(problem) for problem in LOADED.problems + LOADED.notes] == []
    assert sorted(SHIPPED) == sorted(DEVELOPMENT + OTHERS)


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_at_most_four_answers_hand_a_request_in(key: str) -> None:
    """The title and three more; conditional fields count as well. What is blocked for its content may stay empty."""
    inputs = SHIPPED[key].fields.values()
    required = [field.id for field in inputs if field.required or {*field.ready.block} & {*SECTION_CODES}]
    assert len([TITLE, *required]) <= 4, required


@pytest.mark.parametrize("key", DEVELOPMENT)
def test_a_development_request_has_all_five_parts(key: str) -> None:
    """User story, criteria, marketing context, design and tracking, with the common ids, always shown."""
    fields = SHIPPED[key].fields
    assert [part for part in FIVE_PARTS if part not in fields] == []
    assert all(not fields[part].when for part in FIVE_PARTS)
    assert fields["user_story"].ready.checks == ("user_story", "wording")
    assert fields["acceptance_criteria"].ready.at_least >= 1
    assert fields["design_status"].option_labels == ("Approved", "Draft", "Not needed")
    assert fields["design_files"].type == "files"


@pytest.mark.parametrize("key", [key for key in DEVELOPMENT if key != "quick-win"])
def test_developers_need_all_five_parts(key: str) -> None:
    """They are asked for after the request is in; a quick win needs only story and criteria."""
    fields = SHIPPED[key].fields
    assert [part for part in FIVE_PARTS if not fields[part].ready.required] == []
    assert (fields["launch_date"].type, fields["launch_date"].required) == ("date", True)


@pytest.mark.parametrize("key", DEVELOPMENT)
@pytest.mark.parametrize("heading", ["AC", "ACs:", "A/C", "Acceptance tests", "acceptance test", "Definition of Done"])
def test_acceptance_criteria_are_found_under_short_names(key: str, heading: str) -> None:
    """As developers head them in tickets written by hand."""
    assert SectionNames(SHIPPED[key]).meant_loosely(heading) == ("acceptance_criteria",)


@pytest.mark.parametrize("key", ["landing-page", "integration", "campaign"])
def test_pages_integrations_and_campaigns_ask_for_an_ab_test(key: str) -> None:
    """Yes asks for the plan of the experiment, No for a reason."""
    fields = SHIPPED[key].fields
    assert fields["ab_test"].label == "A/B test this?"
    assert "A/B test" in fields["ab_test"].aliases
    assert fields["ab_test"].option_labels == ("Yes", "No")
    assert {part: fields[part].when for part in EXPERIMENT} == {part: {"ab_test": ("Yes",)} for part in EXPERIMENT}
    assert fields["no_test_reason"].when == {"ab_test": ("No",)}
    yes = {gap.section for gap in readiness_of_answers(SHIPPED[key], {"ab_test": "Yes"}).gaps}
    no = {gap.section for gap in readiness_of_answers(SHIPPED[key], {"ab_test": "No"}).gaps}
    assert yes - no == set(EXPERIMENT)
    assert no - yes == {"no_test_reason"}


def test_an_ab_test_always_asks_for_its_plan() -> None:
    """The type for experiments has the same fields, without a condition."""
    fields = SHIPPED["ab-test"].fields
    assert [fields[part].when for part in EXPERIMENT] == [{}] * len(EXPERIMENT)


@pytest.mark.parametrize(
    ("key", "ids"),
    [
        ("data-request", {"decision", "metric", "segment", "period", "needed_by", "limitations"}),
        ("roadblock", {"kind", "starts", "ends", "systems", "affected"}),
        ("action-item", {"owner", "due_date"}),
        ("bug", {"actual", "expected", "where", "steps"}),
    ],
)
def test_the_other_types_ask_what_they_are_for(key: str, ids: set[str]) -> None:
    """Each type holds the questions that its readers need."""
    assert ids <= set(SHIPPED[key].fields)


def test_every_part_of_the_weekly_sync_has_a_type() -> None:
    """Each slot of the agenda is fed."""
    assert {made.agenda for made in SHIPPED.values()} == {"initiative", "roadblock", "quick_win", "action"}


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_texts_fit_slack_without_being_shortened(key: str) -> None:
    """Names fit a modal's title, examples a placeholder, options an option."""
    made = SHIPPED[key]
    assert len(made.name) <= 24 or key == "landing-page"
    assert len(made.description) <= 75 * 2
    for field in made.fields.values():
        assert len(field.attributes.placeholder) <= 150, field.id
        assert all(len(label) <= 75 for label in field.option_labels), field.id


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_every_ready_section_can_be_answered_not_needed(key: str) -> None:
    """In words, or by an option."""
    for field in SHIPPED[key].fields.values():
        if field.ready.required:
            assert field.type in {*TEXTS, *CHOICES} or field.required, field.id


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_people_are_shown_an_example_where_they_write(key: str) -> None:
    """A busy person copies a good example sooner than they read an explanation."""
    bare = [
        field.id
        for field in SHIPPED[key].fields.values()
        if field.ready.required and field.type in {"textarea", "input"} and not field.attributes.placeholder
    ]
    assert bare == []


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_a_shipped_type_survives_storage(key: str) -> None:
    """A request keeps the snapshot of its template."""
    assert RequestType.from_json(json.loads(json.dumps(SHIPPED[key].to_json()))) == SHIPPED[key]


SCHEMA = schema(MODELS)


def test_the_schema_on_disk_is_current() -> None:
    """Regenerate it with `devrequest check --write-schema` and commit it."""
    assert json.loads((TEMPLATES / "schema.json").read_text(encoding="utf-8")) == SCHEMA


def test_the_schema_is_a_schema() -> None:
    """Editors can use it."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_files_are_valid_for_editors(path: Path) -> None:
    """No shipped file shows a red line in an editor, and each says where the schema is."""
    text = path.read_text(encoding="utf-8")
    jsonschema.Draft7Validator(SCHEMA).validate(yaml.safe_load(text))
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("colour",), "red"),
        (("agenda",), "initiatives"),
        (("tracker",), {"default": "linear"}),
        (("tracker",), {"jira": {"issuetype": "Story"}}),
        (("body", 0, "type"), "text"),
        (("body", 0, "attributes", "options"), ["a"]),
        (("body", 0, "ready", "checks"), ["wordings"]),
        (("body", 0, "validations", "required"), "yes"),
        (("body", 0, "id"), "a b"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(path: tuple[str | int, ...], value: Any) -> None:
    """An editor shows the same mistakes as the check."""
    form: Any = {
        "name": "n",
        "description": "d",
        "body": [{"type": "input", "id": "i", "attributes": {"label": "L"}, "ready": {}, "validations": {}}],
    }
    validator = jsonschema.Draft7Validator(SCHEMA)
    assert validator.is_valid(form)
    holder = form
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    assert not validator.is_valid(form)
    assert load({"form.json": json.dumps(form)}, MODELS).types == {}


GUIDE = (TEMPLATES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", [RequestType, Field, Attributes, Validations, Ready, TrackerChoice])
def test_every_key_is_in_the_guide(model: type[Model]) -> None:
    """A key that nobody documented is no key."""
    internal = {"key", "settings"}
    assert [key for key in model.model_fields if key not in internal and f"`{key}`" not in GUIDE] == []


def test_every_type_check_and_shipped_file_is_in_the_guide() -> None:
    """So is everything that a key may hold."""
    named = [*FieldType.__args__, *CHECKS, *SHIPPED]
    assert [name for name in named if f"`{name}`" not in GUIDE] == []
    assert [code for code in CODES if code.startswith("section.") and f"`{code}`" not in GUIDE] == []


def test_the_examples_of_the_guide_load() -> None:
    """Every complete example can be copied as it stands."""
    blocks = [part.split("```")[0] for part in GUIDE.split("```yaml\n")[1:]]
    whole = [block for block in blocks if "\nbody:" in block]
    assert whole
    for block in whole:
        loaded = load({"example.yaml": block}, MODELS)
        assert [str(problem) for problem in loaded.problems + loaded.notes] == []


ISSUE_FORMS = sorted((SHARED / "data" / "issue-forms").glob("*")) or [None]


@pytest.mark.parametrize("path", ISSUE_FORMS, ids=lambda path: path.stem if path else "none")
def test_forms_from_public_repositories_load_as_they_are(path: Path | None) -> None:
    """Every element is there, with its label, options and required mark, in file order."""
    if path is None:
        shared("data", "issue-forms")
    else:
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        loaded = load({path.name: path.read_bytes()}, MODELS)
        assert [str(problem) for problem in loaded.problems] == []
        made = loaded.types[path.stem]
        assert [field.type for field in made.body] == [item["type"] for item in form["body"]]
        assert [field.label for field in made.body] == [
            " ".join(item["attributes"].get("label", "").split()) for item in form["body"]
        ]
        assert [field.option_labels for field in made.body] == [
            tuple(
                option if isinstance(option, str) else option["label"]
                for option in item["attributes"].get("options", [])
            )
            for item in form["body"]
        ]
        assert [field.validations.required for field in made.body] == [
            item.get("validations", {}).get("required", False) for item in form["body"]
        ]
        jsonschema.Draft7Validator(SCHEMA).validate(form)


def _word(option: Any) -> str:
    """The words of an option: a dropdown's as they are, a box's behind `label`."""
    return option["label"] if isinstance(option, dict) else str(option)


def test_any_valid_github_form_loads_or_is_refused_with_a_reason() -> None:
    """Forms drawn from GitHub's own schema never raise, and what loads has every element."""
    github = json.loads(shared("specs", "github-issue-forms.json").read_text(encoding="utf-8"))
    counts = {"loaded": 0, "refused": 0}

    @settings(max_examples=examples(100), deadline=None, suppress_health_check=list(HealthCheck))
    @given(_github_forms(github))
    def check(form: dict[str, Any]) -> None:
        loaded = load({"form.json": json.dumps(form)}, MODELS)
        if loaded.problems:
            counts["refused"] += 1
            assert loaded.types == {}
            assert all(problem.message and problem.file == "form.json" for problem in loaded.problems)
        else:
            counts["loaded"] += 1
            assert [field.type for field in loaded.types["form"].body] == [item["type"] for item in form["body"]]

    check()
    assert counts["loaded"] >= 10, counts


def _github_forms(github: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Forms of everything that the schema allows; its conditions are taken by type of field."""
    definitions = github["definitions"]
    fields = [_drawn(branch["then"], definitions) for branch in definitions["form_item"]["allOf"]]
    kinds = [branch["if"]["properties"]["type"]["const"] for branch in definitions["form_item"]["allOf"]]
    typed = [
        field.map(lambda drawn, kind=kind: drawn | {"type": kind}) for kind, field in zip(kinds, fields, strict=True)
    ]
    top = github | {"properties": {key: value for key, value in github["properties"].items() if key != "body"}}
    bodies = st.lists(st.one_of(typed), min_size=1, max_size=4)
    return st.builds(lambda form, body: form | {"body": body}, _drawn(top | {"required": []}, definitions), bodies).map(
        lambda form: {"name": "n", "description": "d"} | form
    )


def _drawn(part: dict[str, Any], definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of the part of JSON schema that GitHub's schema uses."""
    if "$ref" in part:
        return _drawn(definitions[part["$ref"].rsplit("/", 1)[1]], definitions)
    if "oneOf" in part:
        return st.one_of([_drawn(choice, definitions) for choice in part["oneOf"]])
    if "enum" in part:
        return st.sampled_from(part["enum"])
    match part["type"]:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-2, 5)
        case "array":
            items = _drawn(part["items"], definitions)
            unique = str if part.get("uniqueItems") else None
            return st.lists(items, min_size=part.get("minItems", 0), max_size=4, unique_by=unique)
        case "object":
            drawn = {key: _drawn(value, definitions) for key, value in part["properties"].items()}
            needed = set(part.get("required", ()))
            return st.fixed_dictionaries(
                {key: value for key, value in drawn.items() if key in needed},
                optional={key: value for key, value in drawn.items() if key not in needed},
            )
    if "pattern" in part:
        return st.from_regex(part["pattern"], fullmatch=True)
    short = st.text(min_size=part.get("minLength", 0), max_size=12)
    return st.one_of(short, st.sampled_from(["Yes", "no", "1.0", "null", "- a", "a: b", "# x"]), _LONG)


_LONG = st.builds(
    lambda character, size: character * size, st.characters(), st.sampled_from([20, 76, 76, 151, 151, 151, 3_001])
)
