"""Agent definition files: front matter, and a body that says who the agent is."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from prodwright.core.errors import ConfigurationInvalid

_FENCE = "---"
# Fields of the agent definitions that coding agents read; those without a meaning
# here are known, so that a misspelt one can be told from them.
_USED = frozenset({"name", "description", "tools", "model"})
_KNOWN = _USED | {"color", "disallowedTools", "permissionMode", "skills"}
# What the tools of common coding agents are called here.
_TOOLS = {
    "read": ("read_file", "list_files"),
    "ls": ("list_files",),
    "glob": ("list_files",),
    "grep": ("search",),
    "edit": ("edit_file",),
    "multiedit": ("edit_file",),
    "write": ("write_file", "move_file", "delete_file"),
    "bash": ("run_command", "install"),
}
# Without these a phase could neither be judged nor ended.
_ALWAYS = (
    "ask_user",
    "check_file",
    "finish",
    "look_up",
    "note_decision",
    "run_tests",
    "submit_plan",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """Who the engineer is.

    Attributes:
        name: Of the agent.
        persona: The body.
        model: `provider:name`; empty: as configured.
        tools: Names of the tools it may use; empty: all.
        remarks: What in the file has no effect here, one sentence each.
    """

    name: str
    persona: str
    model: str = ""
    tools: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def own_persona() -> Definition:
    """Return the definition that ships with the package."""
    file = Path(__file__).with_name("personas") / "production-engineer.md"
    return read_definition(file.read_text("utf-8"), file.name)


def read_definition(text: str, shown: str) -> Definition:
    """Return what a definition file says.

    Values are taken as they stand, up to the end of the line: the files in use hold
    colons and quotation marks that no YAML parser accepts.

    Args:
        text: The file's.
        shown: Its name in messages.

    Raises:
        ConfigurationInvalid: It has no front matter, no name or no body.
    """
    fields, body = _split(text, shown)
    for key in ("name", "description"):
        if not fields.get(key):
            raise ConfigurationInvalid(
                f"{shown}: no {key} in the front matter", hint=f"add `{key}: ...`"
            )
    if not body.strip():
        raise ConfigurationInvalid(
            f"{shown}: no text below the front matter", hint="say who the agent is"
        )
    tools, unknown_tools = _tools(fields.get("tools", ""))
    model = fields.get("model", "")
    return Definition(
        name=fields["name"],
        persona=body.strip(),
        model=model if ":" in model else "",
        tools=tools,
        remarks=(*_unknown_fields(fields), *unknown_tools, *_model_remark(model)),
    )


def _split(text: str, shown: str) -> tuple[dict[str, str], str]:
    lines = text.removeprefix("\ufeff").splitlines()
    if (
        not lines
        or lines[0].strip() != _FENCE
        or _FENCE not in map(str.strip, lines[1:])
    ):
        raise ConfigurationInvalid(
            f"{shown}: no front matter",
            hint="begin with `---`, `name: ...`, `description: ...`, `---`",
        )
    end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    fields: dict[str, str] = {}
    key = ""
    for line in lines[1:end]:
        if line.startswith((" ", "\t", "-")) and key:
            fields[key] = f"{fields[key]} {line.strip().removeprefix('- ')},".strip()
            continue
        key, _, value = line.partition(":")
        key = key.strip()
        if key:
            fields[key] = value.strip().strip("\"'") if key in _KNOWN else value.strip()
    return fields, "\n".join(lines[end + 1 :])


def _unknown_fields(fields: dict[str, str]) -> tuple[str, ...]:
    remarks = []
    for key in fields:
        if key in _USED:
            continue
        if key in _KNOWN:
            remarks.append(f"field {key!r} has no effect here")
            continue
        close = difflib.get_close_matches(key, sorted(_KNOWN), n=1, cutoff=0.6)
        told = f": did you mean {close[0]!r}?" if close else ""
        remarks.append(f"field {key!r} is not known{told}")
    return tuple(remarks)


def _tools(listed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = [each.strip().strip("[]\"'") for each in listed.split(",")]
    wanted = [name for name in names if name]
    known = [name for name in wanted if name.lower() in _TOOLS]
    remarks = tuple(
        f"tool {name!r} is not known here" for name in wanted if name not in known
    )
    if not wanted:
        return (), remarks
    chosen = {tool for name in known for tool in _TOOLS[name.lower()]}
    return tuple(sorted({*chosen, *_ALWAYS})), remarks


def _model_remark(model: str) -> tuple[str, ...]:
    if not model or ":" in model or model == "inherit":
        return ()
    return (f"model {model!r} names no provider: give `provider:name` or --model",)
