"""Encounters through an engine, with every row accounted for: as the batch does it."""

from hangtime.batch.accounting import Account, Coded, Faults, code_read, code_reads

__all__ = ["Account", "Coded", "Faults", "code_read", "code_reads"]
