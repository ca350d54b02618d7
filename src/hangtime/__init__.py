"""Hangtime: from a charted infusion to codes anyone can check."""

__version__ = "0.1.0"
