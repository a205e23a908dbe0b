(lead "lead" @name) @item
(category ["category" "persona"] @context name: (_) @name) @item
(event "event" @context name: (_) @name) @item
(named_list "list" @context name: (_) @name) @item
(define "define" @context name: (_) @name) @item
(decay "decay" @context name: (_) @name) @item
(stage "stage" @context name: (_) @name) @item
(grade "grade" @context name: (_) @name) @item
(route "route" @name) @item
(outcomes "outcomes" @name) @item
(test "test" @context name: (_) @name) @item
(invariant ["never" "always"] @context name: (_) @name) @item
