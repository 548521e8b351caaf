"""The program model: parsed sources, resolved names, suppressions."""
