"""A hospital's year with known answers: charts, the claims that were sent, and the truth beside them.

Visits are made from their answers: a scenario says what is given and what that earns, by the
thresholds of the edition and nothing else.  It imports neither rules nor engine, so that the two can
be held against each other.
"""
