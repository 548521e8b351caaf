"""What was installed for a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package, exactly.

    Attributes:
        name: As the registry spells it, in lower case with dashes.
        version: Of the package.
        sha256: Of its wheel, in hexadecimal.
        requested: Whether it was asked for; else another one needs it.
    """

    name: str
    version: str
    sha256: str
    requested: bool = False

    @property
    def pin(self) -> str:
        """The line of a lock that names it."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"
