"""The pages nurses chart in: the board of chairs, and one page a visit.

What a page asks is told by two tables (`data/sheets.csv`, `data/fields.csv`); one mapping leads from
what was typed to the entries of the record, whether a form was sent at once or waited on the device.
"""
