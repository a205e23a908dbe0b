(list "]" @end) @indent
