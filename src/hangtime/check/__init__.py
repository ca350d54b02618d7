"""The independent checker: it accepts or refuses each coded line from the chart alone.

It reads the chart, the line with its certificate, and the tables of facts, and works everything out
again in its own way: nothing of the rules or the engine is used, and no number of a certificate is
believed.  What it shares with the engine are facts: names of drugs, product codes, units, thresholds,
edit tables, and the positions of a payer's profile.
"""
