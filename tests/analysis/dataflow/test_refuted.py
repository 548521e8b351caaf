"""Calls of which the data flow knows that nothing harmful reaches them."""

from __future__ import annotations

import pytest

from analysis.dataflow.scene import followed, handler
from prodwright.analysis.ir import line_of

KNOWN = {
    "a constant": "y = 'ls'\nos.system(y)",
    "one of two constants": "y = 'ls' if db else 'ps'\nos.system(y)",
    "a number": "os.system(str(int(x)))",
    "what was checked": "if x in ('ls', 'ps'):\n  os.system(x)",
    "what was quoted": "import shlex\nos.system(shlex.quote(x))",
    "an item of a list": "y = [x, 'ls']\nos.system(y[1])",
}
UNKNOWN = {
    "what is dangerous": "os.system(x)",
    "what another package returns": "import acme\nos.system(acme.get())",
    "what another package is": "import acme\nos.system(acme.NAME)",
    "a text with it": "import acme\nos.system(f'ls {acme.NAME}')",
    "what the database answers": "os.system(db.execute('select').fetchone())",
    "a name from nowhere": "os.system(nowhere)",
    "an attribute of an unknown object": "os.system(nowhere.name)",
    "an item of an unknown object": "os.system(nowhere['a'])",
    "what an unknown method returns": "os.system(nowhere.get())",
    "the text of an unknown object": "os.system(str(nowhere))",
    "what is caught": "try:\n  pass\nexcept OSError as e:\n  os.system(e.args)",
    "a constant or the unknown": "y = 'ls' if db else nowhere\nos.system(y)",
}


def refuted(code: str) -> set[int]:
    found = followed(code)
    harmless = {place[1] for place in found.refuted if place[2] == "command"}
    unreached = {position for _, position in found.unreached}
    return {line_of(position) for position in harmless | unreached}


def last_call(body: str) -> int:
    lines = handler(body).splitlines()
    return max(at for at, line in enumerate(lines, 1) if "os.system" in line)


@pytest.mark.parametrize("body", KNOWN.values(), ids=KNOWN)
def test_what_is_known_to_be_harmless_is_told(body: str) -> None:
    assert last_call(body) in refuted(handler(body))


@pytest.mark.parametrize("body", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_known_is_not(body: str) -> None:
    assert last_call(body) not in refuted(handler(body))


def test_a_parameter_may_be_anything() -> None:
    assert refuted("import os\ndef run(c):\n    os.system(c)\nrun('ls')\n") == set()


def test_what_constants_keep_from_being_reached_is_told() -> None:
    body = "if 1 > 2:\n  os.system(nowhere)\nif 'a'.isdigit():\n  os.system(nowhere)"

    assert len(refuted(handler(body))) == 2
    assert refuted(handler("return 'a'\nos.system(nowhere)")) == {13}


def test_what_a_later_pass_of_a_loop_reaches_is_not() -> None:
    body = "n = 0\nwhile db:\n  if n == 1:\n    os.system(nowhere)\n  n += 1"

    assert refuted(handler(body)) == set()


def test_another_call_may_reach_it() -> None:
    code = (
        "import os\ndef run(mode):\n    if mode == 1:\n        os.system(nowhere)\n"
        "run(2)\n"
    )

    assert refuted(code) == set()
