"""The pages coders work in: worklist, one visit, questions, release, figures.

They are links and forms throughout; `static/desk` adds the keyboard.  What a decision is and whether
it can be is asked of `hangtime.visits`, what a list holds of `hangtime.worklist`.
"""
