[
  (lead)
  (category)
  (choose)
  (matrix)
  (route)
  (outcomes)
  (test)
  (list)
] @indent

; A block reaches as far as the lines below it are indented, even those that are only being typed.
[
  (lead)
  (category)
  (choose)
  (matrix)
  (route)
  (outcomes)
  (test)
] @extend

"]" @outdent
