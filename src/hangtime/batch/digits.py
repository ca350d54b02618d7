"""Text written eight bytes at a time; in the subset of the rules.

A text is a table of words that overlap: word `at` holds the eight bytes from `at` on, the first of
them lowest (`columns.overlapping`).  What is written may reach beyond the new end, where the next
word is written over it.
"""

import numpy as np

MINUS, ZERO, POINT = b"-0."
GROUP = 1000
HIGHEST = 10**18  # the largest power of GROUP in 64 bits
WIDTH = 56  # bits before the byte that tells how many bytes of a word are text


def _numbered(word):
    return int.from_bytes(word, "little")


# Each number below GROUP, with its width in the last byte; and filled up to three digits.
PLAIN = np.array([_numbered(b"%d" % n) | len(b"%d" % n) << WIDTH for n in range(GROUP)], "i8")
FILLED = np.array([_numbered(b"%03d" % n) for n in range(GROUP)], "i8")


def write_number(value, text, at):
    """A whole number in decimal digits; the new end of the text."""
    if value < 0:
        text[at] = MINUS
        at += 1
        value = -value
    if value < GROUP:
        text[at] = PLAIN[value]
        return at + (PLAIN[value] >> WIDTH)
    scale = GROUP
    while scale < HIGHEST and value // scale >= GROUP:
        scale *= GROUP
    part = value // scale
    text[at] = PLAIN[part]
    at += PLAIN[part] >> WIDTH
    while scale > 1:
        value -= part * scale
        scale //= GROUP
        part = value // scale
        text[at] = FILLED[part]
        at += 3
    return at


def write_amount(value, scale, text, at):
    """A value in parts of `scale`, a power of ten, as a decimal without needless zeros; the new end."""
    if scale == 1:
        return write_number(value, text, at)
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
