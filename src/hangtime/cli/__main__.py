"""`python -m hangtime.cli` is `hangtime`."""

from hangtime.cli import main

main()
