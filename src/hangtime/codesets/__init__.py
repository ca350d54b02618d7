"""Numbers and codes as facts, chosen by date of service: thresholds, codes, add-ons, edits."""
