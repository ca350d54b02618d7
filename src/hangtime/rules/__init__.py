"""The rules of the infusion family, one topic a file, in the order of the guideline.

All are imported together, so that their numbers are the same whoever imports first.
"""

from hangtime.rules import walk

__all__ = ["walk"]
