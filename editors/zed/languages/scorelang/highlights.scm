; Written by scripts/make_tree_sitter.py, from the words of the grammar.
(comment) @comment
(text) @string
(escape) @string.escape
(number) @number
(percent) @number
(date) @string.special
(unit) @number
(type) @type
(flag) @constant
(field name: (name) @property)
(dotted member: (name) @property)
(events member: (name) @property)
(category name: (name) @type)
(event name: (name) @type)
(named_list name: (name) @type)
(define name: (name) @type)
(decay name: (name) @type)
(stage name: (name) @type)
(band name: (name) @type)
((call function: (name) @function)
  (#any-of? @function "length" "domain"))
((name) @variable.special
  (#any-of? @variable.special "score" "stage" "persona" "qualified" "route"))
(not "not" @keyword)
(where "not" @keyword)
(compare "not" @operator)
(known "not" @operator)
(occurs "not" @operator)
(cell "not" @operator)
(or "or" @keyword)
(stage "or" @keyword)
(quorum "of" @operator)
(silence "of" @keyword)
(as_of "of" @keyword)
(compare "with" @operator)
(cell "with" @operator)
(name "with" @operator)
(given_item "with" @keyword)
(no_events "no" @keyword)
["always" "as" "best" "blocked by" "by" "category" "choose" "column" "decay" "define" "disqualify" "else" "event" "expect" "fires" "for" "given" "grade" "keyed" "lead" "list" "matrix" "model" "never" "not blocked by" "not fires" "on" "outcomes" "owner" "persona" "require" "route" "score" "stage" "start over after" "test" "timezone" "use" "version" "weight" "when"] @keyword
["and" "because" "each" "if" "otherwise" "then"] @keyword
["!=" "*" "+" "-" "/" "<" "<=" "=" "==" ">" ">=" "at least" "at most" "contains" "ends" "exactly" "from" "in" "is" "like" "mentions" "starts" "to"] @operator
["a" "ago" "average of" "before" "between" "count of" "days since" "days since last" "during" "every" "fading out over" "fewer" "largest of" "losing" "more" "next" "once" "only" "silence" "since" "smallest of" "sum of" "than" "the" "time" "times" "where" "within"] @keyword
["known" "missing"] @constant
["|"] @punctuation.delimiter
["," "." ":"] @punctuation.delimiter
["(" ")" "[" "]"] @punctuation.bracket
