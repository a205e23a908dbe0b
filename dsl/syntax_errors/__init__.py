"""What is wrong with lines that do not parse, in the words of their writer, and the lines as they should be.

Most files have no such line. What explains them, `explain.SyntaxErrors`, knows hundreds of slips, and is loaded when
the first one is met; what every line needs stands here.
"""

from scorelang.syntax_errors.doubts import doubts
from scorelang.syntax_errors.drafts import Grammar, Stop

__all__ = ["Grammar", "Stop", "doubts"]
