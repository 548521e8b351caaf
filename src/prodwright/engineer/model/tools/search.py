"""Looking for a pattern, in the sandbox: the pattern is the model's."""

from __future__ import annotations

from pydantic import Field

from prodwright.core.errors import InputError
from prodwright.core.redaction import holds_secrets
from prodwright.engineer.model.tools._tool import Arguments, Tool, bounded
from prodwright.engineer.phases.workplace import Workplace

_SECONDS = 20.0
_MOST_LINES = 200
_NOTHING_FOUND = 1
# What grep need not even open; the sandbox does not show it all the names.
_KEPT_OUT = (".env", ".env.*", "*.pem", "*.key", "id_rsa", "id_ed25519", ".netrc")


class Search(Arguments):
    """Search the project's files for a regular expression (POSIX extended)."""

    pattern: str = Field(min_length=1, max_length=500)
    folder: str = Field("", description="Only below this folder or in this file.")


def run(workplace: Workplace, arguments: Search) -> str:
    """Return `path:line:text` for each place, at most 200."""
    if not arguments.pattern.isprintable():
        raise InputError(
            "the pattern holds control characters", hint="use [[:space:]] for them"
        )
    where = arguments.folder or "."
    if arguments.folder:
        workplace.place(arguments.folder)
    words = ["grep", "-rnIEs", "-m", "50", "--exclude-dir=.git"]
    words += [f"--exclude={each}" for each in _KEPT_OUT]
    done = workplace.run((*words, "-e", arguments.pattern, "--", where), _SECONDS)
    if done.timed_out:
        raise InputError("the search took too long", hint="use a simpler pattern")
    # It ends with an error, too, for what it may not read: that is passed over.
    if done.code > _NOTHING_FOUND and done.output.startswith("grep: "):
        raise InputError(done.output.strip()[:300], hint="mend the pattern")
    lines = [line.removeprefix("./") for line in done.output.split("\n") if line]
    kept = [each for each in lines if not holds_secrets(each.partition(":")[0])]
    more = f"\n... {len(kept) - _MOST_LINES} more" if len(kept) > _MOST_LINES else ""
    return bounded("\n".join(kept[:_MOST_LINES])) + more or "nothing found"


TOOL = Tool(arguments=Search, run=run)
