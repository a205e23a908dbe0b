import json
from hypothesis import given, strategies as st, settings, HealthCheck, Phase, assume
import scorelang
from scorelang.explain import render_text, render_html
from scorelang.explain.why_not import _Search
from scorelang.explain.changes import AddEvents
from scorelang.explain import as_given
from scorelang.interpret import interpret
from scorelang.leads import read_lead
from scorelang.values import format_instant
from scorelang.rules import render_markdown, rows, render_html as rh
from .generators import models, leads

def check(line):
    if line.lines:
        assert sum(x.hundredths for x in line.lines)==line.hundredths, line
    if line.status!='counts': assert line.hundredths==0
    for x in line.lines: check(x)
def counted(line):
    if line.status!='counts' and line.kind=='persona': return
    if line.id and line.status=='counts': yield line
    for x in line.lines: yield from counted(x)
N=[0,0,0]
@settings(max_examples=int(__import__('os').environ.get('N','200')), suppress_health_check=list(HealthCheck), deadline=None, phases=[Phase.generate])
@given(st.data())
def test_it(data):
    text=data.draw(models.models())
    try: m=text.load()
    except scorelang.ModelError: N.append(0); assume(False)
    h=data.draw(leads.histories(m, rich=False))
    r=m.score(h.lead,h.events,h.as_of)
    e=m.explain(h.lead,h.events,h.as_of)
    assert e.result==r
    check(e.score)
    assert e.score.points==r.score
    assert sum(x.hundredths for x in e.score.leaves())==e.score.hundredths
    cats={l.text:l for l in e.score.lines if l.kind=='category'}
    assert [(l.id,l.points) for l in counted(e.score)]==[(f.rule,f.points) for f in r.fired]
    json.dumps(e.to_dict(),allow_nan=False); t=render_text(e,60); render_html(e); render_markdown(m); rh(m); rows(m)
    facts,_=read_lead(m.checked,h.lead,h.events,m.instant(h.as_of))
    o=interpret(m.checked,facts)
    s=_Search(m.checked,facts,o,as_given(m.checked,h.lead,facts))
    for trial in s.trials():
        lead=dict(h.lead); ev=list(h.events); types={f.name:f.type.value for f in m.checked.fields}
        for c in trial.changes:
            if isinstance(c,AddEvents):
                ts={f.name:f.type.value for f in m.checked.kinds[c.kind].attributes}
                for _ in range(c.number): ev.append({'type':c.kind,'at':h.as_of,**{k:raw(v,ts[k]) for k,v in c.attributes if v is not None}})
            else: lead[c.name]=raw(c.value,types[c.name])
        r2=m.score(lead,ev,h.as_of)
        assert round(r2.score*100)-round(r.score*100)==trial.gain
        assert r2.stage==(m.stages[trial.stage] if trial.stage>=0 else 'none')
        N[1]+=1
    N[0]+=1; N[2]+=sum(len(w.hints) for w in e.why_not)
    print(N[:3],len(N))
def raw(v,t):
    if t=='date': return format_instant(v)
    if isinstance(v,frozenset): return list(v)
    return v
