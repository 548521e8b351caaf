"""Frozen values and the error tree; imports the standard library only."""
