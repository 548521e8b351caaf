"""Code with marked lines, and what the data flow finds in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from textwrap import dedent

from prodwright.analysis.dataflow import Followed, follow
from prodwright.analysis.ir import line_of
from prodwright.analysis.linking import Program
from prodwright.analysis.lowering import lower
from prodwright.analysis.models import load
from prodwright.analysis.module_names import module_name

_MARK = re.compile(r"# (\w[\w-]*(?:, \w[\w-]*)*)$")

FLASK = """
from flask import request, session, redirect, make_response, Flask
app = Flask(__name__)
"""


def followed(files: str | Mapping[str, str]) -> Followed:
    """Return what is found in code, which may be several files by path."""
    texts = {"app.py": files} if isinstance(files, str) else files
    modules = []
    for path, text in texts.items():
        tree = ast.parse(dedent(text))
        is_package = path.endswith("__init__.py")
        modules.append((path, lower(tree, module_name(path), is_package=is_package)))
    packages = {each for _, module in modules for each in module.packages}
    return follow(Program.of(modules), load(packages))


def found(files: str | Mapping[str, str]) -> set[tuple[str, int, str]]:
    """Return the path, line and category of each flow."""
    flows = followed(files).flows
    return {(each.path, line_of(each.position), each.category) for each in flows}


def marked(files: str | Mapping[str, str]) -> set[tuple[str, int, str]]:
    """Return likewise what comments at the ends of lines say."""
    texts = {"app.py": files} if isinstance(files, str) else files
    return {
        (path, number, category)
        for path, text in texts.items()
        for number, line in enumerate(dedent(text).splitlines(), start=1)
        if (match := _MARK.search(line))
        for category in match[1].split(", ")
    }


def handler(body: str) -> str:
    """Return a Flask handler with this body, in which `x` is the client's text."""
    lines = dedent(body).strip("\n").splitlines()
    inside = "".join(f"    {line}\n" for line in lines)
    imports = "import os\nimport sqlite3\nimport subprocess\n"
    start = "@app.route('/')\ndef handle():\n    x = request.args.get('x')\n"
    return f"{imports}{FLASK}\n{start}    db = sqlite3.connect('a')\n{inside}"
