"""Plan, tests that are red, code, and mending: the same whoever thinks and writes."""

from prodwright.engineer.phases.engineer import PhasedEngineer
from prodwright.engineer.phases.memory import Memory
from prodwright.engineer.phases.policy import Decision, Policy
from prodwright.engineer.phases.worker import Ended, Worker
from prodwright.engineer.phases.workplace import SuiteRun, Workplace
from prodwright.engineer.phases.written import Kept, Mended, Written, WrittenStep

__all__ = [
    "Decision",
    "Ended",
    "Kept",
    "Memory",
    "Mended",
    "PhasedEngineer",
    "Policy",
    "SuiteRun",
    "Worker",
    "Workplace",
    "Written",
    "WrittenStep",
]
