; Written by scripts/make_tree_sitter.py, from the words of the grammar.
(comment) @comment
(text) @string
(escape) @constant.character.escape
(number) @constant.numeric
(percent) @constant.numeric
(date) @string.special
(unit) @constant.numeric
(type) @type.builtin
(flag) @constant.builtin
(field name: (name) @variable.other.member)
(dotted member: (name) @variable.other.member)
(events member: (name) @variable.other.member)
(category name: (name) @type)
(event name: (name) @type)
(named_list name: (name) @type)
(define name: (name) @type)
(decay name: (name) @type)
(stage name: (name) @type)
(band name: (name) @type)
((call function: (name) @function.builtin)
  (#any-of? @function.builtin "length" "domain"))
((name) @variable.builtin
  (#any-of? @variable.builtin "score" "stage" "persona" "qualified" "route"))
(not "not" @keyword.control.conditional)
(where "not" @keyword.control.conditional)
(compare "not" @keyword.operator)
(known "not" @keyword.operator)
(occurs "not" @keyword.operator)
(cell "not" @keyword.operator)
(or "or" @keyword.control.conditional)
(stage "or" @keyword)
(quorum "of" @keyword.operator)
(silence "of" @keyword.control)
(as_of "of" @keyword)
(compare "with" @keyword.operator)
(cell "with" @keyword.operator)
(name "with" @keyword.operator)
(given_item "with" @keyword)
(no_events "no" @keyword.control)
["always" "as" "best" "blocked by" "by" "category" "choose" "column" "decay" "define" "disqualify" "else" "event" "expect" "fires" "for" "given" "grade" "keyed" "lead" "list" "matrix" "model" "never" "not blocked by" "not fires" "on" "outcomes" "owner" "persona" "require" "route" "score" "stage" "start over after" "test" "timezone" "use" "version" "weight" "when"] @keyword
["and" "because" "each" "if" "otherwise" "then"] @keyword.control.conditional
["!=" "*" "+" "-" "/" "<" "<=" "=" "==" ">" ">=" "at least" "at most" "contains" "ends" "exactly" "from" "in" "is" "like" "mentions" "starts" "to"] @keyword.operator
["a" "ago" "average of" "before" "between" "count of" "days since" "days since last" "during" "every" "fading out over" "fewer" "largest of" "losing" "more" "next" "once" "only" "silence" "since" "smallest of" "sum of" "than" "the" "time" "times" "where" "within"] @keyword.control
["known" "missing"] @constant.builtin
["|"] @punctuation.delimiter
["," "." ":"] @punctuation.delimiter
["(" ")" "[" "]"] @punctuation.bracket
