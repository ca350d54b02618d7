"""The pages of people: who has an account and what he or she may do, and everybody's own account.

What they do is what the API under `/api/v1/accounts` and `/api/v1/session` does, by the same acts.
"""
