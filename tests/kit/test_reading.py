"""What checks ask of the code: handlers, literals, loggers."""

from __future__ import annotations

import ast
import json

import pytest

from prodwright.analysis import Source
from prodwright.kit import _lazy_cst, caught_names, constant, is_script, log_level


@pytest.mark.parametrize(
    ("caught", "names"),
    [
        ("", []),
        (" ValueError", ["ValueError"]),
        (" (socket.timeout, OSError)", ["timeout", "OSError"]),
        (" errors()", [""]),
    ],
)
def test_a_handler_names_the_classes_it_catches(caught: str, names: list[str]) -> None:
    source = Source(path="a.py", text=f"try:\n    f()\nexcept{caught}:\n    pass\n")
    (handler,) = source.nodes(ast.ExceptHandler)
    assert isinstance(handler, ast.ExceptHandler)

    assert caught_names(handler) == names


@pytest.mark.parametrize(("code", "value"), [("3", 3), ("-3", -3), ("x", None)])
def test_a_constant_may_have_a_sign(code: str, value: object) -> None:
    assert constant(ast.parse(code, mode="eval").body) == value


@pytest.mark.parametrize(
    ("path", "text", "is_one"),
    [
        ("bin/load.py", "", True),
        ("shop/cli.py", "", True),
        ("shop/load.py", "#!/usr/bin/env python\n", True),
        ("shop/load.py", "if __name__ == '__main__':\n    load()\n", True),
        ("shop/load.py", "if name == 'load':\n    load()\n", False),
    ],
)
def test_a_script_is_told_by_its_place_and_its_words(
    path: str,
    text: str,
    is_one: bool,  # noqa: FBT001
) -> None:
    assert is_script(Source(path=path, text=text)) is is_one


@pytest.mark.parametrize(
    ("call", "level"),
    [
        ("logging.getLogger('shop').error('x')", "error"),
        ("self.logger.info('x')", "info"),
        ("window.error('x')", None),
        ("logger.close()", None),
    ],
)
def test_a_call_that_logs_is_told_by_its_receiver(call: str, level: str | None) -> None:
    source = Source(path="a.py", text=f"import logging\n{call}\n")
    calls = [each for each in source.nodes(ast.Call) if ast.unparse(each) == call]
    assert isinstance(calls[0], ast.Call)

    assert log_level(source, calls[0]) == level


def test_a_module_that_is_there_already_is_not_loaded_again() -> None:
    assert _lazy_cst._lazy("json") is json
