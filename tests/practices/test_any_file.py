"""No file makes a check fail, however odd it is."""

from __future__ import annotations

import ast

import pytest

from prodwright.analysis import Project, Source
from prodwright.core.errors import UnreadableSource
from prodwright.kit.judging import judge
from prodwright.kit.rewriting import rewritten
from prodwright.practices import load_hazards

DEEP = 900  # deeper than this, Python itself refuses most of them
DEEP_FOR_TREES = 200  # libcst copies whole trees, again and again


def deep(depth: int) -> dict[str, str]:
    """Return files with something so deep, or so long."""
    choices = " ".join(f"a if b{n} else" for n in range(depth))
    steps = "".join(f"q{n + 1} = 'a' + q{n}\n" for n in range(depth * 3))
    return {
        "a long sum": f"cursor.execute('select ' + {' + '.join(['x'] * depth)})\n",
        "a long chain": f"import re\nx = re.compile('a'){'.b()' * depth}\n",
        "many signs": f"x = {'-' * depth}1\n",
        "many denials": f"def f(x):\n    assert {'not ' * depth}x\n",
        "many branches": "if a:\n    pass\n" + "elif a:\n    pass\n" * depth,
        "branches at the end": "try:\n    a\nfinally:\n    if a:\n        b\n"
        + "    elif a:\n        b\n" * depth,
        "many steps": f"{steps}cursor.execute('select ' + q{depth * 3})\n",
        "many choices": f"eval({choices} c)\n",
    }


ODD = {
    "nothing": "",
    "only a comment": "# nothing",
    "no end of line": "try: f()\nexcept Exception: pass",
    "tabs": "def f(a=[]):\n\ta.append(1)\n\treturn a\n",
    "form feeds": "import requests\n\x0c\nx = '\u2028'; requests.get('u')\n",
    "escapes of nothing": "x = '\\udc80'; password = '\\ud800\\udfff12345678901'\n",
    "stars": "def f(*a, **k):\n    print(*a, **k)\n    open(*a).read()\n    int(*a)\n",
    "an empty call of everything": "import tarfile, jwt, os, yaml, random, requests\n"
    "yaml.load()\ntoken = random.choice()\nrequests.get()\n"
    "tarfile.open().extractall()\n"
    "jwt.decode()\nos.chmod()\nos.makedirs()\nopen()\nopen().read()\n"
    "int()\neval()\nx.execute()\nx.set_cookie()\nos.environ.get()\nos.system()\n",
    "names of every kind": "match x:\n    case [a, *b] | {'k': a, **b}:\n        pass\n"
    "del a\nglobal c\nlambda *, a=1, **k: (yield)\n[a := 1, *b]\nasync def f(): pass\n",
}
SHAPES = {**deep(DEEP), **ODD}
FOR_TREES = {**deep(DEEP_FOR_TREES), **ODD}
BY_NIGHT = [
    pytest.param(shape, id=f"{name}, deeper", marks=pytest.mark.nightly)
    for name, shape in deep(DEEP).items()
]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_no_check_fails(shape: str) -> None:
    source = Source(path="example.py", text=shape)
    try:
        _ = source.tree
    except UnreadableSource:
        return  # Python refuses it, and says so

    findings = judge(Project(sources=(source,)), load_hazards())

    assert all(1 <= each.line <= len(source.lines) for each in findings)


@pytest.mark.parametrize(
    "shape", [*(pytest.param(e, id=n) for n, e in FOR_TREES.items()), *BY_NIGHT]
)
def test_no_rewrite_fails(shape: str) -> None:
    source = Source(path="example.py", text=shape)

    for hazard in load_hazards():
        ast.parse(rewritten(source, hazard).text)


def test_most_shapes_are_read() -> None:
    unread = []
    for name, shape in SHAPES.items():
        try:
            _ = Source(path="example.py", text=shape).tree
        except UnreadableSource:
            unread.append(name)

    assert unread == []
