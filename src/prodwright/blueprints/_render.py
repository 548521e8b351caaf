"""Turns a blueprint and its answers into commits.

Templates are Jinja2 with delimiters that Python, TOML, shell and Markdown do not
use: `{$ value $}`, and lines that start with `#%` for statements. Such a line
vanishes and nothing else does: blank lines around it stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from prodwright.blueprints._answers import settle
from prodwright.blueprints._blueprint import Blueprint, RenderedStep, Step
from prodwright.blueprints._registry import named, template_folder

if TYPE_CHECKING:
    from jinja2 import Environment

_SUFFIX = ".jinja"
_PACKAGE_PLACEHOLDER = "_package_"
# Jinja2's own line statements swallow the blank lines that follow them.
_STATEMENT_LINE = re.compile(r"^[ \t]*#%[ \t]*(.*)$", re.MULTILINE)


def render(blueprint: Blueprint, values: Mapping[str, str]) -> tuple[RenderedStep, ...]:
    """Render every step of a blueprint, those of its components first.

    Args:
        blueprint: What to render.
        values: Answers by question key; what is missing takes its default.

    Returns:
        One step per commit, in order. A file that renders to nothing but white
        space is left out; the same answers give the same bytes.

    Raises:
        ConfigurationInvalid: A key is unknown or an answer is not allowed.
        Unanswered: A question that applies has neither answer nor default.
    """
    answers = settle(blueprint, values)
    environment = _environment()
    context = {
        **answers,
        "package": blueprint.package,
        "title": blueprint.title,
        "dependencies": blueprint.dependencies,
    }
    return tuple(
        RenderedStep(
            title=step.title,
            files=_render_files(environment, blueprint, templates, context),
        )
        for step, templates in _steps(blueprint)
    )


def _steps(blueprint: Blueprint) -> Iterator[tuple[Step, dict[str, Path]]]:
    """Yield each step with its templates by path relative to the step."""
    parts = [named(name) for name in blueprint.includes]
    for part in parts:
        for step in part.steps:
            overlaid = _templates(part, step) | _templates(blueprint, step)
            yield step, overlaid
    for step in blueprint.steps:
        yield step, _templates(blueprint, step)


def _templates(blueprint: Blueprint, step: Step) -> dict[str, Path]:
    folder = template_folder(blueprint) / step.folder
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob(f"*{_SUFFIX}"))
    }


def _render_files(
    environment: Environment,
    blueprint: Blueprint,
    templates: Mapping[str, Path],
    context: Mapping[str, object],
) -> dict[str, str]:
    rendered = {
        _target(blueprint, relative): environment.get_template(str(path)).render(
            context
        )
        for relative, path in templates.items()
    }
    return {path: rendered[path] for path in sorted(rendered) if rendered[path].strip()}


def _source(path: str) -> str:
    text = Path(path).read_text(encoding="utf-8")
    return _STATEMENT_LINE.sub(r"{$% \1 %$}", text)


def _target(blueprint: Blueprint, relative: str) -> str:
    parts = relative.removesuffix(_SUFFIX).split("/")
    return "/".join(
        blueprint.package if part == _PACKAGE_PLACEHOLDER else part for part in parts
    )


@cache
def _environment() -> Environment:
    """Return the template engine; it keeps what it has compiled."""
    # Imported here: 60 ms that only rendering needs.
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(  # noqa: S701 - the output is source code, not HTML
        loader=FunctionLoader(_source),
        auto_reload=False,
        undefined=StrictUndefined,
        block_start_string="{$%",
        block_end_string="%$}",
        variable_start_string="{$",
        variable_end_string="$}",
        comment_start_string="{$*",
        comment_end_string="*$}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
