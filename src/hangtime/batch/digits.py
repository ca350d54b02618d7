"""Whole numbers as text, byte by byte; in the subset of the rules."""

MINUS, ZERO, POINT = b"-0."
MOST = 19  # digits of a number of 64 bits


def write_number(value, text, at):
    """A whole number in decimal digits; the new end of the text."""
    if value < 0:
        text[at] = MINUS
        at += 1
        value = -value
    width = 1
    beyond = 10
    while value >= beyond and width < MOST:
        width += 1
        beyond *= 10
    for k in range(width):
        text[at + width - 1 - k] = ZERO + value % 10
        value //= 10
    return at + width


def write_amount(value, scale, text, at):
    """A value in parts of `scale`, a power of ten, as a decimal without needless zeros; the new end."""
    at = write_number(value // scale, text, at)
    rest = value % scale
    if rest == 0:
        return at
    text[at] = POINT
    at += 1
    while rest > 0:
        scale //= 10
        text[at] = ZERO + rest // scale
        at += 1
        rest %= scale
    return at
