"""What a charted drug is: names to ingredients, and the class and properties of each ingredient.

`substances` holds the public calls.  The tables beside it are facts with a source on every row.
"""
