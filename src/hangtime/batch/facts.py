"""Where the facts of a sentence stand, and how they stand in the text of a table."""

# Where a fact stands; WORDS are those of one encounter, and are written behind the loop.
VALUE, UNITS, RUN_WORD, RUN_WIDE, LIMIT, SWITCH, SUPPLY_WORD, SUPPLY_AMOUNT, WORDS = range(9)
QUOTE, COMMA, BRACE, BRACE_END, BRACKET, BRACKET_END = b'",{}[]'
NO_UNIT, MILLILITRES, PIECES = range(3)  # in what an NDC is counted
WHOLE, LESS_WASTE, WASTE = range(3)  # which part of a quantity a line has
