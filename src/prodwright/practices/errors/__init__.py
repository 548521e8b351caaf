"""Comprehensive error handling.

specific-handlers: Handle specific errors; no generic catch.
safe-messages: Messages that help debugging and leak nothing.
recovery: Recover and degrade gracefully.
contextual-logging: Log errors with context and the right severity.
clear-propagation: Clear error paths through the system.
"""
