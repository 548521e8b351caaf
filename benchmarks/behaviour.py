"""Compares how a package behaves before and after it was hardened.

    python benchmarks/behaviour.py BEFORE AFTER --python VENV/bin/python

BEFORE and AFTER are two trees of the same code. In the sandbox every module of each
is imported, then public module-level functions are called with seeded inputs: first
those of modules that differ, then a seeded sample of the others. What each call
returns or raises, prints and logs is compared; each tree runs twice, and what
differs between the two runs is unstable and discarded. Exits with 1 on a difference;
an assert on an argument that became a check which refuses the same is none, but is
listed.
`--plant` changes one function of BEFORE instead and fails when that stays unseen.
"""

from __future__ import annotations

import argparse
import ast
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from behaviour_runs import Box, Outcome, Plan, file_of, modules_of, run

from prodwright.adapters.sandbox import find_sandbox

PLANTED = "planted by benchmarks/behaviour.py"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What one tree does.

    Attributes:
        imports: How the import of each module ended, of the first run.
        calls: How each call of each function ended, where both runs agree.
        unstable: Calls whose two runs disagree, as function and number.
    """

    imports: dict[str, str]
    calls: dict[tuple[str, int], str]
    unstable: frozenset[tuple[str, int]]


def main() -> int:
    """Compare the trees; return 1 on a difference, or on a missed plant."""
    options = _options().parse_args()
    with tempfile.TemporaryDirectory(prefix="prodwright-behaviour-") as folder:
        return _compared(options, Path(folder) / "run")


def _compared(options: argparse.Namespace, place: Path) -> int:
    box = Box(
        find_sandbox(allow_unsandboxed=options.allow_unsandboxed),
        options.python.absolute(),
        dict(each.partition("=")[::2] for each in options.variable),
        options.timeout_seconds,
        place,
    )
    plan = _plan(box, options)
    before = behaviour(box, options.before, plan)
    if options.plant:
        return _planted(box, options.before, plan, before)
    after = behaviour(box, options.after, plan)
    different, mended = compare(before, after)
    _print_counts(plan, before, after, different, mended)
    for line in different:
        print(f"different: {line}")
    for line in mended:
        print(f"mended: {line}")
    return int(bool(different))


def changed_modules(before: Path, after: Path) -> frozenset[str]:
    """Return the modules whose files differ between the trees."""
    return frozenset(
        name
        for name in modules_of(before)
        if file_of(before, name).read_bytes() != _content(file_of(after, name))
    )


def behaviour(box: Box, tree: Path, plan: Plan) -> Behaviour:
    """Return what `tree` does, from two runs."""
    first, second = (run(box, tree, plan) for _ in range(2))
    calls, again = _by_call(first), _by_call(second)
    unstable = {place for place in calls if again.get(place) != calls[place]}
    unstable |= again.keys() - calls.keys()
    stable = {each: said for each, said in calls.items() if each not in unstable}
    return Behaviour(first["imports"], stable, frozenset(unstable))


def compare(before: Behaviour, after: Behaviour) -> tuple[list[str], list[str]]:
    """Return a line per import and call that ended differently, and per mended one."""
    different = [
        f"import {name}: {said!r} became {after.imports.get(name)!r}"
        for name, said in before.imports.items()
        if after.imports.get(name) != said
    ]
    mended: list[str] = []
    for place, said in before.calls.items():
        now = after.calls.get(place, "nothing")
        if place in after.unstable or now == said:
            continue
        name, number = place
        line = f"{name}, input {number}: {said!r} became {now!r}"
        (mended if is_mended(said, now) else different).append(line)
    return different, mended


def is_mended(said: str, now: str) -> bool:
    """Tell whether an argument that an assert refused is refused by a check now."""
    refused = now.startswith(("raised ValueError", "raised TypeError"))
    return said.startswith("raised AssertionError") and refused


def plant(tree: Path, function: str) -> None:
    """Make `function` of the module in `tree` return a text of ours."""
    module, _, name = function.rpartition(".")
    path = file_of(tree, module)
    lines = path.read_text("utf-8").splitlines()
    for node in ast.parse("\n".join(lines)).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = node.body[0]
            indent = " " * first.col_offset
            lines.insert(first.lineno - 1, f"{indent}return {PLANTED!r}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _planted(box: Box, tree: Path, plan: Plan, before: Behaviour) -> int:
    returning = [
        name for (name, _), said in before.calls.items() if said.startswith("returned ")
    ]
    chosen = random.Random(str(plan.seed)).choice(sorted(set(returning)))
    with tempfile.TemporaryDirectory(prefix="prodwright-plant-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(tree, copy, ignore=shutil.ignore_patterns(".git"))
        plant(copy, chosen)
        different, _ = compare(before, behaviour(box, copy, plan))
    seen = [line for line in different if line.startswith(f"{chosen}, ")]
    print(f"planted in {chosen}: {'seen' if seen else 'missed'}")
    return int(not seen)


def _plan(box: Box, options: argparse.Namespace) -> Plan:
    """Choose the functions: of changed modules first, then a seeded sample."""
    modules = modules_of(options.before)
    survey = Plan(
        modules=modules,
        only=None,
        seed=options.seed,
        calls=0,
        call_seconds=options.call_seconds,
    )
    found = sorted(run(box, options.before, survey)["calls"])
    changed = changed_modules(options.before, options.after)
    first = [name for name in found if name.rpartition(".")[0] in changed]
    rest = [name for name in found if name.rpartition(".")[0] not in changed]
    room = max(0, min(options.functions - len(first), len(rest)))
    sample = random.Random(str(options.seed)).sample(rest, room)
    print(f"{len(first):6} functions of {len(changed)} changed modules")
    return Plan(
        modules=modules,
        only=(*first, *sample),
        seed=options.seed,
        calls=options.calls,
        call_seconds=options.call_seconds,
    )


def _by_call(outcome: Outcome) -> dict[tuple[str, int], str]:
    return {
        (name, number): text
        for name, said in outcome["calls"].items()
        for number, text in enumerate(said)
    }


def _print_counts(
    plan: Plan,
    before: Behaviour,
    after: Behaviour,
    different: Sequence[str],
    mended: Sequence[str],
) -> None:
    unstable = before.unstable | after.unstable
    compared = [each for each in before.calls if each not in unstable]
    ended = Counter(before.calls[each].partition(" ")[0] for each in compared)
    imported = sum(said == "imported" for said in before.imports.values())
    other = sum(not line.startswith("import ") for line in different) + len(mended)
    print(f"{len(plan.modules):6} modules compared, {imported} import before")
    print(f"{len(plan.only or ()):6} functions called")
    print(f"{len(compared) - other:6} calls equal, of {dict(ended)}")
    print(f"{len(different):6} different")
    print(f"{len(mended):6} mended: an assert became a check")
    print(f"{len(unstable):6} unstable")


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser()
    options.add_argument("before", type=Path)
    options.add_argument("after", type=Path)
    options.add_argument("--python", type=Path, default=Path(sys.executable))
    options.add_argument(
        "--variable", action="append", default=[], metavar="NAME=VALUE"
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--functions", type=int, default=300, metavar="N")
    options.add_argument("--calls", type=int, default=6, metavar="N")
    options.add_argument("--call-seconds", type=float, default=1.0)
    options.add_argument("--timeout-seconds", type=float, default=600.0)
    options.add_argument("--plant", action="store_true")
    options.add_argument("--allow-unsandboxed", action="store_true")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
