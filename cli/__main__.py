"""`python -m scorelang.cli` is `scorelang`."""

from scorelang.cli import main

main()
