"""The program model: parsed sources, resolved names, suppressions."""

from prodwright.analysis.project import Project, project_of
from prodwright.analysis.source import Function, Source
from prodwright.analysis.suppressions import Suppression

__all__ = ["Function", "Project", "Source", "Suppression", "project_of"]
