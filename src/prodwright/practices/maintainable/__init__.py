"""Maintainable code.

clear-names: Self-documenting names.
single-responsibility: One function, one job.
unit-tests: Unit tests with edge cases.
integration-tests: Integration tests for critical paths.
documentation: Document what is not obvious.
consistent-style: One style.
clear-contracts: Clear interfaces and contracts.
"""
