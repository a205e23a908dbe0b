(rule) @function.around
(test) @test.around
(test body: (block) @test.inside)
(category) @class.around
(category body: (block) @class.inside)
(comment) @comment.around
