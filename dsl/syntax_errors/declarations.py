"""Slips in what a file declares: its name, what it uses, lists, defines, fields, events and categories."""

from __future__ import annotations

from collections.abc import Sequence

from scorelang.syntax_errors.slip import LABEL, NUMBER, TEXT, WORD, one_space, slip, spaced

TYPES = {
    "text": ("string", "str", "varchar", "char", "word", "email", "enum", "picklist", "id", "category", "phone"),
    "page": ("url", "path", "uri", "link"),
    "number": (
        "int", "integer", "float", "double", "decimal", "num", "numeric", "money", "currency", "amount", "long",
        "numbers", "percent", "real",
    ),
    "flag": ("boolean", "bool", "checkbox", "yes/no", "bit", "logical", "true/false"),
    "date": ("datetime", "date time", "date/time", "timestamp", "time", "day"),
    "text list": (
        "list", "array", "set", "list of text", "texts", "list of texts", "text[]", "multi-select", "multiselect",
        "strings", "tags", "list of strings", "string list", "text array",
    ),
}  # fmt: skip
TYPE = {words: name for name, every in TYPES.items() for words in every}
A_TYPE = r"(text\s+list|text|page|number|flag|date)"
KNOWN_TYPES = ("types: text, page, number, flag, date, text list",)
NAMED = r"(?:let|var|const|set|def|alias|macro|function|func|fn|fun|local|val|variable|condition|segment)"
# What begins a line of its own is no name to be defined.
TAKEN = (
    "score", "never", "always", "grade", "stage", "model", "route", "lead", "category", "persona", "test", "total",
    "if", "require", "requires", "required", "requirement", "must", "needs", "need", "mandatory", "points",
)  # fmt: skip
DEFINE = "a value with a name begins with `define`"
LIST = "a list with a name begins with `list`"
USE = "what another file declares is brought in with `use`"
FIELDS = "field"


def _type(groups: Sequence[str]) -> str:
    return TYPE[one_space(groups[2])]


def _snake(groups: Sequence[str]) -> str:
    """`job_title text from "Job Title"` of `Job Title text`."""
    name = groups[1].strip('"')
    return f'{name.lower().replace(" ", "_").replace("-", "_")} {one_space(groups[2])} from "{name}"'


def _head(groups: Sequence[str]) -> str:
    return f'model "{groups[2].strip()}"'


SLIPS = (
    # the model's head
    slip(
        "model-name", r'^(model\s*[:=]?\s*)([^\W\d"][^",\n]*?)(?=\s*(?:,|$))',
        "a model's name stands between double quotes", lambda groups: f"write `{_head(groups)}`", _head, mark=2,
        places="top",
    ),
    slip(
        "model-name", rf"^((?:model|name)\s*[:=]?)\s*(?={TEXT})", "a model's name follows `model`", "write `model`",
        "model ", mark=1, places="top",
    ),
    slip(
        "model-name", r"\b(version|owner|timezone)\s*([:=])\s*(?=\S)", "the value follows `{1}` directly",
        "remove `{2}`", "{1} ", mark=2, places="top",
    ),
    slip("model-name", r"\bv(\d+)\b", "`{0}` is not a version", "write `version {1}`", "version {1}", places="top"),
    slip(
        "model-name", r'\b(owner|timezone)\s+([^\s",]+(?:[ \t]+[^\s",]+)*)',
        "`{1}` is followed by a text in double quotes", 'write `"{2}"`', '{1} "{2}"', mark=2, places="top",
    ),
    slip(
        "model-name", rf"^(version|owner)\s+({NUMBER}|{TEXT})\s*$",
        "`{1}` belongs to the line that begins with `model`", 'write `model "…", {1} {2}`', places="top",
    ),
    # other files
    slip(
        "use-from", rf"^(import|include|using|load|require)\s+(.*?)\s+from\s+({TEXT})\s*$", USE, "write `use`",
        "use {2} from {3}", mark=1, places="top",
    ),
    slip(
        "use-from", rf"^from\s+({TEXT})\s+(?:import|use)\s+(.+?)\s*$", USE, "write `use {2} from {1}`",
        "use {2} from {1}", places="top",
    ),
    slip(
        "use-from", rf"^(?:use|import|include|using|load)\s+({TEXT})\s*$", "`use` names what it brings in",
        "write `use NAME from {1}`", places="top",
    ),
    slip(
        "use-from", rf"^(?:use|import|include)\s+({WORD}(?:\s*,\s*{WORD})*)\s*$",
        "the file that this comes from is missing", 'write `use {1} from "FILE"`', places="top",
    ),
    slip(
        "use-from", rf"^use\s+({WORD}(?:\s*,\s*{WORD})*)\s+(?:in|of|out\s+of|at)?\s*(?={TEXT})",
        "the file follows `from`", "write `from`", "use {1} from ", places="top",
    ),
    slip(
        "use-from", r"^(?:use|import)\s+(\*|all|everything)\s+.*", "`use` names what it brings in",
        "write the names, with commas between them", mark=1, places="top",
    ),
    slip(
        "use-from", rf'^use\s+({WORD}(?:\s*,\s*{WORD})*)\s+from\s+([^\s"]+)\s*$',
        "a file's path stands between double quotes", 'write `"{2}"`', 'use {1} from "{2}"', mark=2, places="top",
    ),
    slip(
        "use-from", rf"^use\s+({WORD})\s+(and)\s+({WORD})\b", "a comma parts the names", "write `{1}, {3}`",
        "use {1}, {3}", mark=2, places="top",
    ),
    # values with names
    slip(
        "assignment", rf"^(?:(?:{NAMED}|define|list)\s+)?({WORD})\s*(?::=|==?|:|is|are|as|in)?\s*\[(.*)\]\s*;?\s*$",
        LIST, "write `list {1} = […]`", "list {1} = [{2}]", places="top",
    ),
    slip(
        "assignment", rf"^list\s+({WORD})\s*(?::=|==?|:|is|are|as|of)?\s*([^\[\]\n]*?)\s*$",
        "a list stands between square brackets", "write `list {1} = […]`", "list {1} = [{2}]", mark=2, places="top",
    ),
    slip(
        "assignment", rf"^{NAMED}\s+({WORD})\s*(?:\(\s*\))?\s*(?::=|==?|:|is|as|to|be|->)\s*(\S.*?)\s*;?\s*$", DEFINE,
        "write `define {1} as …`", "define {1} as {2}", places="top",
    ),
    slip(
        "assignment", rf"^define\s+({WORD})\s*(:=|==?|:|is|to|be|when|if|->)\s*(?=\S)",
        "the name of a `define` is followed by `as`", "write `as`", "define {1} as ", mark=2, places="top",
    ),
    slip(
        "assignment", rf"^(?!(?:{spaced(TAKEN)})\b)({WORD})\s*(?::=|:|=)\s*([^=\n]*?)\s*$", DEFINE,
        "write `define {1} as …`", "define {1} as {2}", places="top",
    ),
    slip(
        "no-functions", r"^(?:def|function|func|fn|fun|sub|procedure|lambda|macro)\b.*", "there are no functions",
        "a condition gets a name with `define NAME as …`", places="top rule",
    ),
    # fields and attributes
    slip(
        "unknown-type", rf"({WORD}[\s:]*\s)({spaced(TYPE)})(?=\s*(?:,|\)|$)|\s+(?:from|missing)\b)",
        "there is no type `{2}`", lambda groups: f"did this mean `{_type(groups)}`?",
        lambda groups: f"{groups[1].replace(':', ' ')}{_type(groups)}", mark=2, help=KNOWN_TYPES, places="field top",
    ),
    slip(
        "field-sign", rf"({WORD})\s*(:|=|->)\s*(?=\S)", "the type follows the name directly", "remove `{2}`", "{1} ",
        mark=2, places=FIELDS,
    ),
    slip(
        "field-sign", rf"((?<=[(,])\s*{WORD})\s*(:|=|->)\s*(?=\S)", "the type follows the name directly",
        "remove `{2}`", "{1} ", mark=2, places="top",
    ),
    slip(
        "field-order", rf"^{A_TYPE}\s+({WORD})\s*$", "the name comes first, then the type", "write `{2} {1}`",
        "{2} {1}", places=FIELDS,
    ),
    slip(
        "field-order", rf"^(field|column|attribute|property)\s+({WORD})\s+", "a field begins with its name",
        "remove `{1}`", "{2} ", mark=1, places=FIELDS,
    ),
    slip(
        "field-order", rf"\b({WORD})\s*\(\s*{A_TYPE}\s*\)", "the type follows the name directly", "write `{1} {2}`",
        "{1} {2}", places=FIELDS,
    ),
    slip(
        "field-order", rf"\b({WORD})\s+(as|is|is\s+a|of\s+type|type)\s+(?={A_TYPE}\b)",
        "the type follows the name directly", "remove `{2}`", "{1} ", mark=2, places="field top",
    ),
    slip(
        "field-name", rf"^({TEXT})\s+{A_TYPE}\s*$", "a field's name is one word without quotes",
        lambda groups: f"write `{_snake(groups)}`", _snake, mark=1, places=FIELDS,
    ),
    slip(
        "field-name", rf"^({WORD}(?:[ -]{WORD})+)\s+{A_TYPE}\s*$", "a field's name is one word",
        lambda groups: f"write `{_snake(groups)}`", _snake, mark=1, places=FIELDS,
    ),
    slip(
        "field-name", rf"^({WORD}\s+{A_TYPE})\s+(?:as|column|in|called|=|is)?\s*({TEXT})",
        "the column of a field follows `from`", "write `from {3}`", "{1} from {3}", mark=3, places=FIELDS,
    ),
    slip(
        "field-option", r"[\s,]*\b(required|optional|not\s+null|mandatory|nullable|unique)\b",
        "any field may be missing", "remove `{1}`", "", mark=1, places=FIELDS,
    ),
    slip(
        "missing-type", rf"^({WORD})\s*(?:$|from\b|missing\b)", "the type of `{1}` is missing",
        "write `{1} text`, or another type", mark=1, help=KNOWN_TYPES, places=FIELDS,
    ),
    slip(
        "missing-type", rf"(?<=[(,])\s*({WORD})\s*(?:,|\))", "the type of `{1}` is missing",
        "write `{1} text`, or another type", mark=1, help=KNOWN_TYPES, places="top",
    ),
    slip(
        "event-head", rf"^event\s+({WORD})\s*(?::|\[|\{{|with\b|has\b)?\s*((?!\()[^()\[\]]+?)[\]}}]?\s*$",
        "an event's attributes stand between round brackets", "write `event {1}(…)`", "event {1}({2})", mark=2,
        places="top",
    ),
    slip(
        "event-head", rf'^event\s+("({WORD})")', "an event has a name without quotes", "write `event {2}`",
        "event {2}", mark=1, raw=True, places="top",
    ),
    slip(
        "block-word", r"^(?:fields|leads|attributes|columns|schema|contact|variables)\s*:\s*$",
        "the block of fields begins with `lead:`", "write `lead:`", "lead:", places="top",
    ),
    # categories
    slip(
        "category-head",
        rf"^(category|persona)\s+({WORD}(?:[ \t]+(?!at\b|weight\b|losing\b|from\b|max|up\b|between\b|cap){WORD})+)"
        r"(?=\s*[,:]|\s*$)", "a name with spaces stands between double quotes", 'write `"{2}"`', '{1} "{2}"', mark=2,
        places="top",
    ),
    slip(
        "category-head",
        rf"^((?:category|persona)\s+{LABEL})\s*+,?\s*+([\[(]?\s*+(?:from\s+|between\s+|points\s+|range\s+)?"
        rf"([+-]?{NUMBER})\s*+(?:-|–|—|\.\.+|to|and|,)\s*+([+-]?{NUMBER})\s*+[\])]?)",
        "the bounds of a category follow a comma", "write `, {3} to {4}`", "{1}, {3} to {4}", mark=2, places="top",
    ),
    slip(
        "category-head",
        rf"^((?:category|persona)\s+{LABEL})\s*+,?\s*+([(]?\s*+(?:at\s+most|max(?:imum)?|up\s+to|cap(?:ped)?(?:\s+at)?|"
        rf"limit|<=|of|out\s+of|/)?\s*+:?\s*+({NUMBER})\s*+(?:points?|pts)?\s*+[)]?)(?=\s*+[:,])",
        "the upper bound of a category follows a comma and `at most`", "write `, at most {3}`", "{1}, at most {3}",
        mark=2, places="top",
    ),
    slip(
        "category-head", rf"\b(weight(?:ed|ing|s)?\s*(?:of|:|=|at)?\s*({NUMBER})\s*%?)", "a weight is a share",
        "write `weight {2}%`", "weight {2}%", mark=1, places="top",
    ),
    slip(
        "category-head", rf"({NUMBER})\s*%\s*weight\b", "a weight begins with its word", "write `weight {1}%`",
        "weight {1}%", places="top",
    ),
    slip(
        "missing-name", r"^(category|persona|stage|event|list|define)\s*(?:$|:|,|from\b|as\b|=)",
        "the name behind `{1}` is missing", "write `{1} NAME`", mark=1, places="top",
    ),
)  # fmt: skip
