"""Errors about the software's input, each printed to the user without a traceback.

Findings are results about the documentation and are values (`model.Finding`).  These are the
other kind: something that cannot be read, found or used.  A message says what, where, why and
what to do; it never contains a value from a patient's record.
"""


class UserError(Exception):
    """Something the user can mend.  The command line prints it and exits with status 2."""


class UnreadableInput(UserError):
    """A file that cannot be read at all: absent, not of its format, or without the columns needed."""


class UncoveredDate(UserError):
    """A date of service that no edition of thresholds and codes covers."""


class UnknownPolicy(UserError):
    """A payer profile or a policy switch that does not exist, or a switch set to no known position."""


class UnusableMapping(UserError):
    """A mapping file that names columns, vocabularies or options which do not exist."""
