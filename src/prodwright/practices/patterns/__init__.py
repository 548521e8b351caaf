"""Domain-specific patterns.

established-patterns: Repository, factory, strategy where they fit.
separation-of-concerns: Separate concerns.
layer-boundaries: Clear boundaries between layers.
dependency-injection: Inject dependencies for testing.
solid: SOLID, pragmatically.
"""
