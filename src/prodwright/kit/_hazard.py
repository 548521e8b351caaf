"""What a hazard is: how to see it, mend it, and show both."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from prodwright.analysis import Project, Source, Suppression
from prodwright.core.finding import Severity, TraceStep
from prodwright.core.profile import Profile

if TYPE_CHECKING:
    import libcst as cst

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
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


@dataclass(frozen=True, slots=True)
class Flow:
    """Values from outside that a hazard is about, followed across functions and files.

    Attributes:
        category: What they endanger; one of `analysis.categories`, which the models of
            libraries name, too.
        says: What happens to the value, e.g. `becomes part of the statement`.
    """

    category: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """What a rewrite knows of the place it mends.

    Attributes:
        source: The file as it stood before this rewrite.
        site: The place as the check reported it.
    """

    source: Source
    site: Site


@dataclass(frozen=True, slots=True)
class Mended:
    """The node that takes the place of the mended one.

    Attributes:
        node: One node, several (`cst.FlattenSentinel`) or none
            (`cst.RemoveFromParent()`).
        imports: What the new node needs: `hmac`, or `datetime:UTC` for
            `from datetime import UTC`.
    """

    node: cst.CSTNode | cst.FlattenSentinel[cst.CSTNode] | cst.RemovalSentinel
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
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
        self.bad = _files(bad)
        self.good = _files(good)
        self.before = _files(before) if before else {}


@dataclass(frozen=True, kw_only=True)
class Hazard:
    """One recognisable way to break a practice.

    Attributes:
        title: What to do instead, as an imperative, e.g. `Bound every call`.
        practice: Name of the practice it breaks.
        severity: How much it hurts in production.
        check: Yields the places in one file.
        check_project: Yields places that only several files together show.
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
    check_project: Callable[[Project], Iterable[tuple[Source, Site]]] | None = None
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
    name: str = ""
    guidance: str = ""

    def documented(self, module_name: str, docstring: str) -> Hazard:
        """Return a copy named after its file and described by its docstring."""
        name = module_name.rpartition(".")[2].replace("_", "-")
        return replace(self, name=name, guidance=dedent(docstring).strip())

    @property
    def consequence(self) -> str:
        """The first sentence of the guidance: what breaks in production."""
        return self.guidance.partition("\n\n")[0].replace("\n", " ")


def _files(code: str | Mapping[str, str]) -> Mapping[str, str]:
    by_path = {"example.py": code} if isinstance(code, str) else code
    return {path: dedent(text).lstrip("\n") for path, text in by_path.items()}
