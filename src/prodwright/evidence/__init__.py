"""Append-only, content-hashed records of what was seen."""
