"""Imports each module first, and stands others in for what classes are given."""
