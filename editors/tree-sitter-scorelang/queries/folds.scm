[
  (lead)
  (category)
  (choose)
  (matrix)
  (route)
  (outcomes)
  (test)
  (list)
] @fold
