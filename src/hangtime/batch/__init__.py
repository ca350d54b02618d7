"""Many encounters at once: the same rules, compiled; whole encounters in, tables out."""
