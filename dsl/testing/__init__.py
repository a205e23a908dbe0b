"""Tests in the language: running them, and saying why one fails."""
