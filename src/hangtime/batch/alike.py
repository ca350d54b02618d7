"""Columns of one value, which stands for all rows; in the subset of the rules.

Most columns of most charts are empty.  Read row for row, forty of them would be most of the memory
that the loop waits for.
"""


def value_at(column, k):
    """The value of row `k`."""
    return column[min(k, len(column) - 1)]
