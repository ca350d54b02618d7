"""Where the facts of a sentence stand, and how they stand in the text of a table."""

# Where a fact stands; WORDS are those of one encounter, which the interpreted engine writes.
VALUE, UNITS, RUN_WORD, RUN_WIDE, LIMIT, SWITCH, SUPPLY_WORD, SUPPLY_AMOUNT, WORDS = range(9)
QUOTE, COMMA, BRACE, BRACE_END, BRACKET, BRACKET_END = b'",{}[]'
