"""Whatever a file holds, a review ends soon and says what it could not judge.

`benchmarks/fuzz_review.py` goes on for as long as one likes.
"""

from __future__ import annotations

import ast
import io
import json
import random
import time
import tokenize
from encodings.aliases import aliases
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prodwright.api.reviewing import Review, ReviewRequest, review
from prodwright.core.judgement import Standing

DEEP = 100_000
BAD = "def collect(item, seen=[]):\n    seen.append(item)\n    return seen\n"
MOST_SECONDS = 60.0  # a bound, no benchmark: what hangs takes minutes or more
FOLDER = Path(ast.__file__).parent


def _reviewed(folder: Path, files: dict[str, str | bytes]) -> Review:
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    started = time.monotonic()
    done = review(
        ReviewRequest(paths=(), folder=folder, environment={}, with_verdicts=True)
    )
    assert time.monotonic() - started < MOST_SECONDS
    json.dumps(done.document())
    return done


NESTED = {
    "parentheses.py": f"x = {'(' * DEEP}1{')' * DEEP}\n",
    "lists.py": f"x = {'[' * DEEP}{']' * DEEP}\n",
    "sums.py": f"x = {'+'.join('1' * DEEP)}\n",
    "attributes.py": f"x = a{'.b' * DEEP}\n",
    "calls.py": f"x = a{'()' * DEEP}\n",
    "signs.py": f"x = {'-' * DEEP}1\n",
    "negations.py": f"x = {'not ' * DEEP}1\n",
    "lambdas.py": f"x = {'lambda: ' * DEEP}1\n",
    "branches.py": "if a: pass\n" + "elif b: pass\n" * DEEP,
    "digits.py": f"x = {'9' * DEEP}\n",
    "name.py": f'x = "\\N{{{"A" * DEEP}}}"\n',
    "annotation.py": f"x: {'list[' * DEEP}int{']' * DEEP}\n",
}


@pytest.mark.parametrize("name", NESTED)
def test_what_nests_without_end_is_named_and_the_rest_is_judged(
    name: str, tmp_path: Path
) -> None:
    done = _reviewed(tmp_path, {name: NESTED[name], "plain.py": BAD})

    assert [each.path for each in done.unjudged] == [name]
    assert [each.hazard for each in done.stage.findings] == ["mutable-default"]


LARGE = {
    "chain.py": f"def f(a):\n    return a{'.g()' * 900}\n",
    "blocks.py": "\n".join(" " * at + "if x:" for at in range(99)) + f"\n{' ' * 99}y\n",
    "line.py": f'x = "{"a" * 1_900_000}"\n',
    "table.py": "T = {" + ",".join(f'{n}: [{n}, "t{n}"]' for n in range(9_000)) + "}\n",
    "powers.py": 'x = 10**10**10\ny = "a" * 10**12\nz = [0] * 10**10\n',
    "hierarchy.py": "class C0: pass\n"
    + "\n".join(f"class C{n}(C{n - 1}): pass" for n in range(1, 1_000))
    + "\nclass Z("
    + ", ".join(f"C{n}" for n in range(999, 0, -1))
    + "): pass\n",
    "first.py": "from second import *\nfrom second import x\nclass A(B): pass\n",
    "second.py": "from first import *\nfrom first import x\nclass B(A): pass\n",
    "each_other.py": "import os\n"
    + "\n".join(
        f"def f{n}(a, b):\n    f{n + 1}(a, b)\n    return f{n + 2}(b, a)"
        for n in range(300)
    ),
    "states.py": "import os\ndef f(r):\n"
    + "\n".join(f"    if a{n}: r = r + 'x'\n    else: r = [r]" for n in range(800))
    + "\n    os.system(r)\n",
    "defaults.py": f"def f({', '.join(f'a{n}=[]' for n in range(2_000))}): pass\n",
    "allowed.py": "# prodwright: allow bare-except -- it is so\n" * 5_000,
    "decorated.py": "@a\n" * 5_000 + "def f(): pass\n",
    "feeds.py": f"\x0cx = 1\n\x0c{BAD}",
    "returns.py": BAD.replace("\n", "\r"),
}


def test_what_is_large_or_odd_is_judged(tmp_path: Path) -> None:
    done = _reviewed(tmp_path, dict(LARGE))

    assert [each.path for each in done.unjudged if ":" not in each.reason] == []
    found = {(e.path, e.line) for e in done.stage.findings if "mutable" in e.hazard}
    assert found == {("feeds.py", 2), ("returns.py", 1)}


def test_a_function_that_takes_too_long_to_follow_is_unverified_and_named(
    tmp_path: Path,
) -> None:
    nest = "".join(
        f"{' ' * n}a = b = c = ''\n{' ' * n}while x:\n" for n in range(1, 19)
    )
    code = (
        f"import os\ndef slow(x):\n{nest}{' ' * 19}a = b; b = c; c = x\n os.system(x)\n"
    )

    done = _reviewed(tmp_path, {"app.py": code})

    (unjudged,) = done.unjudged
    assert unjudged.path == "app.py"
    assert unjudged.reason.startswith("slow: it takes too many steps")
    standing = {each.practice: each.standing for each in done.verdicts}
    assert standing["sanitize-io"] is Standing.UNVERIFIED


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"x = 1\0\n", "NUL"),
        (b"x" * 100_000_000, "100,000,000 bytes"),
        (BAD.encode("utf-16"), "not readable as text"),
        (b"# coding: klingon\n", "not readable as text"),
        (b'# coding: ascii\nx = "\xff"\n', "not readable as text"),
        (b"# coding: " + b"a" * 100_000 + b"\n", "not readable as text"),
        (b'x = "\xed\xa0\x80"\n', "not readable as text"),
        (b'x = """prodwright: allow\n', "unterminated"),
    ],
)
def test_what_is_no_text_is_named(content: bytes, told: str, tmp_path: Path) -> None:
    done = _reviewed(tmp_path, {"odd.py": content})

    assert [each.path for each in done.unjudged] == ["odd.py"]
    assert told in done.unjudged[0].reason


def test_every_encoding_is_read_as_python_reads_it(tmp_path: Path) -> None:
    names = sorted({*aliases.values(), "utf-8-sig"})
    code = {name: f"# -*- coding: {name} -*-\n{BAD}".encode() for name in names}

    done = _reviewed(tmp_path, {f"{name}.py": text for name, text in code.items()})

    read = {name for name in names if _compiles(code[name])}
    judged = {e.path.removesuffix(".py") for e in done.stage.findings}
    assert judged == read
    assert {each.path.removesuffix(".py") for each in done.unjudged} == {*names} - read


def _compiles(content: bytes) -> bool:
    try:
        # `compile` lets pass in comments what no file that is run may hold.
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        content.decode(encoding)
        compile(content, "code", "exec")
    except (SyntaxError, ValueError, LookupError):
        return False
    return True


SOURCES = [
    (FOLDER / name).read_bytes()
    for name in ("bisect.py", "colorsys.py", "keyword.py", "quopri.py", "sched.py")
]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return `content` with some bytes replaced, doubled, moved or gone."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) + 1)
        width = chance.choice((1, 1, 2, 8, 60))
        piece = bytes(changed[at : at + width])
        changed[at : at + width] = chance.choice(
            (
                b"",
                piece * 2,
                bytes(chance.randrange(256) for _ in range(width)),
                chance.choice(TOKENS),
            )
        )
    return bytes(changed)


TOKENS = (
    *(b"\n", b"\r", b"\x0c", b"\t", b" ", b"\\", b"#", b'"""', b"f'{", b"(", b"]"),
    *(b":", b"async ", b"await ", b"yield ", b"lambda: ", b"match x:\n", b"type X = "),
    *(b"except* ", b"def f[T](", b"@", b"*", b"**", b":=", b"\xc3\xa9", b"\xff", b"0x"),
    b"# prodwright: allow bare-except -- x\n",
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), source=st.sampled_from(SOURCES))
def test_mutated_sources_are_judged_or_named(
    seed: int, source: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = mutated(source, random.Random(seed))  # noqa: S311 - no secret

    done = _reviewed(tmp_path_factory.mktemp("code"), {"app.py": content})

    lines = content.count(b"\n") + content.count(b"\r") + 1
    assert all(1 <= each.line <= lines for each in done.stage.findings)
    if done.files == 0:
        assert not _compiles(content)
