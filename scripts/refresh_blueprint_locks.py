"""Resolves the dependencies of every blueprint and writes its lock templates.

Run it with `uv` installed: `python scripts/refresh_blueprint_locks.py [name ...]`. Each
lock is resolved with the default answers and once for every other answer that changes
the requirements; what only that answer needs is wrapped in a condition.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from prodwright.blueprints import Blueprint, render
from prodwright.blueprints._registry import load_all, template_folder

LOCKS = {"requirements.lock": (), "requirements-dev.lock": ("--group", "dev")}
COMPILE = (
    *("uv", "pip", "compile", "pyproject.toml", "--quiet"),
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-annotate", "--no-header"),
)
# One requirement starts in the first column; its hashes follow, indented.
BLOCK = re.compile(r"^\S.*(?:\n[ \t]+.*)*", re.MULTILINE)


def main(names: list[str]) -> int:
    """Refresh the locks of the named blueprints; of all, if none is named."""
    for blueprint in load_all():
        if not names or blueprint.name in names:
            for lock in LOCKS:
                refresh(blueprint, lock)
                print(f"{blueprint.name}: {lock}")
    return 0


def refresh(blueprint: Blueprint, lock: str) -> None:
    """Write one lock template of one blueprint."""
    usual = project(blueprint, {})
    blocks = dict.fromkeys(resolve(usual, lock, previous=""), "")
    for condition, values in other_answers(blueprint):
        text = project(blueprint, values)
        if text == usual:
            continue
        for block in resolve(text, lock, previous="\n".join(blocks)):
            blocks.setdefault(block, condition)
    target = template_folder(blueprint) / "foundation" / f"{lock}.jinja"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(written(blocks)), encoding="utf-8")


def other_answers(blueprint: Blueprint) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each answer that is not the default, with what it depends on."""
    for question in blueprint.questions:
        for value in question.options or question.alternatives:
            if value != question.default:
                condition = f'{question.key} == "{value}"'
                yield condition, {**question.only_if, question.key: value}


def project(blueprint: Blueprint, values: dict[str, str]) -> str:
    """Return the project file that a blueprint renders to."""
    follow_ups = {
        question.key: question.alternatives[0]
        for question in blueprint.questions
        if question.default is None and question.alternatives
    }
    return render(blueprint, {**follow_ups, **values})[0].files["pyproject.toml"]


def resolve(text: str, lock: str, *, previous: str) -> list[str]:
    """Return the blocks of a lock, keeping the versions of a previous one."""
    with TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(text, encoding="utf-8")
        output = Path(folder, lock)
        output.write_text(previous, encoding="utf-8")
        command = [*COMPILE, *LOCKS[lock], "--output-file", output.name]
        subprocess.run(command, cwd=folder, check=True, timeout=300)
        return BLOCK.findall(output.read_text(encoding="utf-8"))


def written(blocks: dict[str, str]) -> Iterator[str]:
    """Yield the template's text, by requirement."""
    for block in sorted(blocks):
        condition = blocks[block]
        yield f"#% if {condition}\n{block}\n#% endif\n" if condition else f"{block}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
