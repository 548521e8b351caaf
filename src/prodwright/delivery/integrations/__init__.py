"""What other tools need to know of us, and how it is put into their files."""

from prodwright.delivery.integrations.recipes import NAMES, Piece, pieces

__all__ = ["NAMES", "Piece", "pieces"]
