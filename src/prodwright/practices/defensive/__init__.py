"""Defensive programming.

validate-boundaries: Validate every input at the system boundary: type and range.
distrust-external-data: Never trust external data; validate and sanitise it.
guard-clauses: Guard clauses and fail fast.
none-checks: Check for None before use.
least-surprise: Behave predictably.
"""
