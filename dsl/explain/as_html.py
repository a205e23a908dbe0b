"""An explanation as one page of HTML that needs nothing else: to send, to print, to keep with a decision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from scorelang import wording
from scorelang.explain.as_text import reasons, said, whys
from scorelang.explain.parts import Explanation, GateLine, Line, RouteLine, StageLine, Where, WhyNot
from scorelang.page import code, page, section, text
from scorelang.result import plain
from scorelang.trace import Trace


def render_html(explanation: Explanation) -> str:
    """The explanation as a self-contained page: all texts escaped, conditions folded away in `details`."""
    who = f"Lead {explanation.result.id}" if explanation.result.id is not None else "A lead without an id"
    return page(f"{who}: score {plain(explanation.result.score)}", _body(explanation, who))


def _body(explanation: Explanation, who: str) -> Iterator[str]:
    result = explanation.result
    yield f"<header><h1>{text(who)}: score {plain(result.score)}</h1>"
    version = f", version {result.model.version}" if result.model.version is not None else ""
    model = f"{result.model.name or explanation.path}{version}, as of {result.as_of}"
    yield f'<p class="soft">{text(model)}</p>'
    yield from _facts(explanation)
    yield "</header><main>"
    yield from section("Points", _points(explanation.score))
    yield from section("Gates", _list(map(_gate, explanation.gates)))
    yield from section("Stages", _list(map(_stage, explanation.stages)))
    yield from section("Grades", _grades(explanation))
    yield from section("Route", _list(map(_route, explanation.route)))
    for missing in explanation.why_not:
        yield from section(f"Why not {missing.stage}", _missing(missing))
    yield "</main>"
    yield f'<footer class="soft"><p>{text(explanation.path)}, fingerprint {text(result.model.fingerprint)}</p></footer>'


def _facts(explanation: Explanation) -> Iterator[str]:
    result = explanation.result
    events = str(explanation.events)
    if explanation.forgotten:
        events += f" ({explanation.forgotten} more from before the lead started over)"
    facts = {
        "Stage": result.stage if explanation.stages else None,
        "Persona": result.persona,
        "Qualified": ("yes" if result.qualified else "no") if explanation.gates else None,
        "Route": result.route,
        "Events": events,
    }
    yield "<dl>"
    yield from (f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in facts.items() if value is not None)
    yield "</dl>"


# --- points ---------------------------------------------------------------------------------------------------------

HEAD = (
    '<thead><tr><th scope="col" class="points">Points</th><th scope="col">Rule and reason</th>'
    '<th scope="col" class="line">Line</th></tr></thead>'
)


def _points(score: Line) -> Iterator[str]:
    """A table for each category and persona, one for the rules outside of them, and the sum."""
    loose = [line for line in score.lines if line.kind not in ("category", "persona", "adjustment")]
    for line in score.lines:
        if line.kind in ("category", "persona"):
            limits = f' <span class="soft">({text(line.given)})</span>' if line.given else ""
            yield from _table(f"{line.kind.capitalize()} {text(line.text)}{limits}", line.lines, line.hundredths)
    if loose:
        title = "Rules outside every category" if len(loose) < len(score.lines) else "Rules"
        yield from _table(title, tuple(loose), sum(line.hundredths for line in loose))
    for line in score.lines:
        if line.kind == "adjustment":
            yield f"<p>{_signed(line)} {text(line.text)}</p>"
    yield f"<p><strong>Score: {wording.points(score.hundredths)}</strong></p>"


def _table(caption: str, lines: tuple[Line, ...], total: int) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{caption}</caption>{HEAD}<tbody>'
    for line in lines:
        yield from _rows(line, 0)
    foot = f'<td class="points">{wording.points(total)}</td><td colspan="2">together</td>'
    yield f"</tbody><tfoot><tr>{foot}</tr></tfoot></table></div>"


def _rows(line: Line, depth: int) -> Iterator[str]:
    if line.kind == "choose":
        yield f'<tr><td class="points"></td><td>{text(line.text)}:</td><td class="line">{_place(line.where)}</td></tr>'
        for branch in line.lines:
            yield from _rows(branch, depth + 1)
        return
    silent = "" if line.status == "counts" else ' class="silent"'
    pad = f' style="padding-left: {depth * 1.25}rem"' if depth else ""
    yield (
        f'<tr{silent}><td class="points">{_signed(line)}</td><td{pad}>{"".join(_cell(line))}</td>'
        f'<td class="line">{_place(line.where)}</td></tr>'
    )


def _cell(line: Line) -> Iterator[str]:
    """What a rule says, why it gives points or none, and, folded away, all that was asked and worked out."""
    yield text(line.text) if line.kind in ("adjustment", "points", "event") else code(line.text)
    if line.given and not (line.status == "counts" and line.given == wording.signed(line.hundredths)):
        yield f' <span class="soft">({text(line.given)})</span>'
    if line.reason:
        yield f" because “{text(line.reason)}”"
    notes = list(whys(line))
    if line.note:
        notes.insert(0, line.note + (f", or it would give {wording.signed(line.worth)}" if line.worth else ""))
    if notes:
        yield f'<p class="soft">{text("; ".join(notes))}</p>'
    if line.lines:
        yield f"<details><summary>how the points come about</summary>{_tree_of_lines(line)}</details>"
    if any(trace.children for trace in line.conditions):
        trees = "".join(_tree(trace) for trace in line.conditions)
        yield f'<details><summary>conditions</summary><ul class="tree">{trees}</ul></details>'


def _tree_of_lines(line: Line) -> str:
    items = "".join(
        f"<li>{_signed(below)} {text(below.text)}"
        + (f' <span class="soft">({text(below.note)})</span>' if below.note else "")
        + (_tree_of_lines(below) if below.lines else "")
        + "</li>"
        for below in line.lines
    )
    return f'<ul class="tree">{items}</ul>'


def _signed(line: Line) -> str:
    if line.status != "counts":
        return f'<span aria-label="no points, {line.status}">–</span>'
    style = "good" if line.hundredths > 0 else "bad" if line.hundredths < 0 else ""
    return f'<span class="{style}">{wording.signed(line.hundredths)}</span>'


def _place(where: Where | None) -> str:
    return "" if where is None else f"{text(PurePath(where.path).name)}:{where.line}"


def _tree(trace: Trace) -> str:
    """A condition and its parts, each with what it came to."""
    style = "good" if trace.value is True else "bad" if trace.value is False else ""
    note = f' <span class="soft">{text(trace.note)}</span>' if trace.note else ""
    missing = f' <span class="soft">({text(", ".join(trace.missing))} missing)</span>' if trace.missing else ""
    below = "".join(_tree(child) for child in trace.children)
    below = f'<ul class="tree">{below}</ul>' if below else ""
    return f'<li>{code(trace.text)}: <strong class="{style}">{text(trace.shown)}</strong>{note}{missing}{below}</li>'


# --- what follows the score -----------------------------------------------------------------------------------------


def _list(items: Iterator[str]) -> Iterator[str]:
    found = list(items)
    if found:
        yield f"<ul>{''.join(found)}</ul>"


def _condition(trace: Trace) -> str:
    """A condition of more than one part, folded away; the line above says all of a single one."""
    if not trace.children:
        return ""
    return f'<details><summary>condition</summary><ul class="tree">{_tree(trace)}</ul></details>'


def _gate(gate: GateLine) -> str:
    mark = '<strong class="bad">in the way</strong>' if gate.blocks else '<strong class="good">passed</strong>'
    reason = f" because “{text(gate.reason)}”" if gate.reason else ""
    why = f'<p class="soft">{text("; ".join(reasons(gate.condition)))}</p>' if gate.blocks else ""
    return f"<li>{mark}: {code(gate.text)}{reason}{why}{_condition(gate.condition)}</li>"


def _stage(stage: StageLine) -> str:
    mark = '<strong class="good">holds</strong>' if stage.holds else '<strong class="bad">does not hold</strong>'
    here = " <strong>(the lead's stage)</strong>" if stage.reached else ""
    conditions = "".join(_condition(trace) for trace in (*((stage.when,) if stage.when else ()), *stage.or_when))
    return f"<li>{mark}: {code(stage.text)}{here}{conditions}</li>"


def _grades(explanation: Explanation) -> Iterator[str]:
    if not explanation.grades:
        return
    yield "<ul>"
    for grade in explanation.grades:
        more = f", {text(grade.better)} with {wording.points(grade.short or 0)} more" if grade.better else ""
        bands = f'<span class="soft">({text(grade.text)})</span>'
        yield f"<li><strong>{text(grade.what)} {text(grade.grade)}</strong> {bands}{more}</li>"
    yield "</ul>"


def _route(line: RouteLine) -> str:
    taken = line.status == "counts"
    name = f'<strong class="good">{text(line.text)}</strong> (taken)' if taken else text(line.text)
    asked = f" if {code(line.condition.text)}" if line.condition else " otherwise"
    condition = _condition(line.condition) if line.condition and line.status != "passed over" else ""
    return f"<li>{name}{asked}{condition}</li>"


def _missing(missing: WhyNot) -> Iterator[str]:
    yield "<ul>"
    for gate in missing.gates:
        what = f"{text(gate.reason or gate.text)} ({gate.condition.shown})"
        yield f'<li><strong class="bad">in the way</strong>: {what}</li>'
    if missing.short:
        yield f"<li>{wording.points(missing.short)} more points are needed</li>"
    for condition in missing.conditions:
        yield f"<li>{code(condition.text)} is {condition.shown}: {text('; '.join(reasons(condition)))}</li>"
    for shortcut in missing.shortcuts:
        yield f"<li>or {code(shortcut.text)}, which is {shortcut.shown}</li>"
    yield "</ul>"
    if missing.hints:
        yield "<p>What would help, each tried out on this lead:</p>"
        yield from _list(f"<li>{text(said(hint))}</li>" for hint in missing.hints)
