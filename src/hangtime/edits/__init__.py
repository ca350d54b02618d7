"""The claim scrubber: which edit each claim line meets, and what chart fact would answer it.

    from hangtime.edits import ClaimLine, Scrubber

    findings = Scrubber().scrub([ClaimLine("C-1", 1, "facility", day, code, units)])

Lines may come from anywhere.  What no table covers is said to be unknown; it is never clean.
"""

from hangtime.edits._cards import cards
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.scrubber import Scrubber

__all__ = ["ClaimFinding", "ClaimLine", "Scrubber", "cards"]
