"""From a request to a brief: questions, inference, profile."""
