"""What calling a function may do besides returning: block, raise, open, change."""

from prodwright.analysis.effects.facts import Call, effects_in
from prodwright.analysis.effects.summaries import effects_of
from prodwright.analysis.effects.table import Effects, Way

__all__ = ["Call", "Effects", "Way", "effects_in", "effects_of"]
