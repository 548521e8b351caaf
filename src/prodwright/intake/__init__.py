"""From a request to a brief: questions, inference, profile."""

from prodwright.intake.inference import infer
from prodwright.intake.profile_file import PROFILE_PATH, read_profile, write_profile
from prodwright.intake.questions import Asker, settle_profile

__all__ = [
    "PROFILE_PATH",
    "Asker",
    "infer",
    "read_profile",
    "settle_profile",
    "write_profile",
]
