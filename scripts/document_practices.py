"""Write docs/practices/ from the hazard files; `--check` only compares."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from prodwright.kit import Hazard, Rewrite
from prodwright.practices import load_hazards, load_principles

FOLDER = Path(__file__).parent.parent / "docs" / "practices"


def hazard_page(hazard: Hazard) -> str:
    """Return the page of one hazard."""
    kind = "rewrite" if isinstance(hazard.repair, Rewrite) else "brief"
    if isinstance(hazard.repair, Rewrite):
        kind += ", applied unattended" if hazard.repair.safe else ", with `--unsafe`"
    facts = f"Practice: {hazard.practice}. Severity: {hazard.severity.label}. "
    facts += f"Repair: {kind}. Looked for in {hazard.scope.value}."
    blocks = [f"# {hazard.title} (`{hazard.name}`)", facts, hazard.guidance]
    blocks.append(f"**Do:** {hazard.repair.summary}.")
    if hazard.preview:
        blocks.append("Preview: judged only when it is named.")
    for example in hazard.examples:
        blocks += _code("Bad", example.bad) + _code("Good", example.good)
    if hazard.references:
        blocks.append("See: " + ", ".join(hazard.references))
    return "\n\n".join(blocks) + "\n"


def _code(heading: str, files: object) -> list[str]:
    texts = dict(files) if hasattr(files, "items") else {}  # type: ignore[call-overload]
    return [
        f"## {heading}\n\n```python\n{text.rstrip()}\n```" for text in texts.values()
    ]


def index_page() -> str:
    """Return the page that lists all practices and their hazards."""
    lines = ["# The 42 practices", ""]
    for principle in load_principles():
        lines += [f"## {principle.title}", ""]
        for practice in principle.practices:
            lines += [f"- **{practice.name}** {practice.title}."]
            lines += [
                f"  - [{each.name}]({each.name}.md) {each.consequence}"
                for each in load_hazards()
                if each.practice == practice.name
            ]
        lines.append("")
    return "\n".join(lines)


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every page with its place."""
    yield FOLDER / "README.md", index_page()
    for hazard in load_hazards():
        yield FOLDER / f"{hazard.name}.md", hazard_page(hazard)


def main() -> int:
    """Write or compare; return how many pages were stale when comparing."""
    wanted = dict(pages())
    checking = "--check" in sys.argv
    stale = [
        path
        for path, text in wanted.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    stale += [path for path in FOLDER.glob("*.md") if path not in wanted]
    for path in stale:
        if checking:
            print(f"stale: {path.relative_to(FOLDER.parent.parent)}")
        elif path in wanted:
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return min(len(stale), 1) if checking else 0


if __name__ == "__main__":
    sys.exit(main())
