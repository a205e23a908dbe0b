"""Slips in how lines begin and how they are put together."""

from __future__ import annotations

from collections.abc import Sequence

from scorelang.syntax_errors.slip import NUMBER, TEXT, WORD, slip

POINTS = rf"[+-]\s*{NUMBER}"
TYPES = {
    "string": "text", "str": "text", "varchar": "text", "char": "text", "word": "text", "email": "text", "enum": "text",
    "category": "text", "picklist": "text", "url": "page", "path": "page", "uri": "page", "link": "page",
    "int": "number", "integer": "number", "float": "number", "double": "number", "decimal": "number", "num": "number",
    "numeric": "number", "money": "number", "currency": "number", "amount": "number", "long": "number",
    "boolean": "flag", "bool": "flag", "checkbox": "flag", "yes/no": "flag", "bit": "flag", "logical": "flag",
    "datetime": "date", "date time": "date", "date/time": "date", "timestamp": "date", "time": "date", "day": "date",
    "list": "text list", "array": "text list", "set": "text list", "list of text": "text list", "texts": "text list",
    "list of texts": "text list", "text[]": "text list", "multi-select": "text list", "multiselect": "text list",
    "strings": "text list", "tags": "text list", "numbers": "number", "dates": "date", "flags": "flag",
}  # fmt: skip
A_TYPE = "|".join(sorted((name.replace(" ", r"\s+").replace("[]", r"\[\]") for name in TYPES), key=len, reverse=True))
KNOWN_TYPES = "types: text, page, number, flag, date, text list"
LABEL = rf"(?:{WORD}|{TEXT})"
FROM = r"\s*(?:at|=|:|>=?|≥|is|after|above|with|over|starts?\s+at|score\s*>=?|at\s+least|to|needs|requires)?\s*"


def _type(groups: Sequence[str]) -> str:
    return TYPES[" ".join(groups[2].lower().split())]


def _next_grade(groups: Sequence[str]) -> str:
    """`D` after `C`; `Other` where grades are no single letters."""
    last = groups[2]
    return chr(ord(last) + 1) if len(last) == 1 and "A" <= last < "Z" else "Other"


def _header(groups: Sequence[str]) -> str:
    return f'model "{groups[1].strip()}"'


def _unquoted(groups: Sequence[str]) -> str:
    return f'"{groups[2].strip()}"'


SLIPS = (
    # rules
    slip("branch-word", r"^(?:else\s*,?\s*if|elif|elsif|elseif|otherwise\s*,?\s*if|or\s+if|and\s+if)\b", "the branches of a `choose:` are tried in turn, each with `if`", "write `if`", "if"),
    slip("branch-word", r"^(?:else|default|otherwise|in\s+all\s+other\s+cases)\s*[:,]?\s*(?:then\s+|give\s+)?(?=[+-]?\s*\d)", "what is left is given by `otherwise`", "write `otherwise`", "otherwise "),
    slip("branch-word", r"^(otherwise|else)\s+(then)\b", "points follow `otherwise` directly", "remove `then`", "otherwise", mark=2),
    slip("condition-word", r"^(?:when(?:ever)?|where|once|rule|case|on|provided|given\s+that|in\s+case|for|only\s+if)\s*:?\s+(?:if\s+)?", "a rule begins with `if`", "write `if`", "if "),
    slip("condition-word", r"^(?:for\s*each|for\s+every|every|per|each\s+time|foreach)\s+", "once for every event is `each`", "write `each`", "each "),
    slip("condition-word", r"^if\s+each\s+", "`each` stands without `if`", "remove `if`", "each "),
    slip("condition-word", r"^if\s*:\s*", "`if` has no colon", "remove it", "if "),
    slip("missing-then", rf'\s*[,:;=]?\s*(?<=[\w"\]\)\s,:;=])(?<!then)(?<!otherwise)\s(?!then\b)({POINTS})(?=\s*$|\s*,|\s+because\b|\s+at\b)', "`then` is missing before the points", "write `then {1}`", " then {1}", mark=1),
    slip("missing-then", rf"\s*(?:[,:;=]|\s)\s*(?<![a-z]\s)(?<![<>=]\s)({NUMBER})(?:\s*(?:points?|pts?))?\s*$", "`then` is missing before the points", "write `then +{1}`", " then +{1}", mark=1),
    slip("missing-then", rf"\s*,\s*then\b", "no comma stands before `then`", "remove it", " then"),
    slip("missing-then", rf"\s*\b(?:than|them|the|thn|thne|add|give|gives|gets|earns|award|score|worth|do|so)\s+({POINTS})", "`then` leads to the points", "write `then {1}`", " then {1}", mark=1),
    slip("missing-then", rf"\s*\b(?:than|them|the|thn|thne|add|give|gives|gets|earns|award|score|worth|do|so)\s+({NUMBER})(?:\s+points?)?", "`then` leads to the points", "write `then +{1}`", " then +{1}", mark=1),
    slip("missing-then", r"\bthen\s*[:,]\s*", "`then` is followed by the points", "remove the `:` or `,`", "then "),
    slip("rule-order", rf"^({POINTS})\s*(?:points?|pts?)?\s*:?\s*\b(?:if|when|for|where)\s+(.*?)((?:\s*,?\s*because\s+{TEXT})?)\s*$", "the condition comes first, then the points", "write `if … then {1}`", "if {2} then {1}{3}"),
    slip("rule-order", rf"^({NUMBER})\s*(?:points?|pts?)?\s*:?\s*\b(?:if|when|for|where)\s+(.*?)((?:\s*,?\s*because\s+{TEXT})?)\s*$", "the condition comes first, then the points", "write `if … then +{1}`", "if {2} then +{1}{3}"),
    slip("rule-order", rf"^(.*?)\s*,?\s*(because\s+{TEXT})\s*,?\s*(then\s+{POINTS}.*)$", "the reason comes last", "write it after the points", "{1} {3} {2}", mark=2),
    slip("rule-order", rf"^(.*?)\s*,?\s*(because\s+{TEXT})((?:\s*,\s*[^,]+)+)$", "the reason comes last", "write it at the end of the line", "{1}{3} {2}", mark=2),
    slip("colon", r"\s*(:)\s*$", "this line ends without a colon", "remove it", "", mark=1),
    # modifiers
    slip("limit-word", rf"\b(?:up\s+to|max(?:imum)?(?:\s+of)?|capp?(?:ed)?(?:\s+(?:at|to))?|limit(?:ed)?(?:\s+to)?|no\s+more\s+than|not\s+more\s+than|at\s+max|at\s+the\s+most|atmost)\s*:?\s*(?=[+-]?\d)", "an upper bound is `at most`", "write `at most`", "at most "),
    slip("limit-word", rf"\b(?:min(?:imum)?(?:\s+of)?|no\s+less\s+than|not\s+less\s+than|at\s+min|atleast|floor)\s*:?\s*(?=[+-]?\d)", "a lower bound is `at least`", "write `at least`", "at least "),
    slip("decay-word", rf"\b(?:decay(?:s|ing)?|loses|lose|loosing|minus|drops?|dropping|shrinking|halving)\s+(?:by\s+)?(?={NUMBER}\s*%)", "a decay begins with `losing`", "write `losing`", "losing "),
    slip("decay-word", rf"\bhalf[\s-]*life\s+(?:of\s+)?({NUMBER}\s+\w+)", "a half-life is a loss of 50%", "write `losing 50% every {1}`", "losing 50% every {1}"),
    slip("decay-word", rf"\b(?:fading|fades?|fade\s+out)\s+(?:out\s+)?(?:over|in|within|after)\s+(?={NUMBER})", "a straight line to nothing is `fading out over`", "write `fading out over`", "fading out over "),
    slip("silence", rf"\b(losing\s+{NUMBER}\s*%\s+every\s+{NUMBER}\s+\w+)\s+(?:without\s+\w+|of\s+inactivity|inactive|of\s+no\s+\w+|silent|silence)\b", "time without events is `of silence`", "write `of silence`", "{1} of silence"),
    slip("silence", rf"\b(losing\s+{NUMBER}\s*%\s+every\s+{NUMBER}\s+\w+)(?=\s*:)", "a category loses points for silence", "write `of silence` after it", "{1} of silence"),
    slip("reason", rf"\bbecause\s*:?\s*([^\"\s,][^\"\n]*?)\s*$", "a reason is a text in double quotes", 'write `because "{1}"`', 'because "{1}"', mark=1),
    slip("reason", rf",?\s+\b(reason|note|label|description|comment|due\s+to|as|for|since|why)\s*[:=]?\s*({TEXT})\s*$", "a reason begins with `because`", "write `because {2}`", " because {2}", mark=1),
    slip("reason", rf"\bbecause\s*[:=]\s*(?={TEXT})", "a reason follows `because` directly", "remove the sign", "because "),
    slip("reason", rf"\bbecause\s+of\s+", "a reason follows `because` directly", "remove `of`", "because "),
    slip("reason", rf"(?:,\s*|\s+|\s*\(\s*)({TEXT})\s*\)?\s*$", "a reason begins with `because`", "write `because {1}`", " because {1}", mark=1),
    # values with names
    slip("assignment", rf"^(?:(?:let|var|const|set|def|define|alias|macro|function|func|fn|fun|list)\s+)?({WORD})\s*(?::=|:|=|is|are|as)?\s*\[(.*)\]\s*;?\s*$", "a list with a name begins with `list`", "write `list {1} = […]`", "list {1} = [{2}]"),
    slip("assignment", rf"^(?:let|var|const|set|def|alias|macro|function|func|fn|fun|local|val|variable|condition|segment|flag)\s+({WORD})\s*(?:\(\s*\))?\s*(?::=|==?|:|is|as|to|be|->)\s*(\S.*?)\s*;?\s*$", "a value with a name begins with `define`", "write `define {1} as …`", "define {1} as {2}"),
    slip("assignment", rf"^define\s+({WORD})\s*(?::=|==?|:|is|to|be|when|if|->)\s*(?=\S)", "the name of a `define` is followed by `as`", "write `define {1} as`", "define {1} as "),
    slip("assignment", rf"^({WORD})\s*(?::=|=)\s*([^=\n]*)$", "a value with a name begins with `define`", "write `define {1} as …`", "define {1} as {2}"),
    slip("no-functions", rf"^(?:def|function|func|fn|fun|sub|procedure|lambda)\b", "there are no functions with parameters", "a condition gets a name with `define NAME as …`"),
    slip("no-loops", rf"^(?:while|loop|do|repeat|for\s+\w+\s+in)\b", "there are no loops", "once for every event is `each EVENT then +2`"),
    slip("list-sign", rf"^list\s+({WORD})\s*(?::=|==|:|is|are|as|of)\s*", "the name of a list is followed by `=`", "write `list {1} =`", "list {1} = "),
    slip("list-brackets", rf"^list\s+({WORD})\s*=\s*([^\[\]\n]*?)\s*$", "a list stands in square brackets", "put brackets around it", "list {1} = [{2}]", mark=2),
    # files
    slip("use-from", rf"^(?:import|include|using|load|require)\s+(.*?)\s+from\s+({TEXT})\s*$", "what other files declare is brought in with `use`", "write `use`", "use {1} from {2}"),
    slip("use-from", rf"^from\s+({TEXT})\s+(?:import|use)\s+(.+?)\s*$", "what other files declare is brought in with `use`", "write `use {2} from {1}`", "use {2} from {1}"),
    slip("use-from", rf"^(?:use|import|include|using|load)\s+({TEXT})\s*$", "`use` names what it brings in", "write `use NAME from {1}`"),
    slip("use-from", rf"^use\s+({WORD}(?:\s*,\s*{WORD})*)\s*$", "the file is missing", 'write `use {1} from "…"`, with the file\'s path'),
    slip("use-from", rf"^use\s+({WORD}(?:\s*,\s*{WORD})+)\s+(?:in|of|out\s+of)?\s*(?={TEXT})", "what is brought in is followed by `from`", "write `from`", "use {1} from "),
    slip("use-from", rf"^use\s+(\*|all|everything)\s+from\b", "`use` names what it brings in", "write the names, with commas between them", mark=1),
    slip("use-from", rf"^use\s+({WORD}(?:\s*,\s*{WORD})*)\s+from\s+([^\s\"]+)\s*$", "a file's path stands in double quotes", 'write `"{2}"`', 'use {1} from "{2}"', mark=2),
    slip("use-from", rf"^use\s+({WORD})\s+and\s+({WORD})\b", "a comma parts the names", "write `{1}, {2}`", "use {1}, {2}"),
    # the model's head
    slip("model-name", rf"^(model\s*[:=]?\s*)([^\W\d\"][^\",\n]*?)(?=\s*(?:,|$))", "the model's name stands in double quotes", lambda g: f"write `{_unquoted(g)}`", lambda g: f"model {_unquoted(g)}", mark=2),
    slip("model-name", rf"^(?:model|name)\s*[:=]\s*(?={TEXT})", "the name follows `model` directly", "write `model`", "model "),
    slip("model-name", rf"^name\s+(?={TEXT})", "a model begins with `model`", "write `model`", "model "),
    slip("model-name", rf"\b(version|owner|timezone)\s*[:=]\s*(?=\S)", "the value follows `{1}` directly", "remove the sign", "{1} "),
    slip("model-name", rf"\bv(\d+)\b", "`{0}` is not a version here", "write `version {1}`", "version {1}"),
    slip("model-name", rf"\bversion\s+(\d+(?:\.\d+){{2,}}[\w.+-]*|v[\d.]+)", "a version that is no number stands in double quotes", 'write `"{1}"`', 'version "{1}"', mark=1),
    slip("model-name", rf"\b(owner|timezone)\s+([^\s\",]+(?:[ \t]+[^\s\",]+)*)", "`{1}` is followed by a text in double quotes", 'write `"{2}"`', '{1} "{2}"', mark=2),
    slip("model-name", rf"^(version|owner)\s+({NUMBER}|{TEXT})\s*$", "`{1}` belongs to the line that begins with `model`", 'write `model "…", {1} {2}`'),
    # fields and attributes
    slip("unknown-type", rf"({WORD}\s*:?\s+)({A_TYPE})(?=\s*(?:,|\)|$)|\s+(?:from|missing)\b)", "there is no type `{2}`", lambda g: f"did this mean `{_type(g)}`?", lambda g: f"{g[1].replace(':', ' ')}{_type(g)}", mark=2, help=(KNOWN_TYPES,)),
    slip("field-sign", rf"({WORD})\s*(?::|=|->)\s*(?=\S)", "the type follows the name directly", "write `{1} `, then the type", "{1} "),
    slip("field-order", rf"^(text\s+list|text|page|number|flag|date)\s+({WORD})\s*$", "the name comes first, then the type", "write `{2} {1}`", "{2} {1}"),
    slip("field-order", rf"^(?:field|column|attribute|property)\s+({WORD})\s+", "a field's line begins with its name", "remove the first word", "{1} "),
    slip("field-order", rf"\b({WORD})\s*\(\s*(text\s+list|text|page|number|flag|date)\s*\)", "the type follows the name directly", "write `{1} {2}`", "{1} {2}"),
    slip("field-order", rf"\b({WORD})\s+(?:as|is|is\s+a|of\s+type|type)\s+(?=(?:text|page|number|flag|date)\b)", "the type follows the name directly", "write `{1} `, then the type", "{1} "),
    slip("field-name", rf"^({TEXT})\s+(text\s+list|text|page|number|flag|date)\s*$", "a field has a name without quotes", "write `NAME {2} from {1}`", mark=1),
    slip("field-name", rf"^({WORD}(?:[ -]{WORD})+)\s+(text\s+list|text|page|number|flag|date)\s*$", "a field's name is one word", lambda g: f'write `{_snake(g)} {g[2]} from "{g[1]}"`', lambda g: f'{_snake(g)} {g[2]} from "{g[1]}"', mark=1),
    slip("field-option", rf"\s+,?\s*(?:required|optional|not\s+null|mandatory|nullable|unique)\b", "any field may be missing, and none must be", "remove `{0}`", ""),
    slip("missing-type", rf"^({WORD})\s*(?=$|from\b|missing\b)", "the type of `{1}` is missing", "write `{1} text`, or another type", help=(KNOWN_TYPES,)),
    slip("missing-type", rf"({WORD})\s*(?=,|\))", "the type of `{1}` is missing", "write `{1} text`, or another type", help=(KNOWN_TYPES,)),
    slip("event-brackets", rf"^event\s+({WORD})\s*(?::|\[|with|has)?\s*((?!\()[^()\[\]]+?)\]?\s*$", "an event's attributes stand in brackets", "write `event {1}(…)`", "event {1}({2})", mark=2),
    slip("event-name", rf"^event\s+\"({WORD})\"", "an event has a name without quotes", "write `event {1}`", "event {1}", raw=True),
    # categories
    slip("category-name", rf"^(category|persona)\s+({WORD}(?:[ \t]+(?!at\b|weight\b|losing\b|from\b|max\b|up\b|between\b){WORD})+)(?=\s*[,:]|\s*$)", "a name with spaces stands in double quotes", 'write `"{2}"`', '{1} "{2}"', mark=2),
    slip("category-bounds", rf"^((?:category|persona)\s+{LABEL})\s*,?\s*[\[(]?\s*(?:from\s+|between\s+|points\s+|range\s+)?([+-]?{NUMBER})\s*(?:-|–|—|\.\.+|to|and|,)\s*([+-]?{NUMBER})\s*[\])]?", "the bounds of a category are typed `LOW to HIGH` after a comma", "write `, {2} to {3}`", "{1}, {2} to {3}"),
    slip("category-bounds", rf"^((?:category|persona)\s+{LABEL})\s*,?\s*[(]?\s*(?:at\s+most|max(?:imum)?|up\s+to|cap(?:ped)?(?:\s+at)?|limit|<=|of|out\s+of|/)?\s*:?\s*({NUMBER})\s*(?:points?|pts)?\s*[)]?(?=\s*[:,])", "the upper bound of a category is `at most`", "write `, at most {2}`", "{1}, at most {2}"),
    slip("category-options", rf"\b(weight(?:ed|ing|s)?)\s*(?:of|:|=|at)?\s*({NUMBER})\s*%?", "a weight is a share", "write `weight {2}%`", "weight {2}%"),
    slip("category-options", rf"({NUMBER})\s*%\s*weight\b", "a weight begins with its word", "write `weight {1}%`", "weight {1}%"),
    slip("plural", r"^(categories|rules|stages|grades|tests|personas|lists|events|gates)\b", "each of them has a line of its own", "", None),
    # stages and grades
    slip("stage-points", rf"^(stage\s+{LABEL}){FROM}({NUMBER})(?:\s*(?:points?|pts?|\+))?(?=\s|$)", "the points of a stage begin with `from`", "write `from {2}`", "{1} from {2}"),
    slip("stage-points", rf"^(stage\s+{LABEL})\s*,?\s*(?:if|where|requires?|needs)\b", "the condition of a stage begins with `when`", "write `when`", "{1} when"),
    slip("stage-points", rf"^(stage\s+.*?)\s*,?\s*\b(?:and|if|where|and\s+when|and\s+if)\s+(?=\S)", "the condition of a stage begins with `when`", "write `when`", "{1} when "),
    slip("stage-points", rf"^(stage\s+{LABEL}\s+from\s+{NUMBER})\s*(?:to|-|–|\.\.)\s*({NUMBER})", "a stage ends where the next begins", "remove the upper end", "{1}"),
    slip("stage-points", rf"^(stage\s+.*?)\s*,\s*(?=when\b|or\s+when\b|from\b)", "no comma stands here", "remove it", "{1} "),
    slip("stage-points", rf"^(?:threshold|level|tier|status|bucket)\s+({LABEL}){FROM}(?:from\s+)?({NUMBER})\s*$", "a step of the score is a `stage`", "write `stage {1} from {2}`", "stage {1} from {2}"),
    slip("stage-name", rf"^stage\s+({WORD}(?:[ \t]+(?!from\b|when\b|or\b|at\b|if\b){WORD})+)(?=\s+(?:from|when|or|at|if)\b|\s*$)", "a name with spaces stands in double quotes", 'write `"{1}"`', 'stage "{1}"', mark=1),
    slip("grade-points", rf"(?<=[:,])(\s*{LABEL}){FROM}({NUMBER})\s*\+?(?:\s*(?:to|-|–|\.\.)\s*{NUMBER})?(?=\s*(?:,|$|else\b))", "the points of a grade begin with `from`", "write `from {2}`", "{1} from {2}"),
    slip("grade-points", rf"(?<=[:,])(\s*{LABEL}\s+from\s+{NUMBER})\s*(?:to|-|–|\.\.)\s*{NUMBER}", "a grade ends where the one above begins", "remove the upper end", "{1}"),
    slip("grade-else", rf"^grade\s+{LABEL}\s*:(?:.*,)?\s*()({WORD})\s+from\s+{NUMBER}\s*,?\s*$", "the grade of all other scores is missing", lambda g: f"write `, else {_next_grade(g)}` at the end", lambda g: f"{g[0].rstrip(' ,')}, else {_next_grade(g)}", mark=2),
    slip("grade-else", rf",?\s*\b(?:otherwise|default|rest|others?|if\s+not)\s*:?\s+({LABEL})\s*$", "all other scores are `else`", "write `else {1}`", ", else {1}"),
    slip("grade-else", rf",\s*({LABEL})\s*$", "all other scores are `else`", "write `else {1}`", ", else {1}", mark=1),
    slip("grade-colon", rf"^grade\s+({LABEL})\s*(?:=|is|as|,|by|->)?\s*(?={LABEL}\s+(?:from|at|>)|{LABEL}\s*[>:=])", "what is graded is followed by a colon", "write `grade {1}:`", "grade {1}: "),
    slip("grade-colon", rf"^grade\s*:?\s*(?=\S+\s+from)", "`grade` says what is graded", "write `grade score:`", "grade score: "),
    # gates
    slip("gate-word", rf"^(?:requires|required|requirement|must|must\s+have|must\s+be|needs?|mandatory|qualify\s+if|qualified\s+if|only\s+if)\s*:?\s+(?:if\s+)?", "what every lead needs begins with `require`", "write `require`", "require "),
    slip("gate-word", rf"^require\s*(?::|if\b|that\b|when\b)\s*", "the condition follows `require` directly", "write `require`", "require "),
    slip("gate-word", rf"^(?:disqualify|disqualified|exclude|reject|block|ban|suppress|remove|drop|ignore)\s*(?::|when(?:ever)?\b|where\b|unless\b|if\b|all\b|leads?\b)*\s*(?:if\b|where\b|when\b)?\s*", "what rules a lead out begins with `disqualify if`", "write `disqualify if`", "disqualify if "),
    # the route
    slip("route-order", rf"^(?:if|when)\s+(.*?)\s*(?:\bthen\b|->|=>|:|,)\s*({TEXT})\s*$", "in a route the text comes first", "write `{2} if …`", "{2} if {1}"),
    slip("route-order", rf"^(?:otherwise|else|default)\s*[:,]?\s*(?:->\s*|then\s+)?({TEXT})\s*$", "in a route the text comes first", "write `{1} otherwise`", "{1} otherwise"),
    slip("route-order", rf"^({TEXT})\s*(?:when|where|for|unless|->|<-|:|,|when\s+if)\s*(?=\S)", "the condition of a route begins with `if`", "write `{1} if`", "{1} if "),
    slip("route-order", rf"^({TEXT})\s*(?:else|default|,\s*otherwise)\s*$", "what is left is `otherwise`", "write `{1} otherwise`", "{1} otherwise"),
    slip("route-order", rf"^([^\W\d][^\"\n]*?)\s+(if\s+.*|otherwise)$", "where a lead goes is a text in double quotes", 'write `"{1}"`', '"{1}" {2}', mark=1),
    # tests
    slip("test-name", rf"^(test|never|always)\s*[:=]?\s*([^\W\d\"][^\":\n]*?)\s*(?=:|$)", "its name stands in double quotes", lambda g: f"write `{_unquoted(g)}`", lambda g: f"{g[1]} {_unquoted(g)}", mark=2),
    slip("test-name", rf"^(never|always)\s*:\s*(?=\S)", "`{1}` has a name", 'write `{1} "what must not happen":`', '{1} "unnamed": '),
    slip("test-name", rf"^(never|always)\s+({TEXT})\s*(?:,|if|when|that)?\s+(?=\S)", "a colon follows the name", "write `{2}:`", "{1} {2}: "),
    slip("given-sign", rf"\b({WORD})\s*(?:=|:|is|==)\s*(?={TEXT}|[+-]?\d|yes\b|no\b|true\b|false\b|missing\b|\[)", "the value follows the name directly", "write `{1} `, then the value", "{1} "),
    slip("given-word", rf"^(?:given\s+that|givens?|with|assume|suppose|when|and|input)\s*:?\s+(?:a\s+|an\s+|the\s+)?(?=\S)", "what a test begins with is `given`", "write `given`", "given "),
    slip("given-word", rf"^(?:expects?|expected|then|assert|should(?:\s+be|\s+have)?|result|output|expect\s+that|check)\s*:?\s+(?:a\s+|an\s+|the\s+)?(?=\S)", "what a test asks for is `expect`", "write `expect`", "expect "),
    slip("given-word", r"^(?:as\s+at|asof|on|now\s+is|today\s+is|date)\s*:?\s+(?=\d{4}-)", "the time of a test is `as of`", "write `as of`", "as of "),
    slip("given-event", rf"(?<=\bgiven\s)({WORD}(?:\s+{TEXT})?)\s+(\d+)\s+times\b", "how often follows a comma", "write `, {2} times`", "{1}, {2} times"),
    slip("given-event", rf"\bwhere\s+({WORD})\s*(?:=|is|==)?\s*(?=\S)", "the attributes of an event in a test begin with `with`", "write `with {1}`", "with {1} "),
    slip("given-event", rf"\b(\d+)\s+({WORD}?)s\b", "the event comes first, then how often", "write `{2}, {1} times`", "{2}, {1} times"),
    # tables
    slip("matrix-by", rf"^matrix\s+(?:by\s+|of\s+|for\s+)?(.+?)\s*(?:,|\bby\b|\bx\b|×|\bvs\.?\b|/|\bwith\b)\s*(.+?)\s*:?\s*$", "a matrix is laid out `by` one thing `and` another", "write `matrix by {1} and {2}:`", "matrix by {1} and {2}:"),
    slip("matrix-by", rf"^matrix\s+(?:of\s+|for\s+)?(?=\S)", "a matrix is laid out `by` one thing `and` another", "write `matrix by`", "matrix by "),
    slip("table-rule", r"^\|?[\s:|+-]*--[\s:|+-]*$", "a table has no line between its head and its rows", "remove this line", ""),
    # leftovers of other languages
    slip("block-end", r"^(?:end\s*(?:if|category|rule|test|choose|lead|route)?|fi|done|pass|endif|endfor)\s*[;.]?\s*$", "a block ends where its indentation ends", "remove this line", ""),
    slip("block-word", r"^(?:fields|leads|attributes|columns|schema|contact|variables)\s*:\s*$", "a block of fields begins with `lead:`", "write `lead:`", "lead:"),
    slip("block-word", r"^(?:routes|routing|actions|next\s+steps?|destinations?)\s*:\s*$", "a block of destinations begins with `route:`", "write `route:`", "route:"),
    slip("block-word", r"^(?:switch|case|select|choose\s+one|first\s+of|if)\s*(?:of|from)?\s*:\s*$", "one of several rules is a `choose:`", "write `choose:`", "choose:"),
    slip("block-word", r"^(?:choose\s+(?:the\s+)?(?:highest|max(?:imum)?|most|largest)|best\s+of|max(?:imum)?\s+of|highest\s+of)\s*:?\s*$", "the rule with the most points is a `choose best:`", "write `choose best:`", "choose best:"),
    slip("block-word", rf"^(?:group|section|dimension|block|bucket|score\s+group|component|module|pillar|scorecard)\s+({LABEL})\s*(?=:|,)", "a group of rules is a `category`", "write `category {1}`", "category {1}"),
    slip("score-bounds", rf"^(?:score|total|total\s+score|max(?:imum)?\s+score|clamp|limit|cap)\s*(?::|=|is|between|range|clamp(?:ed)?|limited|to)*\s*([+-]?{NUMBER})\s*(?:to|-|–|and|\.\.+|,)\s*([+-]?{NUMBER})\s*$", "the bounds of the score are typed `score from LOW to HIGH`", "write `score from {1} to {2}`", "score from {1} to {2}"),
    slip("score-bounds", rf"^(?:score|total|total\s+score|max(?:imum)?\s+score|clamp|limit|cap)\s*(?::|=|is|max(?:imum)?|up\s+to|<=|at)*\s*({NUMBER})\s*$", "the upper bound of the score is typed `score at most`", "write `score at most {1}`", "score at most {1}"),
    slip("start-over", rf"^(?:start\s+over|restart|reset|start\s+again|forget|recycle)\s+(?:after\s+|on\s+|when\s+|at\s+|before\s+|if\s+)?(?=\S)", "an event that wipes the past is `start over after`", "write `start over after`", "start over after "),
)  # fmt: skip


def _snake(groups: Sequence[str]) -> str:
    return groups[1].lower().replace(" ", "_").replace("-", "_")
