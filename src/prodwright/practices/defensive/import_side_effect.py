"""Importing a module must not reach the network, start threads or run programs.

Every test, worker and command that merely mentions the module waits for it, and
when the other side is down nothing can start at all.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, is_script

EXAMPLES = (
    Example(
        bad={
            "shop/rates.py": """
                import requests

                RATES = requests.get("https://rates.test/v1", timeout=5)  # flagged
            """
        },
        good={
            "shop/rates.py": """
                from functools import cache

                import requests


                @cache
                def rates():
                    return requests.get("https://rates.test/v1", timeout=5)
            """
        },
    ),
)

_EFFECTS = re.compile(
    r"(requests|httpx)\.(get|post|put|patch|delete|request)|urllib\.request\.urlopen|"
    r"subprocess\.(run|call|check_call|check_output|Popen)|os\.system|"
    r"threading\.Thread\.start|threading\.Timer\.start|socket\.create_connection|"
    r"multiprocessing\.Process\.start|psycopg2?\.connect|pymysql\.connect"
)


def check(source: Source) -> Iterator[Site]:
    calls = source.calls_where(_EFFECTS.fullmatch)
    if not calls or is_script(source):
        return
    for call in calls:
        if not any(isinstance(each, _LATER) for each in source.ancestors(call)):
            message = f"{source.called(call)} runs when the module is imported"
            yield Site(node=call, message=message)


_LATER = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


REPAIR = Brief(
    summary="Move the work into a function that the program's start-up calls"
)

HAZARD = Hazard(
    title="Keep imports free of effects",
    practice="least-surprise",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("Google Python Style Guide 3.17",),
)
