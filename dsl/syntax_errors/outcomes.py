"""Slips in what comes after the points: gates, stages, grades, the route, tests and tables."""

from __future__ import annotations

from collections.abc import Sequence

from scorelang.syntax_errors.durations import UNIT
from scorelang.syntax_errors.slip import LABEL, NUMBER, TEXT, WORD, slip

AT = r"(?:at\s+least|starts?\s+at|score\s*>=?|at|=|:|>=?|≥|is|after|above|with|over|to|needs|requires)?\s*"
WRITTEN = r"\[|yes\b|no\b|true\b|false\b|missing\b|[+-]?\d"
STAGE = "the points of a stage follow `from`"
WHEN = "the condition of a stage follows `when`"
GRADE = "the points of a grade follow `from`"
ELSE = "the grade of all other scores follows `else`"
ROUTE = "in a route the text comes first, then `if` and the condition"
BY = "a matrix is laid out `by` one thing `and` another"
SCORE = "the bounds of the score are typed `score from LOW to HIGH`"


def _next_grade(groups: Sequence[str]) -> str:
    """`D` after `C`; `Other` where grades are not single letters."""
    last = groups[2]
    return chr(ord(last) + 1) if len(last) == 1 and "A" <= last < "Z" else "Other"


def _with_else(groups: Sequence[str]) -> str:
    return f"{groups[0].rstrip(' ,')}, else {_next_grade(groups)}"


def _named(groups: Sequence[str]) -> str:
    return f'{groups[1]} "{groups[2].strip()}"'


SLIPS = (
    # gates
    slip(
        "gate-word",
        r"^(?:requires|required|requirement|must\s+have|must\s+be|must|needs?|mandatory|qualif(?:y|ied)\s+if)\s*"
        r":?\s+(?:if\s+)?", "what every lead needs begins with `require`", "write `require`", "require ",
        places="top",
    ),
    slip(
        "gate-word", r"^require\s*(:|if\b|that\b|when\b)\s*", "the condition follows `require` directly",
        "remove `{1}`", "require ", mark=1, places="top",
    ),
    slip(
        "gate-word",
        r"^(?:disqualif(?:y|ied|ies)|exclude|reject|block|ban|suppress|drop|ignore)\s*(?:[:,]|when(?:ever)?\b|"
        r"where\b|if\b|all\b|leads?\b|\s)*(?=\S)", "what rules a lead out begins with `disqualify if`",
        "write `disqualify if`", "disqualify if ", places="top",
    ),
    # stages
    slip(
        "stage-line", rf"^(stage\s+{LABEL})\s*({AT}({NUMBER})(?:\s*(?:points?|pts?|\+))?)(?=\s|$)", STAGE,
        "write `from {3}`", "{1} from {3}", mark=2, places="top",
    ),
    slip(
        "stage-line", rf"^(stage\s+{LABEL}\s+from\s+{NUMBER})\s*((?:to|-|–|\.\.)\s*{NUMBER})",
        "a stage ends where the next one begins", "remove `{2}`", "{1}", mark=2, places="top",
    ),
    slip(
        "stage-line",
        rf"^(stage\s+{LABEL}(?:\s+from\s+{NUMBER})?)\s*,?\s*(?!(?:or\s+)?when\b)(and\s+if|and\s+when|and|if|where|"
        r"requires?|needs|with)\s+(?=\S)", WHEN, "write `when`", "{1} when ", mark=2, places="top",
    ),
    slip(
        "stage-line", r"^(stage\s+.*?)\s*(,)\s*(?=when\b|or\s+when\b|from\b)", "no comma stands here", "remove it",
        "{1} ", mark=2, places="top",
    ),
    slip(
        "stage-line",
        rf"^((?:threshold|level|tier|status|segment|phase)\s+({LABEL})\s*{AT}(?:from\s+)?({NUMBER}))\s*$",
        "a step of the score is a `stage`", "write `stage {2} from {3}`", "stage {2} from {3}", mark=1, places="top",
    ),
    slip(
        "stage-line",
        rf"^stage\s+({WORD}(?:[ \t]+(?!from\b|when\b|or\b|at\b|if\b){WORD})+)(?=\s+(?:from|when|or|at|if)\b|\s*$)",
        "a name with spaces stands between double quotes", 'write `"{1}"`', 'stage "{1}"', mark=1, places="top",
    ),
    # grades
    slip(
        "grade-line",
        rf"(?<=[:,])(\s*{LABEL})\s*({AT}({NUMBER})\s*\+?(?:\s*(?:to|-|–|\.\.)\s*{NUMBER})?)(?=\s*(?:,|$|else\b))",
        GRADE, "write `from {3}`", "{1} from {3}", mark=2, places="top",
    ),
    slip(
        "grade-line", rf"(?<=[:,])(\s*{LABEL}\s+from\s+{NUMBER})\s*((?:to|-|–|\.\.)\s*{NUMBER})",
        "a grade ends where the one above begins", "remove `{2}`", "{1}", mark=2, places="top",
    ),
    slip(
        "grade-line", rf"^grade\s+{LABEL}\s*:(?:.*,)?\s*()({WORD})\s+from\s+{NUMBER}\s*,?\s*$",
        "the grade of all other scores is missing", lambda groups: f"write `, else {_next_grade(groups)}` behind it",
        _with_else, mark=2, places="top",
    ),
    slip(
        "grade-line", rf",?\s*\b(otherwise|default|rest|others?|if\s+not)\s*:?\s+({LABEL})\s*$", ELSE,
        "write `else {2}`", ", else {2}", mark=1, places="top",
    ),
    slip(
        "grade-line", rf"^(grade\s.*?),\s*({LABEL})\s*$", ELSE, "write `else {2}`", "{1}, else {2}", mark=2,
        places="top",
    ),
    slip(
        "grade-line", rf"^grade\s+({LABEL})\s*(?:=|is|as|,|by|->)?\s*(?={LABEL}\s*(?:from|at|[>:=]))",
        "what is graded is followed by a colon", "write `grade {1}:`", "grade {1}: ", places="top",
    ),
    # the route
    slip(
        "route-line", rf"^((?:if|when)\s+(.*?)\s*(?:\bthen\b|->|=>|:|,)\s*({TEXT}))\s*$", ROUTE, "write `{3} if …`",
        "{3} if {2}", mark=1, places="destination",
    ),
    slip(
        "route-line", rf"^(otherwise|else|default)\s*[:,]?\s*(?:->\s*|then\s+)?({TEXT})\s*$",
        "in a route the text comes first", "write `{2} otherwise`", "{2} otherwise", mark=1, places="destination",
    ),
    slip(
        "route-line", rf"^({TEXT})\s*(when|where|for|->|<-|:|,)\s*(?=\S)", "the condition of a route follows `if`",
        "write `if`", "{1} if ", mark=2, places="destination",
    ),
    slip(
        "route-line", rf"^({TEXT})\s*(else|default|,\s*otherwise|)\s*$",
        "the last line of a route ends with `otherwise`", "write `{1} otherwise`", "{1} otherwise", mark=2,
        places="destination",
    ),
    slip(
        "route-line", r'^([^\W\d][^"\n]*?)\s+((?:if|otherwise)\b.*)$', "where a lead goes is a text in double quotes",
        'write `"{1}"`', '"{1}" {2}', mark=1, places="destination",
    ),
    slip(
        "block-word", r"^(?:routes|routing|actions|next\s+steps?|destinations?)\s*:\s*$",
        "the block of destinations begins with `route:`", "write `route:`", "route:", places="top",
    ),
    # the score
    slip(
        "score-bounds",
        r"^(?:score|total|total\s+score|max(?:imum)?\s+score|clamp|limit|cap)\s*(?::|=|is|between|range|clamp(?:ed)"
        rf"?|limited|to|\s)*([+-]?{NUMBER})\s*(?:to|-|–|and|\.\.+|,)\s*([+-]?{NUMBER})\s*$", SCORE,
        "write `score from {1} to {2}`", "score from {1} to {2}", places="top",
    ),
    slip(
        "score-bounds",
        r"^(?:score|total|total\s+score|max(?:imum)?\s+score|clamp|limit|cap)\s*(?::|=|is|max(?:imum)?|up\s+to|<=|"
        rf"at|\s)*({NUMBER})\s*$", "the upper bound of the score is typed with `at most`",
        "write `score at most {1}`", "score at most {1}", places="top",
    ),
    slip(
        "start-over",
        r"^(?:start\s+over|restart|reset|start\s+again|forget|recycle)\s+(?:after\s+|on\s+|when\s+|at\s+|if\s+)?"
        r"(?=\S)", "an event that wipes the past follows `start over after`", "write `start over after`",
        "start over after ", places="top",
    ),
    # tests
    slip(
        "test-name", r'^(test|never|always)\s*[:=]?\s*([^\W\d"][^":\n]*?)\s*(?=:|$)',
        "its name stands between double quotes", lambda groups: f"write `{_named(groups)}`", _named, mark=2,
        places="top",
    ),
    slip(
        "test-name", r"^(never|always)\s*:\s*(?=\S)", "the name behind `{1}` is missing", 'write `{1} "what holds":`',
        '{1} "unnamed": ', mark=1, places="top",
    ),
    slip(
        "test-name", r"^(test)\s*(?::|$)", "the name behind `{1}` is missing", 'write `test "what it shows":`',
        mark=1, places="top",
    ),
    slip(
        "test-name", rf"^(never|always)\s+({TEXT})\s*(?:,|if|when|that)?\s+(?=\S)", "a colon follows the name",
        "write `{2}:`", "{1} {2}: ", mark=2, places="top",
    ),
    slip(
        "given-line", rf"\b({WORD})\s*(==?|:|is)\s*(?={TEXT}|{WRITTEN})", "the value follows the name directly",
        "remove `{2}`", "{1} ", mark=2, places="test_line",
    ),
    slip(
        "given-line",
        r"^(?:given\s+that|givens?|with|assume|suppose|when|and|input|if)\s*:?\s+(?:an?\s+|the\s+)?(?=\S)",
        "what a test begins with follows `given`", "write `given`", "given ", places="test_line",
    ),
    slip(
        "expect-line",
        r"^(?:expects?|expected|expect\s+that|then|assert|should(?:\s+be|\s+have)?|result|output|check)\s*:?\s+"
        r"(?:an?\s+|the\s+)?(?=\S)", "what a test asks for follows `expect`", "write `expect`", "expect ",
        places="test_line",
    ),
    slip(
        "expect-line", r"^(?=(stage|score|route|qualified|persona|fires|not\s+fires|blocked\s+by)\b)",
        "what a test asks for follows `expect`", "write `expect {1}`", "expect ", mark=1, places="test_line",
    ),
    slip(
        "expect-line", rf"(?<=\s)not\s+(stage|route|persona)\s+(?:is\s+)?({LABEL})",
        "what a test does not ask for is compared", "write `{1} is not {2}`", "{1} is not {2}", places="test_line",
    ),
    slip(
        "given-line", r"^(?:as\s+at|asof|on|now|now\s+is|today\s+is|date)\s*[:=]?\s+(?=\d{4}-)",
        "the time of a test follows `as of`", "write `as of`", "as of ", places="test_line",
    ),
    slip(
        "given-line", rf"(?<=\s)({WORD}(?:\s+{TEXT})?(?:\s+\d+\s+\w+\s+ago)?)\s+((\d+)\s+times)\b",
        "how often follows a comma", "write `, {2}`", "{1}, {2}", mark=2, places="test_line",
    ),
    slip(
        "given-line", rf"\b(where)\s+({WORD})\s*(?:==?|is)?\s*(?=\S)", "the attributes of an event follow `with`",
        "write `with {2}`", "with {2} ", mark=1, places="test_line",
    ),
    slip(
        "given-line", rf"\s*(,)\s*(?={NUMBER}\s+{UNIT}\s+ago\b)", "when an event was follows it directly",
        "remove the comma", " ", mark=1, places="test_line",
    ),
    slip(
        "given-line", rf"\b(\d+)\s+(?!{UNIT}\b)({WORD}?)s\b((?:\s+{TEXT})?)", "the event comes first, then how often",
        "write `{2}{3}, {1} times`", "{2}{3}, {1} times", places="test_line",
    ),
    # tables
    slip(
        "matrix-by",
        r"^matrix\s+(?:by\s+|of\s+|for\s+)?(.+?)\s*(?:,|\bby\b|\bx\b|×|\bvs\.?|/|\bwith\b)\s*(.+?)\s*:?\s*$", BY,
        "write `matrix by {1} and {2}:`", "matrix by {1} and {2}:", places="top rule",
    ),
    slip("matrix-by", r"^matrix\s+(?:of\s+|for\s+)?(?=\S)", BY, "write `matrix by`", "matrix by ", places="top rule"),
    slip(
        "table-rule", r"^\|?[\s:|+-]*--[\s:|+-]*$", "no line parts the head of a table from its rows",
        "remove this line", "", places="row test_line",
    ),
    # ends of blocks in other languages
    slip(
        "block-end", r"^(?:end\s*(?:if|category|rule|test|choose|lead|route)?|fi|done|pass|endif|endfor)\s*[;.]?\s*$",
        "a block ends where its indentation ends", "remove this line", "",
    ),
)  # fmt: skip
