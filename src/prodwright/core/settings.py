"""What the user configured: command line over environment over file."""

from __future__ import annotations

from dataclasses import dataclass, field

from prodwright.core.finding import Severity
from prodwright.core.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """Which language model works, and what it may use.

    Attributes:
        name: `provider:name`, e.g. `anthropic:claude-sonnet-4-5`; empty: none.
        review: The one that judges practices no check decides; empty: the same.
        fallback: The one that answers while the first one's provider cannot.
        base_url: Of an OpenAI-compatible service; empty: the provider's own.
        key_variable: Environment variable with the key; empty: the provider's own.
        input_dollars: Price per million tokens read; None: as published.
        output_dollars: Price per million tokens written; None: as published.
        limits: What one run may use.
    """

    name: str = ""
    review: str = ""
    fallback: str = ""
    base_url: str = ""
    key_variable: str = ""
    input_dollars: float | None = None
    output_dollars: float | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be configured; nothing below `api` reads anything else.

    Attributes:
        fail_on: Findings below this severity are shown but do not fail.
        only: Hazards, practices or principles to judge; empty means all.
        skip: Hazards, practices or principles to leave out.
        exclude: Paths or glob patterns, relative to the reviewed folder.
        baseline: File with the findings that are known already, relative to the
            repository's top folder.
        models: Model files of the project's own libraries, relative to the repository's
            top folder.
        library_entries: Whether parameters of a library's own functions count as
            values from outside; such findings are notes.
        attempts: How often work goes back to the engineer; 1 to 10.
        python: Interpreter that runs the project's tests; empty: looked for.
        test_timeout_seconds: Wall-clock limit of one run of the tests; 1 to 86,400.
        trial_seconds: For trying new tests on mutants, all together; 30 to 86,400.
            What there is no time for is told as not judged.
        model: Which language model works; none by default.
    """

    fail_on: Severity = Severity.LOW
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    baseline: str = ".prodwright/baseline.json"
    models: tuple[str, ...] = ()
    library_entries: bool = False
    attempts: int = 5
    python: str = ""
    test_timeout_seconds: float = 600.0
    trial_seconds: float = 300.0  # beyond that a person stops waiting
    model: ModelSettings = field(default_factory=ModelSettings)
