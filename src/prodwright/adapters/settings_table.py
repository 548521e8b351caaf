"""The configuration table as pydantic sees it; imported only when one is there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from prodwright.core.finding import Severity
from prodwright.core.settings import Settings

Texts = tuple[Annotated[str, Field(min_length=1)], ...]
SeverityName = Literal["note", "low", "medium", "high", "critical"]


class SettingsTable(BaseModel):
    """`[tool.prodwright]`; see `Settings` for what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_on: SeverityName = "low"
    only: Texts = ()
    skip: Texts = ()
    exclude: Texts = ()
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    python: str = ""
    test_timeout_seconds: Annotated[float, Field(ge=1, le=86_400)] = 600.0

    def settings(self) -> Settings:
        """Return the values as the rest of the program knows them."""
        values = self.model_dump()
        values["fail_on"] = Severity[self.fail_on.upper()]
        return Settings(**values)
