"""Append-only, content-hashed records of what was seen."""

from prodwright.evidence.store import EvidenceStore, Record

__all__ = ["EvidenceStore", "Record"]
