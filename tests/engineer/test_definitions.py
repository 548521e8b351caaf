"""Agent definition files, as they are in use."""

from __future__ import annotations

import pytest

from prodwright.core.errors import ConfigurationInvalid
from prodwright.engineer.definitions import own_persona, read_definition

SEED = """\
---
name: production-code-engineer
description: Use it when: "quality" matters. Examples: <example>user: "I need"</example>
color: green
---

You are an engineer.

You write tests.
"""


def test_a_definition_in_use_is_read_as_it_stands() -> None:
    definition = read_definition(SEED, "seed.md")

    assert definition.name == "production-code-engineer"
    assert definition.persona == "You are an engineer.\n\nYou write tests."
    assert definition.tools == ()
    assert definition.remarks == ("field 'color' has no effect here",)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("tool: Read", "field 'tool' is not known: did you mean 'tools'?"),
        ("zest: 3", "field 'zest' is not known"),
        ("tools: Read, Telepathy", "tool 'Telepathy' is not known here"),
        ("model: sonnet", "model 'sonnet' names no provider"),
    ],
)
def test_what_has_no_effect_is_reported(line: str, told: str) -> None:
    definition = read_definition(SEED.replace("color: green", line), "seed.md")

    assert [remark.startswith(told) for remark in definition.remarks] == [True]


@pytest.mark.parametrize(
    "tools", ["tools: Read, Grep", "tools: [Read, Grep]", "tools:\n  - Read\n  - Grep"]
)
def test_tools_are_those_that_are_named_and_what_no_phase_can_do_without(
    tools: str,
) -> None:
    definition = read_definition(SEED.replace("color: green", tools), "seed.md")

    assert {"read_file", "search", "finish", "submit_plan"} <= set(definition.tools)
    assert "write_file" not in definition.tools
    assert "run_command" not in definition.tools


def test_a_model_with_its_provider_is_taken() -> None:
    text = SEED.replace("color: green", "model: anthropic:claude-sonnet-4-5")

    assert read_definition(text, "seed.md").model == "anthropic:claude-sonnet-4-5"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("You are an engineer.", "no front matter"),
        ("---\nname: a\ndescription: b\n", "no front matter"),
        ("---\ndescription: b\n---\nYou.", "no name"),
        ("---\nname: a\n---\nYou.", "no description"),
        ("---\nname: a\ndescription: b\n---\n\n", "no text below"),
        ("", "no front matter"),
    ],
)
def test_what_is_no_definition_is_refused(text: str, told: str) -> None:
    with pytest.raises(ConfigurationInvalid, match=told):
        read_definition(text, "seed.md")


def test_our_own_is_one_of_them_and_has_no_remarks() -> None:
    definition = own_persona()

    assert definition.remarks == ()
    assert len(definition.persona) > 500
