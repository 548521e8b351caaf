"""What the model may do, one tool per file; adding a file adds a tool."""

from prodwright.engineer.model.tools._tool import Tool, load_tools

__all__ = ["Tool", "load_tools"]
