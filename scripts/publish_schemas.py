"""Writes the JSON Schema of the configuration; a test holds it to the code.

    python scripts/publish_schemas.py
"""

from __future__ import annotations

import json
from pathlib import Path

from prodwright.adapters.settings_table import SettingsTable

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "src/prodwright/delivery/schemas/configuration-1.0.schema.json"


def configuration_schema() -> dict[str, object]:
    """Return the schema of `[tool.prodwright]` and of `prodwright.toml`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:prodwright:configuration:1.0",
        **SettingsTable.model_json_schema(),
    }


def main() -> None:
    """Write the schema."""
    text = json.dumps(configuration_schema(), indent=2, sort_keys=True)
    PLACE.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
