"""What is wrong with lines that do not parse, in the words of their writer, and the lines as they should be."""

from scorelang.syntax_errors.drafts import Grammar, Stop
from scorelang.syntax_errors.explain import Explained, SyntaxErrors

__all__ = ["Explained", "Grammar", "Stop", "SyntaxErrors"]
