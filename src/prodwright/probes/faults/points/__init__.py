"""Fault points: what the code under test does to the outside, replaced once.

Each module has an `install` that puts its points in. One for a library is called when
that is imported, so a library that is not used costs nothing.
"""
