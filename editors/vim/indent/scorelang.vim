" Vim indent file: scorelang. Written by scripts/make_editors.py, from the words of the grammar.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1
setlocal indentexpr=ScoreIndent() indentkeys=!^F,o,O autoindent
let b:undo_indent = 'setlocal indentexpr< indentkeys< autoindent<'

if exists('*ScoreIndent')
  finish
endif

function ScoreIndent()
  let above = prevnonblank(v:lnum - 1)
  let opens = getline(above) =~# '\v^\s*%(lead|category|persona|choose|matrix|route|outcomes|test)>.*:\s*%(#.*)?$'
  return indent(above) + (opens ? shiftwidth() : 0)
endfunction
