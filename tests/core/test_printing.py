from __future__ import annotations

import time

import pytest

from prodwright.core.printing import printable


@pytest.mark.parametrize(
    "text",
    [
        "::set-output name=version::evil",
        "first\n  ::add-mask::e",
        "shop/##[set-env name=PATH;]x.py",
    ],
)
def test_a_log_gives_a_workflow_no_commands(text: str) -> None:
    shown = printable(text)
    assert "\N{REPLACEMENT CHARACTER}" in shown
    assert "##[" not in shown
    assert not any(line.strip().startswith("::") for line in shown.splitlines())


@pytest.mark.parametrize(
    "text", ["::2]", "a::b::c", "Example::", "see\n::\n", "## [x]", "print(x)\n\ty"]
)
def test_what_is_no_command_is_shown_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_hostile_text_is_made_printable_in_time() -> None:
    started = time.perf_counter()
    printable("##[a" * 20_000 + "\n" + "::a" * 20_000 + " " * 100_000)
    assert time.perf_counter() - started < 5
