" Not `setfiletype`: Vim takes *.score for the scores of slrn, a newsreader.
autocmd BufNewFile,BufRead *.score set filetype=scorelang
