" Vim syntax file: scorelang. Written by scripts/make_editors.py, from the words of the grammar.
if exists('b:current_syntax')
  finish
endif
syntax iskeyword @,48-57,_,192-255

syntax match scoreOperator ~\v%(\=\=|!\=|\<\=|\>\=|\<|\>|\=|[*\/]|[+-])~
syntax match scoreResult ~\v<%(score|stage|persona|qualified|route)>~
syntax match scoreConstant ~\v<%(false>|known>|missing>|%(yes|true)>)~
syntax match scoreEvent ~\v<%(ago>|before>|between>|during>|every>|losing>|once>|only>|since>|times?>|where>|within>)~
syntax match scoreOperator ~\v<%(exactly>|from>|in>|is>|of>|to>|%(starts\s+with|ends\s+with|contains|mentions|like)>)~
syntax match scoreCondition ~\v<%(and>|because>|each>|if>|not>|or>|otherwise>|then>)~
syntax match scoreStatement ~\v<%(as>|by>|else>|fires>|for>|on>|when>|with>)~
syntax match scoreEvent ~\v<%(%(sum|largest|smallest|average)\s+of>|count\s+of>|days\s+since>|fewer\s+than>|more\s+than>|of\s+silence>)~
syntax match scoreOperator ~\v<%(at\s+least>|at\s+most>|is\s+not>|not\s+in>)~
syntax match scoreStatement ~\v<%(blocked\s+by>|keyed\s+by>|not\s+blocked\s+by>|not\s+fires>|or\s+when>)~
syntax match scoreEvent ~\v<%(days\s+since\s+last>|fading\s+out\s+over>|within\s+the\s+next>)~
syntax match scoreMember ~\v%(\.\s*)@<=<[0-9]@!\k+~
syntax match scoreFunction ~\v<%(length|domain)>%(\s*\()@=~
syntax match scoreConstant ~\v<no>~
syntax match scoreEvent ~\v<no>%(\s+<[0-9]@!\k+)@=%(\s+%(and>|because>|or>|then>|to>))@!~
syntax match scoreStatement ~\v<%(%(version|owner|timezone)>|column>|weight>)%(\s*["+\-0-9])@=~
syntax match scoreEvent ~\v<%(once>|times?>)%(\s+a>\s+%(day|week|month)>)@=~
syntax match scoreEvent ~\v%(<%(once>|times?>)\s+)@<=a>%(\s+%(day|week|month)>)@=~
syntax match scoreUnit ~\v%(<%(once>|times?>)\s+a>\s+)@<=%(day|week|month)>~
syntax match scoreStatement ~\v%(^\s*)@<=%(start\s+over\s+after>|as\s+of>|always>|category>|choose>|decay>|define>|disqualify>|event>|expect>|given>|grade>|lead>|list>|matrix>|model>|never>|outcomes%(\s*:)@=|persona>|require>|route>|score>|stage>|test>|timezone>|use>)%(%(\s*%([-+*/<>=!.,)|]|%(is\s+not>|not\s+in>|and>|in>|is>|or>|then>|%(starts\s+with|ends\s+with|contains|mentions|like)>)))@!)@=~
syntax match scoreStatement ~\v%(^\s*)@<=%(category>|decay>|define>|event>|list>|persona>|stage>)%(%(\s*%([-+*/<>=!.,)|]|%(is\s+not>|not\s+in>|and>|in>|is>|or>|then>|%(starts\s+with|ends\s+with|contains|mentions|like)>)))@!\s+<[0-9]@!\k+)@=~
syntax match scoreDeclared ~\v%(^\s*%(category>|decay>|define>|event>|list>|persona>|stage>)%(\s*%([-+*/<>=!.,)|]|%(is\s+not>|not\s+in>|and>|in>|is>|or>|then>|%(starts\s+with|ends\s+with|contains|mentions|like)>)))@!\s+)@<=<[0-9]@!\k+~
syntax match scoreStatement ~\v%(^\s*)@<=choose>%(\s+best>)@=~
syntax match scoreStatement ~\v%(^\s*choose>\s+)@<=best>~
syntax match scoreNumber ~\v%([+-]|%(\w)@<!)[0-9]+%(_[0-9]+)*%(\.[0-9]+)?%(\w)@!~
syntax match scoreNumber ~\v%([+-]|%(\w)@<!)[0-9]+%(_[0-9]+)*%(\.[0-9]+)?%(\w)@!%(\s+%(minute|hour|day|week|month|quarter|year)s?>)@=~
syntax match scoreUnit ~\v%(%([+-]|%(\w)@<!)[0-9]+%(_[0-9]+)*%(\.[0-9]+)?%(\w)@!\s+)@<=%(minute|hour|day|week|month|quarter|year)s?>~
syntax match scoreNumber ~\v%([+-]|%(\w)@<!)[0-9]+%(_[0-9]+)*%(\.[0-9]+)?[ 	]*\%~
syntax match scoreDate ~\v%(\w)@<![0-9]{4}-[0-9][0-9]-[0-9][0-9]%(T[0-9][0-9]:[0-9][0-9]%(:[0-9][0-9]%(\.[0-9]{1,6})?)?%(Z|[+-][0-9][0-9]:?[0-9][0-9])?)?%(\w)@!~
syntax match scoreField ~\v%(%(^\s*|%([(,])@<=\s*)%(%(and>|because>|each>|if>|not>|or>|otherwise>|then>))@!)@<=<[0-9]@!\k+%(\s+%(text\s+list>|text>|page>|number>|flag>|date>)%(\s*%($|[#,)]|from>|missing>))@=)@=~
syntax match scoreType ~\v%(%(^\s*|%([(,])@<=\s*)%(%(and>|because>|each>|if>|not>|or>|otherwise>|then>))@!<[0-9]@!\k+\s+)@<=%(text\s+list>|text>|page>|number>|flag>|date>)%(%(\s*%($|[#,)]|from>|missing>))@=)@=~
syntax match scoreText ~\v"%(\\.|[^"\\])*"?~ contains=scoreEscape
syntax match scoreComment ~\v#.*~
syntax match scoreEscape ~\v\\%(u[0-9a-fA-F]{4}|["\\/bfnrt])~ contained
syntax sync minlines=1

highlight default link scoreStatement Statement
highlight default link scoreCondition Conditional
highlight default link scoreOperator Operator
highlight default link scoreEvent Keyword
highlight default link scoreConstant Boolean
highlight default link scoreType Type
highlight default link scoreUnit Special
highlight default link scoreNumber Number
highlight default link scoreDate Constant
highlight default link scoreText String
highlight default link scoreEscape SpecialChar
highlight default link scoreComment Comment
highlight default link scoreDeclared Structure
highlight default link scoreField Identifier
highlight default link scoreMember Identifier
highlight default link scoreFunction Function
highlight default link scoreResult Special

let b:current_syntax = 'scorelang'
