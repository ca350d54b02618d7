"""The rules of the infusion family, one topic a file, in the order of the guideline."""
