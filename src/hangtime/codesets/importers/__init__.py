"""Builders of the fact files from official tables; run by hand when a quarter is published."""
