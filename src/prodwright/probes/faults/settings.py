"""What is explored, for how long, and where it is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prodwright.probes.faults.values import Plan

ALL, FAULTS, CRASHES = "all", "faults", "crashes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one process explores.

    Attributes:
        root: Places are told relative to it.
        code: Absolute paths of files and folders under test.
        budget_seconds: For everything; 0: without limit.
        report: File that lines of JSON are appended to; empty: none.
        key: Seals these lines; empty: they are for a person.
        only: The faults to replay; empty: all of them.
        kinds: `FAULTS`, `CRASHES` or `ALL`.
        part: Number of this process, from 0.
        parts: How many divide the tests among them.
        claims: Folder in which the processes note what they try; empty: there is one.
        defences: Whether green runs are tried again without the code's defences.
    """

    root: str
    code: tuple[str, ...]
    budget_seconds: float = 0.0
    report: str = ""
    key: str = ""
    only: tuple[Plan, ...] = ()
    kinds: str = ALL
    part: int = 0
    parts: int = 1
    claims: str = ""
    defences: bool = False

    @classmethod
    def of(cls, config: Any, told: Any) -> Settings:
        """Return what the gate told, or what the options of pytest say.

        Raises:
            ValueError: One of them makes no sense.
        """
        root = str(config.rootpath)
        if told:
            return cls(**{**told, "code": tuple(told["code"]), "root": root})
        named = config.getoption("--prodwright-code").split(",")
        code = [str(config.rootpath / each) for each in named if each]
        for path in code:
            if not Path(path).exists():
                raise ValueError(f"--prodwright-code names {path}, which is not there")
        only = config.getoption("--prodwright-fault")
        seconds, report = (
            config.getoption(f"--prodwright-{name}") for name in ("budget", "report")
        )
        if not seconds >= 0:  # NaN is neither
            raise ValueError(f"--prodwright-budget is {seconds:g}: name seconds")
        if report and not Path(report).absolute().parent.is_dir():
            raise ValueError(f"--prodwright-report: there is no folder for {report}")
        return cls(
            root=root,
            code=tuple(code) or (root,),
            budget_seconds=seconds,
            report=report,
            only=tuple(Plan.parse(each) for each in only),
        )

    def tries(self, fault: str) -> bool:
        """Tell whether `fault` is of a kind that is asked for."""
        if self.kinds == ALL:
            return True
        return (fault == "crash") == (self.kinds == CRASHES)
