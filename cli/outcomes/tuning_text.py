"""What tuning found, as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from scorelang.cli.outcomes.findings import NONE, number, numbers, percent, ranked, share, titled
from scorelang.cli.table import Column
from scorelang.outcomes.rates import Estimate, Rate
from scorelang.outcomes.words import GOT
from scorelang.suggest import plural
from scorelang.tune.compare import Top
from scorelang.tune.findings import EXTENDED, TUNED, Change, Contest, Tuned
from scorelang.tune.suggest import Suggestion
from scorelang.values import format_instant

RULE = Column("rule", whole=True)


def lines_of_report(found: Tuned, *, split_given: bool, width: int) -> Iterator[str]:
    """The report, line by line."""
    yield from _leads(found, split_given=split_given, width=width)
    yield from titled(
        "How well scores tell who got there, on the leads held out",
        [Column("", whole=True), *numbers("AUC", "more than now", f"{found.folds} folds", "best tenth", "lift")],
        (_contest(one) for one in found.contests),
        width,
    )
    for name in found.missing:
        yield f"{name} is not installed; `pip install lightgbm` adds it to this comparison"
    yield ""
    yield from textwrap.wrap(_verdict(found), width)
    yield from _changes(found, width)
    yield from _left(found, width)
    yield from _blanks(found, width)
    yield from _thresholds(found, width)
    yield from _scale(found)
    yield from _suggested(found, width)


def _leads(found: Tuned, *, split_given: bool, width: int) -> Iterator[str]:
    got = GOT[found.goal]
    yield f"learned from {plural(found.learned_from, 'lead')}, tested on {found.held_out:,} {_how(found)}"
    train, held = found.shift.train, found.shift.held
    yield f"{got}: {share(train)} of those to learn from, {share(held)} of those held out"
    if found.open:
        yield f"{plural(found.open, 'lead is', 'leads are')} not decided yet, and left out"
    said = []
    if found.shift.shifted:
        said.append(
            f"The base rate moved from {percent(train.share)} to {percent(held.share)}: times have changed, and what "
            "was learned before may not hold after."
        )
    if found.split == "random" and not found.dated and not split_given:
        said.append(
            "No times say which leads are the latest, so they were drawn at random; if the file is in order of time, "
            "`--split time` holds out the end of it."
        )
    if found.split == "random" and found.dated:
        said.append(
            "Drawn at random, leads held out are of the same times as those learned from; the next ones are not."
        )
    if found.leaky:
        names = ", ".join(found.leaky)
        said.append(f"Left out, because they may know too much (`scorelang backtest --leaks`): {names}.")
    for text in said:
        yield from textwrap.wrap(text, width)


def _how(found: Tuned) -> str:
    if found.split == "random":
        return "drawn at random"
    if found.dated and found.held_from is not None:
        return f"decided later, from {format_instant(found.held_from)[:10]} on"
    return "at the end of the file"


def _contest(one: Contest) -> list[str]:
    more = NONE if one.more is None else _gain(one.more)
    folds = NONE if one.folds is None else f"{one.folds:.3f}"
    return [one.name, ranked(one.auc), more, folds, _of(one.top.rate), _lift(one.top)]


def _gain(found: Estimate) -> str:
    if found.low is None or found.high is None:
        return f"{found.value:+.3f}"
    return f"{found.value:+.3f} ({found.low:+.3f}, {found.high:+.3f})"


def _of(rate: Rate) -> str:
    return f"{share(rate)} of {rate.of:,}" if rate.of else NONE


def _lift(top: Top) -> str:
    if top.lift is None or top.low is None or top.high is None:
        return NONE
    return f"{top.lift:.2f} ({top.low:.2f}–{top.high:.2f})"


def _verdict(found: Tuned) -> str:
    more = next((one.more for one in found.contests if one.name == TUNED), None)
    by = "" if more is None else f": AUC {_gain(more)}"
    match found.verdict:
        case "nothing to change":
            return (
                "Nothing to change: no other points did better in the folds of the leads to learn from than those of "
                "the model, but for what chance explains."
            )
        case "better":
            return f"Recommended: the new points rank the leads held out better than the present ones do{by}."
        case "worse":
            return f"Not recommended: the new points rank the leads held out worse than the present ones do{by}."
    return f"Not recommended: that the new points rank leads better does not show on the leads held out{by}."


def _changes(found: Tuned, width: int) -> Iterator[str]:
    got = GOT[found.goal]
    columns = [RULE, *numbers("now", "then", f"{got}, learned from", f"{got}, held out"), Column("", wrapped=True)]
    yield from titled(
        "Points that would change, with what became of the leads on which each fired",
        columns,
        (
            [one.rule, _points(one.before), _points(one.after), _of(one.train), _of(one.held), _why(one)]
            for one in found.changes
        ),
        width,
    )
    if found.changes and found.unchanged:
        yield f"{found.unchanged:,} more stay as they are"


def _points(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(value)}"


def _why(one: Change) -> str:
    if one.against:
        return "these leads speak against its sign"
    return "" if one.after else "adds nothing here: it could go"


def _left(found: Tuned, width: int) -> Iterator[str]:
    yield from titled(
        "Points that are not learned",
        [RULE, Column("line", number=True), Column("why", wrapped=True)],
        ([one.rule, str(one.line), one.why] for one in found.left),
        width,
    )


def _blanks(found: Tuned, width: int) -> Iterator[str]:
    yield from titled(
        "Rules that lean on blanks: they fire because something is missing, which tells how data was kept",
        [RULE, Column("line", number=True), *numbers("fires, learned from", "fires, held out")],
        ([one.rule, str(one.line), _of(one.train), _of(one.held)] for one in found.blanks),
        width,
    )


def _thresholds(found: Tuned, width: int) -> Iterator[str]:
    if not found.changes:
        return
    yield from titled(
        "What lines mean with the new points, on the leads held out",
        [Column("", whole=True), *numbers("from", "leads now", "then", "rate now", "then", "as many from")],
        (
            [
                one.name,
                number(one.points),
                f"{one.now.of:,}",
                f"{one.then.of:,}",
                share(one.now),
                share(one.then),
                _line(one.even),
            ]
            for one in found.thresholds
        ),
        width,
    )


def _line(value: float | None) -> str:
    return NONE if value is None else number(value)


def _scale(found: Tuned) -> Iterator[str]:
    scale = found.scale
    if scale.doubling is None:
        return
    held = "" if scale.doubling_held is None else f", {number(scale.doubling_held)} among those held out"
    which = "new" if found.changes else "present"
    yield ""
    yield f"{number(scale.doubling)} of the {which} points double the odds among the leads learned from{held}"
    if scale.at is not None and scale.odds is not None:
        chance = scale.odds / (1 + scale.odds)
        yield f"odds of {number(scale.odds)} to 1, a chance of {percent(chance)}, are at {number(scale.at)} points"


# --- suggestions ----------------------------------------------------------------------------------------------------


def _suggested(found: Tuned, width: int) -> Iterator[str]:
    if not found.suggested:
        if found.searched:
            yield ""
            yield "No rule was found that says more than those of the model."
        return
    got = GOT[found.goal]
    columns = [Column("rule", wrapped=True), Column(""), *numbers(got, "lift"), Column("")]
    rows = (row for one in found.suggested for row in _suggestion(one))
    yield from titled("Rules that the model lacks", columns, rows, width)
    more = next((one.more for one in found.contests if one.name == EXTENDED), None)
    by = "" if more is None else f": AUC {_gain(more)}"
    yield ""
    if found.idle:
        rules = plural(len(found.idle), "rule")
        text = f"Beside them {rules} of the model would give nothing: {', '.join(found.idle)}."
        yield from textwrap.wrap(text, width)
    holding = [one for one in found.suggested if one.holds]
    if found.suggested_verdict == "worse":
        yield f"Not recommended: with these rules the leads held out are ranked worse than now{by}."
    elif found.suggested_verdict != "better":
        yield f"Not recommended: that these rules rank leads better does not show on the leads held out{by}."
    elif not holding:
        yield "None of them holds on the leads held out, so there is nothing to paste."
    else:
        yield from _to_paste(holding, width)


def _to_paste(holding: Sequence[Suggestion], width: int) -> Iterator[str]:
    """The lines of rules, where in the model each belongs."""
    yield "Lines to paste, with points beside those that all rules would have; then tune again:"
    for group in dict.fromkeys(one.group for one in holding):
        yield f"  {'on their own' if group is None else f'in {group}'}:"
        for one in holding:
            if one.group == group:
                yield f"    {one.line}{'  # a protected attribute' if one.protected else ''}"
    needs = list(dict.fromkeys(line for one in holding for line in one.needs))
    uses = [line for line in needs if line.startswith("use ")]
    for title, lines in (
        ("at the top", uses),
        ("in the `lead:` block", [line for line in needs if line not in uses]),
    ):
        if lines:
            yield f"  {title}:"
            yield from (f"    {line}" for line in lines)
    if any(one.protected for one in holding):
        text = (
            "A protected attribute tells of a person what people may not be treated unequally for: see "
            "`scorelang lint --explain protected-attribute` before pasting such a line."
        )
        yield from textwrap.wrap(text, width)


def _suggestion(one: Suggestion) -> Iterator[list[str]]:
    """What its leads did, those that it was learned from and those held out."""
    condition = one.line.removeprefix("if ").rpartition(" then ")[0]
    yield [condition, "learned from", f"{share(one.train)} of {one.train.of:,}", _ratio(one.lift), ""]
    flag = "" if one.holds else "does not hold"
    yield ["", "held out", f"{share(one.held)} of {one.held.of:,}", _ratio(one.held_lift), flag]


def _ratio(found: Estimate | None) -> str:
    if found is None or found.low is None or found.high is None:
        return NONE
    return f"{found.value:.2f} ({found.low:.2f}–{found.high:.2f})"
