"""Prodwright: writes, hardens and proves production-grade code."""

__version__ = "0.1.0"
