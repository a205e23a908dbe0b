" Vim filetype plugin: scorelang
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal comments=:# commentstring=#\ %s formatoptions-=t
setlocal expandtab shiftwidth=4 softtabstop=4
setlocal foldmethod=indent foldlevel=99 suffixesadd=.score
let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< expandtab< shiftwidth< softtabstop< foldmethod< foldlevel< suffixesadd<'
