"""YAML and JSON text → request types, or every error with its place."""

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel, ConfigDict

from bot.domain.problems import Problem
from bot.domain.template import RequestType
from bot.domain.template_loader import Loaded, load
from tests.strategies import examples


class JiraLike(BaseModel):
    model_config = ConfigDict(extra="forbid")

    issue_type: str = ""
    fields: dict[str, str] = {}
    extra: dict[str, Any] = {}


class AsanaLike(BaseModel):
    model_config = ConfigDict(extra="forbid")

    section: str | None = None
    fields: dict[str, str] = {}


MODELS = {"jira": JiraLike, "asana": AsanaLike}
HEAD = "name: Form\ndescription: One form\n"
QUOTES = 'must be text; put it in quotes if it holds brackets, braces or ": "'
STORY = "body:\n- type: textarea\n  id: user_story\n  attributes: {label: User story}\n"


def load_one(text: str | bytes, name: str = "form.yaml") -> Loaded:
    return load({name: text}, MODELS)


def type_of(text: str | bytes, name: str = "form.yaml") -> RequestType:
    loaded = load_one(text, name)
    assert loaded.problems == []
    (made,) = loaded.types.values()
    return made


def errors(text: str | bytes, name: str = "form.yaml") -> list[str]:
    loaded = load_one(text, name)
    assert loaded.types == {}
    return [str(problem) for problem in loaded.problems]


def with_field(lines: str) -> str:
    return f"{HEAD}body:\n- type: input\n  id: first\n  attributes: {{label: First}}\n{lines}"


def test_the_form_of_the_design_loads() -> None:
    """Everything that we add to GitHub's format ends up in the model."""
    made = type_of("""
name: Landing page
description: A new page
labels: [web]
agenda: initiative
was: page
tracker:
  default: jira
  ask: true
  jira: {issue_type: Story, fields: {launch_date: duedate}, extra: {security: {name: Internal}, flag: no}}
  asana: {section: Intake}
body:
- type: textarea
  id: user_story
  attributes: {label: User story, format: rich}
  aliases: [story, als]
  ready: {required: true, checks: [user_story, wording], block: [story.want_missing, section.empty]}
- type: date
  id: launch_date
  attributes: {label: Launch date}
  validations: {required: true}
- type: dropdown
  id: ab_test
  attributes: {label: A/B test this?, options: ["Yes", "No"]}
- type: textarea
  id: hypothesis
  attributes: {label: Hypothesis}
  when: {ab_test: "Yes"}
""")
    assert made.key == "form"
    assert (made.was, made.agenda, made.labels) == ("page", "initiative", ("web",))
    assert made.tracker.model_dump() == {
        "default": "jira",
        "ask": True,
        "settings": {
            "jira": {
                "issue_type": "Story",
                "fields": {"launch_date": "duedate"},
                "extra": {"security": {"name": "Internal"}, "flag": False},
            },
            "asana": {"section": "Intake"},
        },
    }
    assert list(made.fields) == ["user_story", "launch_date", "ab_test", "hypothesis"]
    assert made.fields["user_story"].aliases == ("story", "als")
    assert made.fields["user_story"].ready.block == ("story.want_missing", "section.empty")
    assert made.fields["hypothesis"].when == {"ab_test": ("Yes",)}


def test_a_snapshot_gives_the_same_type() -> None:
    """A template survives storage, hash included."""
    made = type_of(HEAD + "labels: a, b\n" + STORY)
    again = RequestType.from_json(json.loads(json.dumps(made.to_json())))
    assert again == made
    assert again.hash == made.hash


def test_all_errors_come_at_once_with_file_line_and_key() -> None:
    """A file with many faults is mended in one go."""
    assert errors("""name: Form
descripton: One form
tracker:
  default: jirra
  jira: {issue_tpe: Story, fields: {user_stroy: duedate}}
agenda: quickwin
body:
- type: textarea
  id: user_story
  attributes: {lable: User story, label: User story, options: [a]}
  ready: {checks: [user_stroy], at_least: "2", required: "yes"}
- type: dropdwn
- type: input
  attributes: {label: X}
  when: {user_story: "Yes"}
""") == [
        (
            "form.yaml:2 descripton: unknown key; known here are name, description, title, labels, assignees, "
            "projects, type, agenda, tracker, was, body, $schema (did you mean description?)"
        ),
        "form.yaml:4 tracker.default: jirra is no tracker; known are jira, asana (did you mean jira?)",
        (
            "form.yaml:5 tracker.jira.issue_tpe: unknown key; known here: extra, fields, issue_type "
            "(did you mean issue_type?)"
        ),
        (
            "form.yaml:5 tracker.jira.fields.user_stroy: there is no field user_stroy in this form "
            "(did you mean user_story?)"
        ),
        "form.yaml:6 agenda: must be one of: initiative, roadblock, quick_win, action (did you mean quick_win?)",
        (
            "form.yaml:10 body[0].attributes.lable: unknown key; known here are label, description, placeholder, "
            "value, render, format (did you mean label?)"
        ),
        "form.yaml:10 body[0].attributes.options: means nothing for a field of type textarea; take it out",
        "form.yaml:11 body[0].ready.required: must be true or false, without quotes",
        "form.yaml:11 body[0].ready.at_least: must be a whole number, without quotes",
        (
            "form.yaml:11 body[0].ready.checks[0]: user_stroy is no check; known are user_story, "
            "acceptance_criteria, wording, context, design, ga4, experiment (did you mean user_story?)"
        ),
        (
            "form.yaml:12 body[1].type: is no field type; known are markdown, textarea, input, dropdown, checkboxes, "
            "upload, files, date, person, people, url, number (did you mean dropdown?)"
        ),
        "form.yaml:12 body[1].attributes.label: is missing: the question, and the heading in the ticket",
        "form.yaml:12 body[1].attributes.options: is missing: the options to choose from",
        (
            "form.yaml:15 body[2].when.user_story: only the answer to a dropdown or check boxes can decide that; "
            "user_story is neither"
        ),
    ]


def test_a_misspelt_type_or_key_hides_nothing() -> None:
    """What stands under a word that is nearly right is judged as if the word were right, at the lines of the file."""
    assert errors("""name: Form
description: One form
trakcer:
  defualt: jirra
  jria: {issue_tpe: [Story], fields: {nobody: duedate}}
body:
- tpye: dropdwn
  id: choice
  atributes: {lable: Choice, options: [Yes, No, Yes], defualt: 7, placeholder: p}
  validatons: {requred: "yes"}
  redy: {checks: [wording], at_leats: 3}
- type: textarea
  attributes: {label: Why}
  wehn: {choice: Yse}
""") == [
        (
            "form.yaml:3 trakcer: unknown key; known here are name, description, title, labels, assignees, projects, "
            "type, agenda, tracker, was, body, $schema (did you mean tracker?)"
        ),
        "form.yaml:4 trakcer.defualt: is no tracker; known here are default, ask, jira, asana (did you mean default?)",
        "form.yaml:4 trakcer.defualt: jirra is no tracker; known are jira, asana (did you mean jira?)",
        "form.yaml:5 trakcer.jria: is no tracker; known here are default, ask, jira, asana (did you mean jira?)",
        (
            "form.yaml:5 trakcer.jria.issue_tpe: unknown key; known here: extra, fields, issue_type "
            "(did you mean issue_type?)"
        ),
        f"form.yaml:5 trakcer.jria.issue_tpe: {QUOTES}",
        "form.yaml:5 trakcer.jria.fields.nobody: there is no field nobody in this form",
        (
            "form.yaml:7 body[0].tpye: is no field type; known are markdown, textarea, input, dropdown, checkboxes, "
            "upload, files, date, person, people, url, number (did you mean dropdown?)"
        ),
        (
            "form.yaml:7 body[0].tpye: unknown key; known here are type, id, attributes, validations, aliases, ready, "
            "when (did you mean type?)"
        ),
        (
            "form.yaml:9 body[0].atributes: unknown key; known here are type, id, attributes, validations, aliases, "
            "ready, when (did you mean attributes?)"
        ),
        (
            "form.yaml:9 body[0].atributes.lable: unknown key; known here are label, description, options, multiple, "
            "default (did you mean label?)"
        ),
        (
            "form.yaml:9 body[0].atributes.defualt: unknown key; known here are label, description, options, "
            "multiple, default (did you mean default?)"
        ),
        "form.yaml:9 body[0].atributes.placeholder: means nothing for a field of type dropdown; take it out",
        ("form.yaml:9 body[0].atributes.options[0]: “Yes” is there more than once; people could not tell them apart"),
        "form.yaml:9 body[0].atributes.defualt: there is no option 7; they are counted from 0 to 2",
        (
            "form.yaml:10 body[0].validatons: unknown key; known here are type, id, attributes, validations, "
            "aliases, ready, when (did you mean validations?)"
        ),
        "form.yaml:10 body[0].validatons.requred: unknown key; known here are required (did you mean required?)",
        "form.yaml:10 body[0].validatons.requred: must be true or false, without quotes",
        (
            "form.yaml:11 body[0].redy: unknown key; known here are type, id, attributes, validations, aliases, "
            "ready, when (did you mean ready?)"
        ),
        (
            "form.yaml:11 body[0].redy.at_leats: unknown key; known here are required, at_least, unless, checks, "
            "block, applies_to_existing (did you mean at_least?)"
        ),
        "form.yaml:11 body[0].redy.checks: read text, and a field of type dropdown has none",
        "form.yaml:11 body[0].redy.at_leats: counts lines or choices, and a field of type dropdown holds one",
        (
            "form.yaml:14 body[1].wehn: unknown key; known here are type, id, attributes, validations, aliases, "
            "ready, when (did you mean when?)"
        ),
        "form.yaml:14 body[1].wehn.choice: “Yse” is none of the options of choice: Yes, No, Yes (did you mean Yes?)",
    ]


@pytest.mark.parametrize("kind", ["zzz", "[input]", "~"])
def test_a_type_that_nobody_can_guess_hides_nothing_either(kind: str) -> None:
    """Keys that no type has and names that nothing has are still found; what depends on the type is left out."""
    found = errors(
        with_field(
            f"- {{type: {kind}, id: x, attributes: {{label: L, lable: M, options: [a, a], qqq: 1}}, "
            "ready: {checks: [wordin], at_least: 9}, when: {nothing: a}, validations: {accept: 5}}\n"
            "- {type: input, attributes: {label: Last}, when: {x: b}}\n"
        )
    )
    assert [line.split(": ")[0] for line in found] == [
        "form.yaml:7 body[1].type",
        "form.yaml:7 body[1].attributes.lable",
        "form.yaml:7 body[1].attributes.qqq",
        "form.yaml:7 body[1].attributes.options[0]",
        "form.yaml:7 body[1].ready.checks[0]",
        "form.yaml:7 body[1].when.nothing",
    ]


def test_a_refused_value_hides_neither_its_neighbours_nor_other_errors() -> None:
    """What pydantic refuses is set aside, so that the rest of the element is judged, too; nothing follows from it."""
    assert errors(
        with_field(
            "- {type: dropdown, id: x, attributes: {label: [L], options: [a, [b], {lable: c}, a], default: one}, "
            "ready: {checks: [{a: b}, wordin], block: [wording.vague, [x]], required: maybe}, when: {frist: a}}\n"
            "- {type: input, attributes: {label: Last}, when: {x: z}, aliases: [{}, First]}\n"
        )
    ) == [
        (
            "form.yaml:7 body[1].attributes.options[2].lable: unknown key; known here are label, required "
            "(did you mean label?)"
        ),
        f"form.yaml:7 body[1].attributes.label: {QUOTES}",
        "form.yaml:7 body[1].attributes.options[1]: must hold keys and values, one a line",
        "form.yaml:7 body[1].attributes.default: must be a whole number, without quotes",
        "form.yaml:7 body[1].ready.required: must be true or false, without quotes",
        f"form.yaml:7 body[1].ready.checks[0]: {QUOTES}",
        f"form.yaml:7 body[1].ready.block[1]: {QUOTES}",
        "form.yaml:7 body[1].attributes.options[0]: “a” is there more than once; people could not tell them apart",
        (
            "form.yaml:7 body[1].ready.checks[1]: wordin is no check; known are user_story, acceptance_criteria, "
            "wording, context, design, ga4, experiment (did you mean wording?)"
        ),
        "form.yaml:7 body[1].ready.checks: read text, and a field of type dropdown has none",
        "form.yaml:7 body[1].when.frist: there is no field frist in this form (did you mean first?)",
        f"form.yaml:8 body[2].aliases[0]: {QUOTES}",
        "form.yaml:8 body[2].aliases[1]: “First” is a heading of first already",
    ]


def test_a_problem_is_json_for_machines() -> None:
    """`devrequest check --json` has every part of a problem under its own key."""
    (problem,) = load_one(HEAD + "titel: x\n" + STORY).problems
    assert problem.to_json() == {
        "file": "form.yaml",
        "line": 3,
        "key": "titel",
        "message": "unknown key; known here are name, description, title, labels, assignees, projects, type, agenda, "
        "tracker, was, body, $schema",
        "suggestion": "title",
        "severity": "error",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["form.yaml: is empty"]),
        ("# nothing\n", ["form.yaml: is empty"]),
        ("just words", ["form.yaml:1: must hold keys and values such as `name: Bug` and `body:`"]),
        ("- a\n- b", ["form.yaml:1: must hold keys and values such as `name: Bug` and `body:`"]),
        ("name: a\n\tdescription: b", ["form.yaml:2: starts with a tab; YAML wants blanks"]),
        ("name: a: b", ['form.yaml:1: a colon where none may be; put text that holds ": " in quotes']),
        (
            "name: a\n description: b",
            ["form.yaml:2: a key where none may be; look at its indentation, and at the line above"],
        ),
        ('name: "a\ndescription: b', ["form.yaml:1: a quote opens here and is never closed"]),
        (
            "title: [Bug] b",
            ["form.yaml:1: cannot be read as YAML: did not find expected key; put text that starts with [ in quotes"],
        ),
        ("name: a\n---\nname: b", ["form.yaml:2: holds several documents (`---`); make a file of each"]),
        ("name: *x", ["form.yaml:1: found undefined alias; put text that starts with * in quotes"]),
        (b"name: \xff\xfe", ["form.yaml:1: is not UTF-8 text; save it as UTF-8"]),
        ("name: \udc80", ["form.yaml:1: is not UTF-8 text; save it as UTF-8"]),
        ("name: a\ndescription: \udc80", ["form.yaml:2: is not UTF-8 text; save it as UTF-8"]),
        ("name: a\r\ndescription: Tür".encode("latin-1"), ["form.yaml:2: is not UTF-8 text; save it as UTF-8"]),
        ("\ufeffname: a\n\n".encode() + b"x: \xe4", ["form.yaml:3: is not UTF-8 text; save it as UTF-8"]),
        ("name: a\ndescription: b".encode("utf-16"), ["form.yaml:1: is not UTF-8 text; save it as UTF-8"]),
        (b"\x89PNG\r\n\x1a\n\x00", ["form.yaml:1: is not UTF-8 text; save it as UTF-8"]),
        ("name: a\x07b", ["form.yaml:1: holds a control character that YAML does not allow"]),
        ("a: &a [*a]", ["form.yaml:1: is nested too deeply or repeats itself without end"]),
        (
            (
                "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]"
            ),
            ["form.yaml:1: is nested too deeply or repeats itself without end"],
        ),
    ],
)
def test_text_that_is_no_template_is_refused_in_plain_words(text: str | bytes, expected: list[str]) -> None:
    """Each way in which a file can be broken has its own sentence."""
    problems = load_one(text).problems
    syntax = [str(problem) for problem in problems if not problem.key]
    assert syntax == expected


def test_a_repeated_key_is_an_error() -> None:
    """YAML would keep the last of two and drop the other without a word."""
    assert errors(HEAD + "name: Other\n" + STORY) == ["form.yaml:3 name: is there twice, first in line 1"]


def test_a_forgotten_dash_is_one_error() -> None:
    """Two entries of a list that run into each other: every key of the second one is there twice."""
    assert errors(HEAD + "body:\n- type: input\n  attributes: {label: A}\n  type: url\n  attributes: {label: B}\n") == [
        "form.yaml:6 body[0].type: is there twice, first in line 4; write `- ` before it if the next one begins here"
    ]


STORY_TWICE = (
    HEAD + "body:\n" + "- type: input\n  attributes: {label: A}\n" + "  type: input\n  attributes: {label: B}\n"
)


def test_text_that_a_hash_cuts_off_is_noted() -> None:
    """`Ticket #12` is `Ticket` and a comment; a comment that looks like one is no news."""
    loaded = load_one(HEAD + "body: # the fields\n- type: input # one line\n  attributes: {label: x}\n  id: a #12\n")
    cut = "ends before the #, which begins a comment; put the text in quotes if that is part of it"
    assert [str(note) for note in loaded.notes] == [f"form.yaml:6 body[0].id: {cut}"]


def test_a_repeated_key_hides_nothing() -> None:
    """The first of two counts; what only the second one says is judged as well."""
    assert errors(HEAD + "agenda: never\nbody:\n- type: input\n  type: inptu\n  attributes: {lable: L}\nname: x\n") == [
        "form.yaml:3 agenda: must be one of: initiative, roadblock, quick_win, action",
        "form.yaml:6 body[0].type: is there twice, first in line 5; write `- ` before it if the next one begins here",
        (
            "form.yaml:7 body[0].attributes.lable: unknown key; known here are label, description, placeholder, "
            "value (did you mean label?)"
        ),
        "form.yaml:8 name: is there twice, first in line 1",
    ]
    assert errors(HEAD + "tracker: {jira: {}}\ntracker: {jira: {isue_type: x}, asana: {secton: y}}\n" + STORY) == [
        "form.yaml:4 tracker: is there twice, first in line 3",
        "form.yaml:4 tracker.jira: is there twice, first in line 3",
        (
            "form.yaml:4 tracker.jira.isue_type: unknown key; known here: extra, fields, issue_type "
            "(did you mean issue_type?)"
        ),
        "form.yaml:4 tracker.asana.secton: unknown key; known here: fields, section (did you mean section?)",
    ]


def test_merged_keys_are_read_and_own_ones_win() -> None:
    """`<<` brings keys in from an anchor, and is no repetition."""
    made = type_of(
        HEAD
        + """body:
- &first
  type: input
  id: first
  attributes: {label: First}
  validations: {required: true}
- <<: *first
  id: second
"""
    )
    assert [(field.id, field.label, field.required) for field in made.body] == [
        ("first", "First", True),
        ("second", "First", True),
    ]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Yes", "Yes"),
        ("No", "No"),
        ("on", "on"),
        ("1.10", "1.10"),
        ("007", "007"),
        ("2026-01-02", "2026-01-02"),
        ("~", "~"),
        ("null", "null"),
        ("12:30:00", "12:30:00"),
        ('"Yes"', "Yes"),
        ("0x1F", "0x1F"),
    ],
)
def test_options_are_the_words_as_typed(text: str, label: str) -> None:
    """YAML would read many short words as something else than words."""
    made = type_of(
        with_field(f"- type: dropdown\n  id: choice\n  attributes: {{label: Choice, options: [{text}, other]}}\n")
        + f"- type: input\n  attributes: {{label: Why}}\n  when: {{choice: [{text}]}}\n"
    )
    assert made.fields["choice"].option_labels == (label, "other")
    assert made.fields["why"].when == {"choice": (label,)}


def test_every_key_of_github_is_accepted() -> None:
    """A form from a repository loads as it is; what is not used is kept and said."""
    loaded = load_one("""name: 2024
description: on
title: "[Bug]: "
labels: bug, needs triage
assignees: octo-example
projects: [example/1]
type: Bug
body:
- type: markdown
  attributes: {value: "# Hello"}
- type: upload
  attributes: {label: Files}
  validations: {required: true, accept: ".png,.jpg"}
- type: textarea
  attributes: {label: Logs, description: d, placeholder: p, value: v, render: shell}
- type: checkboxes
  attributes: {label: Terms, options: [{label: I agree, required: true}, {label: No}]}
- type: dropdown
  attributes: {label: Which, multiple: true, options: [a, b], default: 1}
""")
    assert loaded.problems == []
    assert [str(note) for note in loaded.notes] == [
        "form.yaml:5 assignees: is GitHub's and not used here",
        "form.yaml:6 projects: is GitHub's and not used here",
    ]
    made = loaded.types["form"]
    assert (made.name, made.description, made.title, made.type) == ("2024", "on", "[Bug]: ", "Bug")
    assert (made.labels, made.assignees, made.projects) == (("bug", "needs triage"), ("octo-example",), ("example/1",))
    assert type_of(HEAD + 'labels: ["", " a b ", " "]\n' + STORY).labels == ("a b",)
    assert [field.id for field in made.body] == ["markdown-1", "files", "logs", "terms", "which"]
    assert list(made.fields) == ["files", "logs", "terms", "which"]
    assert made.fields["terms"].required
    assert made.fields["files"].validations.accept == ".png,.jpg"
    assert made.fields["which"].attributes.default == 1
    assert made.fields["which"].is_multiple


def test_missing_ids_are_slugs_and_made_unique() -> None:
    """Repeated labels are legal on GitHub; a label that means a common section gets its id."""
    loaded = load_one(
        HEAD
        + """body:
- {type: input, attributes: {label: "What happened?"}}
- {type: input, attributes: {label: What happened}}
- {type: input, id: what-happened-2, attributes: {label: Own id}}
- {type: input, attributes: {label: Acceptance criteria}}
- {type: input, attributes: {label: Größe & Farbe}}
- {type: input, attributes: {label: 何が起きましたか}}
- {type: input, id: title, attributes: {label: Title}}
- {type: input, attributes: {label: Title}}
"""
    )
    assert loaded.problems == []
    assert list(loaded.types["form"].fields) == [
        "what-happened",
        "what-happened-3",
        "what-happened-2",
        "acceptance_criteria",
        "grosse-farbe",
        "field-6",
        "title-2",
        "title-3",
    ]
    alike = "in a ticket the one cannot be told from the other"
    assert [str(note) for note in loaded.notes] == [
        "form.yaml:10 body[6].id: every form asks for a title already, this one is called title-2",
        f"form.yaml:5 body[1].attributes.label: is what what-happened is called, too; {alike}",
        f"form.yaml:11 body[7].attributes.label: is what title-2 is called, too; {alike}",
    ]


def test_a_title_of_ones_own_gives_way_to_ids_further_down() -> None:
    """A valid form in which `title-2` is taken below loads, and so does an id of any length."""
    long = "a" * 300
    body = f"""body:
- {{type: input, id: title, attributes: {{label: Title}}}}
- {{type: input, id: title-2, attributes: {{label: Second}}}}
- {{type: input, id: {long}, attributes: {{label: Long}}}}
"""

    loaded = load_one(HEAD + body)

    assert loaded.problems == []
    assert list(loaded.types["form"].fields) == ["title-3", "title-2", long]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (
            "- {type: input, id: first, attributes: {label: L}}",
            "id: first is the id of another field, too; ids must differ",
        ),
        (
            "- {type: input, id: a b, attributes: {label: L}}",
            "id: may hold letters, digits, - and _ only (did you mean a_b?)",
        ),
        (
            "- {type: input, attributes: {}}",
            "attributes.label: is missing: the question, and the heading in the ticket",
        ),
        ("- {type: input}", "attributes.label: is missing: the question, and the heading in the ticket"),
        ("- {attributes: {label: L}}", "type: is missing"),
        ("- {type: [input], attributes: {label: L}}", "type: must be text"),
        (
            "- {type: input, attributes: {label: [L]}}",
            f"attributes.label: {QUOTES}",
        ),
        (
            "- {type: input, attributes: {label: {{name}}}}",
            "attributes.label: has a key that is no word; put it in quotes if it holds brackets or braces",
        ),
        (
            "- {type: dropdown, attributes: {label: L, default: 0}}",
            "attributes.options: is missing: the options to choose from",
        ),
        (
            "- {type: input, attributes: label:L}",
            "attributes: must hold keys and values, one a line; write a blank behind `label:`",
        ),
        (
            "- {type: dropdown, attributes: {label: L, options: [Linux: x86]}}",
            'attributes.options[0]: holds ": ", so that it is read as a key and its value; put it in quotes',
        ),
        (
            "- {type: checkboxes, attributes: {label: L, options: [{label: a, require: true}]}}",
            "attributes.options[0].require: unknown key; known here are label, required (did you mean required?)",
        ),
        ("- {type: input, attributes: [L]}", "attributes: must hold keys and values, one a line"),
        ("- words", ": must be a field with `type:` and `attributes:`"),
        ("- {type: markdown, attributes: {value: ' '}}", "attributes.value: is missing: the text to show"),
        (
            "- {type: markdown, attributes: {value: x}, validations: {required: true}}",
            "validations: means nothing for a field of type markdown; take it out",
        ),
        ("- {type: dropdown, attributes: {label: L}}", "attributes.options: is missing: the options to choose from"),
        (
            "- {type: dropdown, attributes: {label: L, options: [a, b, a]}}",
            "attributes.options[0]: “a” is there more than once; people could not tell them apart",
        ),
        ("- {type: dropdown, attributes: {label: L, options: ['']}}", "attributes.options[0]: must not be empty"),
        (
            '- {type: dropdown, attributes: {label: L, options: [a, "\\N"]}}',
            "attributes.options[1]: must not be empty",
        ),
        ("- {type: dropdown, attributes: {label: L, options: a}}", "attributes.options: must be a list"),
        (
            "- {type: dropdown, attributes: {label: L, options: [a], default: 1}}",
            "attributes.default: there is no option 1; they are counted from 0 to 0",
        ),
        (
            "- {type: dropdown, attributes: {label: L, options: [a], default: '0'}}",
            "attributes.default: must be a whole number, without quotes",
        ),
        (
            "- {type: dropdown, attributes: {label: L, options: [{label: a, required: true}]}}",
            "attributes.options[0].required: is for check boxes; for a dropdown write validations.required",
        ),
        (
            "- {type: checkboxes, attributes: {label: L, options: [{lable: a}]}}",
            "attributes.options[0].lable: unknown key; known here are label, required (did you mean label?)",
        ),
        ("- {type: checkboxes, attributes: {label: L, options: [{}]}}", "attributes.options[0].label: is missing"),
        (
            "- {type: textarea, attributes: {label: L, render: 5}}",
            "attributes.render: must be the name of a language, such as shell",
        ),
        (
            "- {type: textarea, attributes: {label: L, render: true}}",
            "attributes.render: must be the name of a language, such as shell",
        ),
        ("- {type: number, attributes: {label: L, value: many}}", "attributes.value: must be a number"),
        (
            "- {type: url, attributes: {label: L, value: example.com}}",
            "attributes.value: must be a link that starts with https:// or http://",
        ),
        (
            "- {type: files, attributes: {label: L}, validations: {accept: 'png,.jpg'}}",
            "validations.accept: png is no file extension; write them like .png,.pdf",
        ),
        (
            "- {type: date, attributes: {label: L}, ready: {at_least: 2}}",
            "ready.at_least: counts lines or choices, and a field of type date holds one",
        ),
        ("- {type: input, attributes: {label: L}, ready: {at_least: -1}}", "ready.at_least: must be 0 or more"),
        (
            "- {type: date, attributes: {label: L}, ready: {checks: [wording]}}",
            "ready.checks: read text, and a field of type date has none",
        ),
        (
            "- {type: input, attributes: {label: L}, ready: {block: [wording.vagu]}}",
            (
                "ready.block[0]: wording.vagu is no finding code; they stand in docs/checks.md "
                "(did you mean wording.vague?)"
            ),
        ),
        (
            "- {type: input, attributes: {label: L}, ready: {block: [wording.vague]}}",
            "ready.block[0]: wording.vague is found by the check wording; add it to checks",
        ),
        (
            "- {type: input, attributes: {label: L}, when: {frist: a}}",
            "when.frist: there is no field frist in this form (did you mean first?)",
        ),
        (
            "- {type: input, id: self, attributes: {label: L}, when: {self: a}}",
            "when.self: self must stand above this field",
        ),
        ("- {type: input, attributes: {label: L}, when: {first: []}}", "when.first: must not be empty"),
        (
            "- {type: input, attributes: {label: L}, aliases: [FIRST]}",
            "aliases[0]: “FIRST” is a heading of first already",
        ),
    ],
)
def test_what_is_wrong_with_a_field_is_said_at_its_key(field: str, expected: str) -> None:
    """Every fault of a field names the key and how to mend it."""
    text = with_field(field + "\n")
    messages = errors(text)
    assert f"form.yaml:7 body[1]{'' if expected.startswith(':') else '.'}{expected}" in messages


def test_when_names_the_options_that_there_are() -> None:
    """A misspelt answer is found before anybody waits for a field that never appears."""
    text = with_field(
        "- {type: dropdown, id: ab, attributes: {label: AB, options: [Yes, No]}}\n"
        "- {type: input, attributes: {label: Why}, when: {ab: Yse}}\n"
    )
    assert errors(text) == [
        "form.yaml:8 body[2].when.ab: “Yse” is none of the options of ab: Yes, No (did you mean Yes?)"
    ]


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ({"type": "input", "attributes": {"label": "x" * 2_001}}, "attributes.label"),
        ({"type": "textarea", "attributes": {"label": "L", "value": "x" * 3_001}}, "attributes.value"),
        ({"type": "markdown", "attributes": {"value": "x" * 30_001}}, "attributes.value"),
        ({"type": "dropdown", "attributes": {"label": "L", "options": ["x" * 3_001]}}, "attributes.options[0]"),
        (
            {"type": "dropdown", "attributes": {"label": "L", "options": [f"{n:04}" * 250 for n in range(31)]}},
            "attributes.options",
        ),
    ],
)
def test_what_slack_cannot_show_is_refused(field: dict[str, Any], key: str) -> None:
    """Beyond Slack's limits a form is refused by the check, never by Slack at run time."""
    last = {"type": "input", "id": "last", "attributes": {"label": "Last"}}
    loaded = load_one(json.dumps({"name": "n", "description": "d", "body": [field, last]}), "form.json")
    assert [problem.key for problem in loaded.problems] == [f"body[0].{key}"]
    assert "Slack" in loaded.problems[0].message
    assert loaded.types == {}


def test_what_is_shortened_is_noted() -> None:
    """Placeholders, descriptions and options that are too long are shown shortened, and the check says so."""
    body = [
        {"type": "input", "attributes": {"label": "L", "placeholder": "p" * 151, "description": "d" * 2_001}},
        {"type": "dropdown", "attributes": {"label": "M", "options": ["o" * 76, "short"]}},
    ]
    loaded = load_one(json.dumps({"name": "n", "description": "d", "body": body}), "form.json")
    assert loaded.problems == []
    assert [(note.key, note.severity) for note in loaded.notes] == [
        ("body[0].attributes.description", "note"),
        ("body[0].attributes.placeholder", "note"),
        ("body[1].attributes.options[0]", "note"),
    ]


def test_hundreds_of_options_and_fields_are_fine() -> None:
    """More than 100 options become an external select, long forms get pages."""
    body = [
        {"type": "dropdown", "id": f"d{n}", "attributes": {"label": "L", "options": [str(o) for o in range(250)]}}
        for n in range(120)
    ]
    made = type_of(json.dumps({"name": "n", "description": "d", "body": body}), "form.json")
    assert len(made.fields) == 120


def test_a_form_that_asks_nothing_is_refused() -> None:
    """As on GitHub, text alone is no form."""
    text = HEAD + "body:\n- type: markdown\n  attributes: {value: Hello}\n"
    assert errors(text) == [
        "form.yaml:3 body: asks nothing: markdown only shows text; add a field that can be filled in"
    ]


def test_an_empty_body_is_refused() -> None:
    """A form without fields would be a blank form."""
    assert errors(HEAD + "body: []\n") == ["form.yaml:3 body: must not be empty"]
    assert errors(HEAD) == ["form.yaml:1 body: is missing"]
    assert errors(HEAD + "body: {}\n") == ["form.yaml:3 body: must be a list"]


def test_a_mapping_to_a_field_that_is_not_asked_is_refused() -> None:
    """`tracker.<name>.fields` names ids of the form."""
    text = HEAD + "tracker: {jira: {fields: {user_stori: duedate}}, linear: {}}\n" + STORY
    assert errors(text) == [
        (
            "form.yaml:3 tracker.jira.fields.user_stori: there is no field user_stori in this form "
            "(did you mean user_story?)"
        ),
        "form.yaml:3 tracker.linear: is no tracker; known here are default, ask, jira, asana",
    ]


def test_windows_files_and_byte_order_marks_are_read() -> None:
    """Editors on Windows add both."""
    text = (HEAD + STORY).replace("\n", "\r\n").encode("utf-8-sig")
    assert type_of(text).fields["user_story"].label == "User story"
    assert type_of("\ufeff" + HEAD + STORY).name == "Form"


def test_json_files_are_read_with_lines_escapes_and_tabs() -> None:
    """JSON is more than YAML knows: pairs of escapes for one character, tabs for indentation, a `$schema`."""
    form = {
        "$schema": "schema.json",
        "name": "🐛 \\ud83d",
        "description": "a\tb/c\n",
        "body": [{"type": "input", "lable": 1}],
    }
    text = json.dumps(form, indent="\t").replace("/", "\\/")
    loaded = load_one(text, "form.json")
    assert [(problem.line, problem.key) for problem in loaded.problems] == [
        (6, "body[0].attributes.label"),
        (8, "body[0].lable"),
    ]
    form["body"] = [{"type": "input", "attributes": {"label": "L"}}]
    made = type_of(json.dumps(form, indent="\t"), "form.json")
    assert (made.name, made.description) == ("🐛 \\ud83d", "a\tb/c\n")


def test_json_strings_may_hold_what_yaml_would_fold_or_refuse() -> None:
    """Line separators and control characters stand raw in JSON files."""
    name = "a\u2028b\x7fc\x85d"
    form = {"name": "n", "description": name, "body": [{"type": "input", "attributes": {"label": "L"}}]}
    assert type_of(json.dumps(form, ensure_ascii=False), "form.json").description == name


def test_keys_without_a_value_count_as_left_out() -> None:
    """`assignees:` with nothing behind it is common in forms."""
    assert type_of(HEAD + "assignees:\ntitle: ~\n" + STORY).title == ""


def test_labels_are_one_line() -> None:
    """A label is a heading in the ticket."""
    made = type_of(HEAD + "body:\n- type: input\n  attributes:\n    label: |\n      User\n      story\n")
    assert made.fields["user_story"].label == "User story"


def test_the_key_is_the_stem_of_the_file() -> None:
    """Names that cannot be typed behind a slash command are made so."""
    files = {f"t/{name}": HEAD + STORY for name in ("bug.yml", "1.Feature.yaml", "Bug report (new).json", "日本.yaml")}
    loaded = load(files, MODELS)
    assert loaded.problems == []
    assert list(loaded.types) == ["bug", "1.Feature", "bug-report-new", "form"]
    assert [note.key for note in loaded.notes] == ["", ""]


def test_two_files_of_one_name_in_a_folder_are_refused() -> None:
    """Nobody could say which of them is meant."""
    loaded = load({"t/bug.yml": HEAD + STORY, "t/bug.yaml": HEAD + STORY}, MODELS)
    assert [str(problem) for problem in loaded.problems] == [
        "t/bug.yaml:1: is called bug, as t/bug.yml is; rename one of them"
    ]


def test_a_later_folder_replaces_a_shipped_type() -> None:
    """A team's own file wins over the shipped one of the same name, and the check says so."""
    loaded = load({"shipped/bug.yaml": HEAD + STORY, "own/bug.yaml": "name: Own\ndescription: d\n" + STORY}, MODELS)
    assert loaded.problems == []
    assert loaded.types["bug"].name == "Own"
    assert [str(note) for note in loaded.notes] == ["own/bug.yaml:1: replaces shipped/bug.yaml"]


def test_a_copy_of_a_shipped_type_is_not_worth_a_note() -> None:
    """Nor is the shipped folder itself, named by another path by who works in a clone of the project."""
    loaded = load({"shipped/bug.yaml": HEAD + STORY, "templates/bug.yaml": HEAD + STORY}, MODELS)
    assert (loaded.problems, loaded.notes, loaded.files) == ([], [], {"bug": "templates/bug.yaml"})


@pytest.mark.parametrize(
    ("was", "expected"),
    [
        (("a", None), "names this type itself; leave it out"),
        (("b", None), "b is still there, in b.yaml"),
        (("old", "old"), "old is what a was called, too"),
    ],
)
def test_former_names_must_be_free(was: tuple[str | None, str | None], expected: str) -> None:
    """`was` leads from a name that is gone to one type."""
    files = {
        f"{key}.yaml": HEAD + (f"was: {name}\n" if name else "") + STORY for key, name in zip("ab", was, strict=True)
    }
    (problem,) = load(files, MODELS).problems
    assert (problem.line, problem.key, problem.message) == (3, "was", expected)


def test_a_former_name_is_judged_whatever_else_is_wrong() -> None:
    """Another fault in the file does not hide it."""
    found = load({"a.yaml": HEAD + "was: a\nagenda: never\n" + STORY}, MODELS).problems
    assert [problem.key for problem in found] == ["was", "agenda"]


def test_other_files_are_passed_over() -> None:
    """A folder of templates also holds a guide, the schema, and on GitHub a list of links."""
    files = {
        "t/README.md": "# Guide",
        "t/schema.json": "{}",
        "t/config.yml": "blank_issues_enabled: false\n",
        "t/bug.yml": HEAD + STORY,
    }
    loaded = load(files, MODELS)
    assert loaded.problems == []
    assert list(loaded.types) == ["bug"]
    assert [str(note) for note in loaded.notes] == [
        "t/config.yml:1: is GitHub's list of links, not a form; passed over"
    ]


def test_a_section_without_room_for_not_needed_is_noted() -> None:
    """Every ready section can be answered “Not needed, because …”, which a date cannot hold."""
    loaded = load_one(with_field("- {type: date, id: day, attributes: {label: Day}, ready: {required: true}}\n"))
    assert [str(note) for note in loaded.notes] == [
        (
            "form.yaml:7 body[1].ready: “Not needed, because …” cannot be written into this field; "
            "consider textarea or input"
        )
    ]


@settings(max_examples=examples(75), deadline=None)
@given(st.one_of(st.text(), st.binary(), st.text(alphabet="abc:-[]{}&*!|>'\"%@`#?, \n\t\r\u2028")))
def test_any_text_gives_problems_never_an_exception(text: str | bytes) -> None:
    """Whatever a file holds, the check answers in sentences."""
    loaded = load({"any.yaml": text, "any.json": text}, MODELS)
    assert loaded.types == {}
    assert all(isinstance(problem, Problem) and problem.message for problem in loaded.problems)
    assert loaded.problems


_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
_KEYS = [
    "name",
    "description",
    "title",
    "labels",
    "assignees",
    "projects",
    "type",
    "agenda",
    "tracker",
    "was",
    "body",
    "id",
    "attributes",
    "validations",
    "aliases",
    "ready",
    "when",
    "label",
    "options",
    "default",
    "multiple",
    "required",
    "accept",
    "checks",
    "block",
    "at_least",
    "jira",
    "fields",
    "markdown",
    "dropdown",
]


_MAPPINGS = st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=4)
_FIELDS = st.dictionaries(st.sampled_from(_KEYS), st.one_of(_VALUES, st.sampled_from(_KEYS), _MAPPINGS), max_size=6)


@settings(max_examples=examples(75), deadline=None)
@given(st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=8), st.lists(_FIELDS, max_size=3))
def test_any_data_under_our_keys_gives_problems_never_an_exception(
    top: dict[str, Any], body: list[dict[str, Any]]
) -> None:
    """Wrong types anywhere are said in sentences."""
    form = {"name": "n", "description": "d"} | top | ({"body": body} if body else {})
    loaded = load({"any.json": json.dumps(form)}, MODELS)
    assert loaded.types or loaded.problems
