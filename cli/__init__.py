"""The `scorelang` command."""
