"""Each defence of a function can be taken away, one at a time."""

from __future__ import annotations

import ast
from textwrap import dedent, indent
from types import CodeType

import pytest

from prodwright.probes.faults.defences import NeverLeft, without_defences
from prodwright.probes.faults.values import FOREVER, Plan


def weakened(body: str) -> list[str]:
    text = f"def work(client, path):\n{indent(dedent(body).strip(), '    ')}\n"
    module = compile(text, "work.py", "exec")
    code = next(e for e in module.co_consts if isinstance(e, CodeType))
    return [what for what, _ in without_defences(text, "work.py", code)]


DEFENDED = {
    "no timeout": "return client.get(timeout=3)",
    "no check": "if not client:\n    raise ValueError\nclient.go()",
    "with is never left": "with open(path) as file:\n    return file",
    "no finally": "try:\n    client.go()\nfinally:\n    client.end()",
    "handler does nothing": "try:\n    client.go()\nexcept OSError:\n    raise",
    "no rollback": "client.rollback()",
    "no bound": """
        for each in range(3):
            try:
                client.go()
            except OSError:
                pass
        """,
}


@pytest.mark.parametrize("what", DEFENDED)
def test_a_defence_is_taken_away(what: str) -> None:
    found = [each.partition(" in line")[0] for each in weakened(DEFENDED[what])]

    assert found.count(what) == 1


def test_code_without_defences_has_none_to_lose() -> None:
    assert weakened("return client.get(path)") == []


def test_a_context_that_is_never_left_is_entered_all_the_same() -> None:
    left = []

    class Context:
        def __enter__(self) -> str:
            return "inside"

        def __exit__(self, *error: object) -> None:
            left.append(error)

    with NeverLeft(Context()) as entered:
        assert entered == "inside"
    assert left == []


@pytest.mark.parametrize("times", [1, 2, FOREVER])
def test_a_plan_is_written_and_read_again(times: int) -> None:
    plan = Plan("http", "a/b.py", "Client.get.<locals>.go", 3, "status-503", times)

    assert Plan.parse(str(plan)) == plan


def test_what_is_no_plan_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'nonsense' is no fault"):
        Plan.parse("nonsense")


def test_the_probes_import_nothing_but_pytest_and_the_standard_library() -> None:
    import sys
    from pathlib import Path

    import prodwright.probes

    top = Path(prodwright.probes.__file__).parent
    allowed = {*sys.stdlib_module_names, "pytest", "_pytest", "prodwright.probes"}
    for file in top.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if isinstance(node, ast.Import):
                names += [each.name for each in node.names]
            for name in names:
                parts = name.split(".")
                known = {parts[0], ".".join(parts[:2])} & allowed
                assert known, f"{file} imports {name}"
