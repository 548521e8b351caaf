"""What a hazard is: how to see it, mend it, and show both."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import PurePosixPath
from textwrap import dedent
from typing import TYPE_CHECKING, Any, NamedTuple

from prodwright.analysis import Project, Source, Suppression
from prodwright.core.finding import Severity, TraceStep

if TYPE_CHECKING:
    import libcst as cst

    from prodwright.core.profile import Profile

_LEARNT = frozenset({"examples", "repair"})  # the attributes without a default
Node = ast.stmt | ast.expr | ast.excepthandler | ast.arg | ast.keyword | ast.alias


class Scope(Enum):
    """Which files a hazard is looked for in."""

    PRODUCTION = "production code"
    TESTS = "test code"
    EVERYWHERE = "all code"

    def covers(self, source: Source) -> bool:
        """Tell whether `source` is such a file."""
        match self:
            case Scope.PRODUCTION:
                return not (source.is_test or source.is_aside)
            case Scope.TESTS:
                return source.is_test
            case Scope.EVERYWHERE:
                return True


class Site(NamedTuple):
    """One place that a check points at.

    Attributes:
        node: Where; the finding stands on its first line.
        message: What is wrong here: one sentence, no full stop.
        mended: What the rewrite takes hold of, when that is not `node` itself.
        redact: Texts that no report may repeat; stars stand for them.
        trace: The way of a value to here.
        severity: When it is not the hazard's own.
    """

    node: Node
    message: str
    mended: Node | None = None
    redact: tuple[str, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    severity: Severity | None = None


class Flow(NamedTuple):
    """Values from outside that a hazard is about, followed across functions and files.

    Attributes:
        category: What they endanger; one of `analysis.categories`, which the models of
            libraries name, too.
        says: What happens to the value, e.g. `becomes part of the statement`.
        also: More categories of the same hazard.
        most_hops: Ways through more calls are left out: what each assumes adds up.
        vouched_by: Pattern of names; a file that holds one looks at such values.
        heeds_checks: Whether a condition on the value that leaves the function counts
            as a check, and who may call only as an administrator as trusted.
    """

    category: str
    says: str
    also: tuple[str, ...] = ()
    most_hops: int = 5
    vouched_by: str = ""
    heeds_checks: bool = False

    def covers(self, category: str, hops: int) -> bool:
        """Tell whether a way through so many calls in `category` is this hazard's."""
        if hops > self.most_hops:
            return False
        return category == self.category or category in self.also

    def is_vouched_for(self, text: str) -> bool:
        """Tell whether a file with this text looks at such values."""
        return bool(self.vouched_by) and re.search(self.vouched_by, text) is not None


class Mending(NamedTuple):
    """What a rewrite knows of the place it mends.

    Attributes:
        source: The file as it stood before this rewrite.
        site: The place as the check reported it.
    """

    source: Source
    site: Site


class Mended(NamedTuple):
    """The node that takes the place of the mended one.

    Attributes:
        node: One node, several (`cst.FlattenSentinel`) or none
            (`cst.RemoveFromParent()`).
        imports: What the new node needs: `hmac`, or `datetime:UTC` for
            `from datetime import UTC`.
    """

    node: cst.CSTNode | cst.FlattenSentinel[cst.CSTNode] | cst.RemovalSentinel
    imports: tuple[str, ...] = ()


class Rewrite(NamedTuple):
    """A deterministic repair.

    Attributes:
        summary: What it does, as an imperative sentence for the report.
        at: Class of libcst node that `mend` receives, e.g. `Call`; it is the
            one at the site's own position.
        mend: Returns the replacement, or None when it cannot mend this place
            with certainty. It receives a node of the class named by `at`, whose
            children are mended already.
        safe: True when it may be applied unattended: behaviour is kept, or
            changed only for inputs that were mishandled before.
    """

    summary: str
    at: str
    mend: Callable[[Any, Mending], Mended | None]
    safe: bool


class Brief(NamedTuple):
    """A repair that needs judgement; tells an engineer what to do, in Markdown."""

    summary: str


class Example:
    """Bad code and good code that the check tells apart.

    Args:
        bad: Code, or several files by path. Lines to be flagged end in
            `  # flagged`.
        good: What a rewrite must produce, or what a person should write.
        before: For hazards of a change: the code it started from.
    """

    def __init__(
        self,
        *,
        bad: str | Mapping[str, str],
        good: str | Mapping[str, str],
        before: str | Mapping[str, str] = "",
    ) -> None:
        self._code = (bad, good, before)

    @cached_property
    def bad(self) -> Mapping[str, str]:
        """The bad code, by path."""
        return _files(self._code[0])

    @cached_property
    def good(self) -> Mapping[str, str]:
        """The good code, by path."""
        return _files(self._code[1])

    @cached_property
    def before(self) -> Mapping[str, str]:
        """The code that a change started from, by path; none for other hazards."""
        return _files(self._code[2]) if self._code[2] else {}


@dataclass(frozen=True, kw_only=True)
class Hazard:
    """One recognisable way to break a practice.

    Attributes:
        title: What to do instead, as an imperative, e.g. `Bound every call`.
        practice: Name of the practice it breaks.
        severity: How much it hurts in production.
        check: Yields the places in one file.
        files: Names, as patterns, of the files that `check` judges; they are no
            Python, and `Source.lines` is what there is of them. Empty: Python files.
        check_project: Yields places that only several files together show.
        gathers: What `check_project` asks each file (see `analysis.facts.per_file`).
        check_change: Yields places where a change, from the first project to the
            second, breaks the practice.
        flow: Values that must not get there; found by the data flow, which tells their
            way. Where `check` points at the same line, this counts.
        check_unused: Judges suppressions that allowed nothing in this review.
        repair: How it is mended.
        examples: One to four.
        references: CWE, ASVS 5, PEP or other source of each number and rule.
        scope: Which files it is looked for in.
        subject: What a module must have for this to be a question at all, e.g.
            `database queries`; empty when every module is concerned.
        concerns: Tells whether a module has that subject.
        applies: Tells whether the profile makes this a hazard.
        stage: Stage of the gate that judges it; `static` ones have a check here.
        triggers: Of which at least one stands in each file in which `check` finds
            something (see `Source.standing`); None: any file may be one.
        preview: Not above 90% precision yet; judged only when named.
        name: Filled in from the file name.
        guidance: Filled in from the module's docstring.
    """

    title: str
    practice: str
    severity: Severity
    repair: Rewrite | Brief
    examples: tuple[Example, ...]
    check: Callable[[Source], Iterable[Site]] | None = None
    files: tuple[str, ...] = ()
    check_project: Callable[[Project], Iterable[tuple[Source, Site]]] | None = None
    gathers: tuple[Callable[[Source], object], ...] = ()
    check_change: Callable[[Project, Project], Iterable[tuple[Source, Site]]] | None = (
        None
    )
    flow: Flow | None = None
    check_unused: Callable[[Source, tuple[Suppression, ...]], Iterable[Site]] | None = (
        None
    )
    references: tuple[str, ...] = ()
    scope: Scope = Scope.PRODUCTION
    subject: str = ""
    concerns: Callable[[Source], bool] | None = None
    applies: Callable[[Profile], bool] | None = None
    stage: str = "static"
    preview: bool = False
    triggers: frozenset[str] | None = None
    name: str = ""
    guidance: str = ""

    def documented(self, module_name: str, docstring: str) -> Hazard:
        """Return a copy named after its file and described by its docstring."""
        name = module_name.rpartition(".")[2].replace("_", "-")
        return replace(self, name=name, guidance=dedent(docstring).strip())

    @classmethod
    def sketched(
        cls, known: Mapping[str, object], load: Callable[[], Hazard]
    ) -> Hazard:
        """Return a hazard of which the rest is learnt when it is asked for.

        Args:
            known: Values of attributes, by name; at least of those with a default.
            load: Returns all of it.
        """
        hazard = object.__new__(cls)
        hazard.__dict__.update(known, _load=load)
        return hazard

    if not TYPE_CHECKING:  # it would hide misspelt attributes

        def __getattr__(self, name: str) -> object:
            if name not in _LEARNT or "_load" not in self.__dict__:
                raise AttributeError(name)
            return getattr(self.__dict__["_load"](), name)

    def judges(self, source: Source) -> bool:
        """Tell whether `check` is for files like `source`."""
        if not self.files:
            return source.is_python
        name = PurePosixPath(source.path).name
        return any(fnmatchcase(name, pattern) for pattern in self.files)

    @property
    def consequence(self) -> str:
        """The first sentence of the guidance: what breaks in production."""
        return self.guidance.partition("\n\n")[0].replace("\n", " ")


def _files(code: str | Mapping[str, str]) -> Mapping[str, str]:
    by_path = {"example.py": code} if isinstance(code, str) else code
    return {path: dedent(text).lstrip("\n") for path, text in by_path.items()}
