"""The engineer that thinks with a language model, and is held to account by the gate.

It plans, writes tests that are red, writes the code, and mends what the gate finds.
Each answer and each tool's result is remembered before it is relied on: a crash
loses none, and what the model knows is rebuilt from the run, not from a transcript.
"""

from prodwright.engineer.model.worker import ModelWorker

__all__ = ["ModelWorker"]
