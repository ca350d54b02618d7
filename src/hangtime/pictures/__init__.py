"""A coded encounter as a picture: in the terminal, as SVG, and as one accessible page."""
