"""``python -m darkrecoil``: the command line."""

from darkrecoil.cli import main

main()
