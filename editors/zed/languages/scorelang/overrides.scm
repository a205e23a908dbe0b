(text) @string
(comment) @comment
