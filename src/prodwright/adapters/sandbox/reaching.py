"""A sandbox from which named hosts are reached, and what it refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from prodwright.adapters.sandbox.errand import Completed, Errand, Sandbox

_MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Reaching:
    """Runs errands in another sandbox, with the network open for `hosts`.

    Attributes:
        sandbox: Where they run.
        hosts: Whom each errand may reach, besides those that it names itself.
    """

    sandbox: Sandbox
    hosts: tuple[str, ...]

    @property
    def isolation(self) -> str:
        """What confines the command, and whom it may reach."""
        told = f"; may reach {', '.join(self.hosts)}" if self.hosts else ""
        return f"{self.sandbox.isolation}{told}"

    @property
    def opens_hosts(self) -> bool:
        """Whether the sandbox can open the network for named hosts."""
        return self.sandbox.opens_hosts

    def run(self, errand: Errand) -> Completed:
        """Run the errand; whom it was refused is told at the end of its output."""
        hosts = tuple(dict.fromkeys((*errand.hosts, *self.hosts)))
        done = self.sandbox.run(replace(errand, hosts=hosts))
        if not done.refused:
            return done
        output = done.output.rstrip("\n")
        told = [*([output] if output else []), *refusals(done.refused), ""]
        return replace(done, output="\n".join(told))


def refusals(refused: Sequence[str]) -> list[str]:
    """Return what the proxy refused, one line each."""
    told = [f"the network refused {_why(each)}" for each in refused[:_MOST_TOLD]]
    more = len(refused) - len(told)
    return [*told, *([f"the network refused {more} more"] if more > 0 else [])]


def _why(refused: str) -> str:
    """The proxy gives its reason where it is another one."""
    is_told = " " in refused
    return refused if is_told else f"{refused}: not among the allowed hosts"
