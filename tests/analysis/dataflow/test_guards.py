"""Conditions that tell harmless values from others."""

from __future__ import annotations

import pytest

from analysis.dataflow.scene import found, handler, marked

HOLDING = {
    "a list in the code": "if x in ('ls', 'ps'):\n  os.system(x)",
    "a list of ours": "ALLOWED = str(db)\nif x in ALLOWED:\n  os.system(x)",
    "a dictionary": "d = {'a': 1}\nif x in d:\n  os.system(x)",
    "refusal": "if x not in ('ls', 'ps'):\n  return 'no'\nos.system(x)",
    "equality": "if x == 'ls':\n  os.system(x)",
    "inequality": "if x != 'ls':\n  return 'no'\nos.system(x)",
    "digits": "if x.isdigit():\n  os.system(x)",
    "no digits": "if not x.isdigit():\n  return 'no'\nos.system(x)",
    "a pattern": "import re\nif re.fullmatch('[a-z]+', x):\n  os.system(x)",
    "a compiled pattern": (
        "import re\nP = re.compile('[a-z]+')\nif P.fullmatch(x):\n  os.system(x)"
    ),
    "a choice": "os.system(x if x in ('ls',) else 'ps')",
    "both": "if db and x in ('ls',):\n  os.system(x)",
    "either refused": "if not db or x not in ('ls',):\n  return 'no'\nos.system(x)",
    "an assertion": "assert x in ('ls',)\nos.system(x)",
    "a comprehension": "os.system(' '.join(y for y in x if y in ('a', 'b')))",
    "a loop": "while x in ('ls',):\n  os.system(x)",
    "a text that does not occur": "if '..' not in x:\n  open('/srv/' + x)",
    "a text that was replaced": "open('/srv/' + x.replace('..', ''))",
    "a part that was checked": (
        "from urllib.parse import urlparse\nu = urlparse(x)\n"
        "if u.netloc not in ['a.example'] or u.scheme != 'https':\n  return 'no'\n"
        "return redirect(x)"
    ),
    "a path below a folder": (
        "import pathlib\np = (pathlib.Path('/srv') / x).resolve()\n"
        "if not p.is_relative_to('/srv'):\n  return 'no'\np.read_text()"
    ),
    "a path that would raise": (
        "import pathlib\np = (pathlib.Path('/srv') / x).resolve()\n"
        "p.relative_to('/srv')\np.read_text()"
    ),
}

FAILING = {
    "the other branch": "if x in ('ls',):\n  pass\nelse:\n  os.system(x)  # command",
    "what the client lists": "if x in request.args:\n  os.system(x)  # command",
    "after the branch": "if x in ('ls',):\n  pass\nos.system(x)  # command",
    "only one of two": "if db or x in ('ls',):\n  os.system(x)  # command",
    "a text that does occur": "if '..' in x:\n  open('/srv/' + x)  # path",
    "another text": "if 'q' not in x:\n  open('/srv/' + x)  # path",
    "another hurt": "if '..' not in x:\n  os.system(x)  # command",
    "a variable": "y = 'ls'\nif y in ('ls',):\n  os.system(x)  # command",
    "a replacement of something else": ("open('/srv/' + x.replace('a', 'b'))  # path"),
    "a replacement by it": "open('/srv/' + 'a'.replace('a', x))  # path",
}


@pytest.mark.parametrize("body", HOLDING.values(), ids=HOLDING)
def test_what_was_checked_is_harmless(body: str) -> None:
    assert found(handler(body)) == set()


@pytest.mark.parametrize("body", FAILING.values(), ids=FAILING)
def test_what_was_not_checked_is_found(body: str) -> None:
    code = handler(body)

    assert marked(code)
    assert found(code) == marked(code)


def test_a_function_of_the_program_may_judge() -> None:
    code = "def is_safe_name(name):\n    return len(name) < 9\n" + handler(
        "if is_safe_name(x):\n  os.system(x)\nos.system(x)  # command"
    )

    assert found(code) == marked(code)
