"""The configuration table as pydantic sees it; imported only when one is there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from prodwright.core.finding import Severity
from prodwright.core.limits import MICRODOLLARS, Limits
from prodwright.core.settings import ModelSettings, Settings

_DEFAULT = Limits()
Texts = tuple[Annotated[str, Field(min_length=1)], ...]
SeverityName = Literal["note", "low", "medium", "high", "critical"]


class ModelTable(BaseModel):
    """`[tool.prodwright.model]`; see `ModelSettings` and `Limits`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    review: str = ""
    fallback: str = ""
    base_url: str = ""
    key_variable: str = ""
    input_dollars: Annotated[float | None, Field(ge=0, le=10_000)] = None
    output_dollars: Annotated[float | None, Field(ge=0, le=10_000)] = None
    requests: Annotated[int, Field(ge=1, le=10_000)] = _DEFAULT.requests
    tokens: Annotated[int, Field(ge=1_000, le=10**9)] = _DEFAULT.tokens
    cost_dollars: Annotated[float, Field(ge=0, le=10_000)] = (
        _DEFAULT.cost_microdollars / MICRODOLLARS
    )
    wall_seconds: Annotated[float, Field(ge=1, le=7 * 86_400)] = _DEFAULT.wall_seconds

    def settings(self) -> ModelSettings:
        """Return the values as the rest of the program knows them."""
        limits = Limits(
            requests=self.requests,
            tokens=self.tokens,
            cost_microdollars=round(self.cost_dollars * MICRODOLLARS),
            wall_seconds=self.wall_seconds,
        )
        own = set(ModelSettings.__dataclass_fields__) - {"limits"}
        return ModelSettings(**self.model_dump(include=own), limits=limits)


class SettingsTable(BaseModel):
    """`[tool.prodwright]`; see `Settings` for what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_on: SeverityName = "low"
    only: Texts = ()
    skip: Texts = ()
    exclude: Texts = ()
    baseline: Annotated[str, Field(min_length=1)] = ".prodwright/baseline.json"
    models: Texts = ()
    library_entries: bool = False
    attempts: Annotated[int, Field(ge=1, le=10)] = 5
    python: str = ""
    test_timeout_seconds: Annotated[float, Field(ge=1, le=86_400)] = 600.0
    trial_seconds: Annotated[float, Field(ge=30, le=86_400)] = 300.0
    model: ModelTable = ModelTable()

    def settings(self) -> Settings:
        """Return the values as the rest of the program knows them."""
        values = self.model_dump(exclude={"model"})
        values["model"] = self.model.settings()
        values["fail_on"] = Severity[self.fail_on.upper()]
        return Settings(**values)
