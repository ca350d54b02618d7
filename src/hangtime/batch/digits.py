"""Whole numbers as text, byte by byte; in the subset of the rules."""

MINUS, ZERO = b"-0"


def write_number(value, text, at):
    """A whole number in decimal digits; the new end of the text."""
    if value < 0:
        text[at] = MINUS
        at += 1
        value = -value
    width = 1
    rest = value // 10
    while rest > 0:
        width += 1
        rest //= 10
    for k in range(width):
        text[at + width - 1 - k] = ZERO + value % 10
        value //= 10
    return at + width
