"""Hostile input at the boundaries that tests cross: requests, parsers, commands."""
