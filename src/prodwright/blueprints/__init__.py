"""Blueprints: services the engineer can write without a model.

Each blueprint is a folder here with an `__init__` that defines `BLUEPRINT` and with
templates under `files/<step>/`; nothing is registered anywhere.
"""

from prodwright.blueprints._blueprint import Blueprint, RenderedStep, Step
from prodwright.blueprints._match import Match, match
from prodwright.blueprints._registry import load_blueprints, named
from prodwright.blueprints._render import render

__all__ = [
    "Blueprint",
    "Match",
    "RenderedStep",
    "Step",
    "load_blueprints",
    "match",
    "named",
    "render",
]
