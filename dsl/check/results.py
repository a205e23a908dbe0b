"""What is worked out after the score: gates, stages, grades, the route; and what must always hold."""

from __future__ import annotations

from scorelang import nodes as n
from scorelang.check.expressions import condition
from scorelang.check.identities import identity_of
from scorelang.check.literals import hundredths
from scorelang.check.state import Around, State, place
from scorelang.model import OUTCOMES, Destination, Gate, Grade, Invariant, OutcomeName, Stage
from scorelang.resolve import Scope
from scorelang.source import Span
from scorelang.suggest import closest, listed
from scorelang.values import SPACES, fold


def declare_results(state: State, file: n.File, around: Around) -> None:
    """Note the names of stages, grades and destinations, which conditions anywhere may use."""
    for node in file.statements:
        match node:
            case n.Stage(name=name):
                if name.name in state.stages or name.name == "none":
                    _twice(state, around, name, "stage")
                else:
                    state.stages.append(name.name)
            case n.Grade(what=what):
                if what.name in state.grades:
                    _twice(state, around, what, "grade of")
                else:
                    state.grades[what.name] = (*(label.name for label, _ in node.bands), node.otherwise.name)
            case n.Route(destinations=destinations):
                state.routes.extend(row.text.value for row in destinations if isinstance(row, n.Destination))


def _twice(state: State, around: Around, name: n.Name, what: str) -> None:
    message = (
        "`none` means that there is no stage" if name.name == "none" else f"the {what} `{name.name}` is declared twice"
    )
    state.error(around, name.span, "declared-twice", message, "give it another name")


def check_gates(state: State, scope: Scope, file: n.File) -> tuple[Gate, ...]:
    """Every `require` and `disqualify`."""
    around = Around(scope, "gate")
    gates: list[Gate] = []
    for node in file.statements:
        if not isinstance(node, n.Require | n.Disqualify):
            continue
        test = condition(state, around, node.condition)
        stage = node.stage if isinstance(node, n.Require) else None
        if stage is not None and stage.name not in state.stages:
            _unknown_stage(state, around, stage)
            continue
        if test is None:
            continue
        identity = state.new_id(identity_of(around.source.slice(node.condition.span), node.reason))
        reason = node.reason.value if node.reason else None
        word = "require" if isinstance(node, n.Require) else "disqualify"
        gates.append(Gate(identity, word, place(around, node.span), test, stage.name if stage else None, reason))  # type: ignore[arg-type]
    return tuple(gates)


def _unknown_stage(state: State, around: Around, name: n.Name) -> None:
    near = closest(name.name, state.stages)
    state.error(
        around,
        name.span,
        "unknown-stage",
        f"there is no stage `{name.name}`",
        f"did this mean `{near}`?" if near else "",
        help=(f"stages: {listed(state.stages)}" if state.stages else f"declare it: `stage {name.name} from 20`",),
    )


def check_stages(state: State, scope: Scope, file: n.File) -> tuple[Stage, ...]:
    """The stages in rising order."""
    around = Around(scope, "stage")
    stages: list[Stage] = []
    reached: tuple[int, n.Stage] | None = None
    for node in file.statements:
        if not isinstance(node, n.Stage):
            continue
        threshold = hundredths(state, around, node.threshold) if node.threshold is not None else None
        if node.threshold is None and node.when is None and not node.or_when:
            state.error(
                around,
                node.span,
                "empty-stage",
                f"nothing tells when the stage `{node.name.name}` is reached",
                "",
                help=(f"write `stage {node.name.name} from 20`, or `stage {node.name.name} when CONDITION`",),
            )
        if threshold is not None and node.threshold is not None:
            if reached is not None and threshold < reached[0]:
                state.error(
                    around,
                    node.threshold.span,
                    "stages-out-of-order",
                    f"`{node.name.name}` begins at fewer points than `{reached[1].name.name}` above it",
                    "stages stand in rising order",
                    help=("put the stage that is reached first above the others",),
                )
            reached = (threshold, node)
        when = condition(state, around, node.when) if node.when is not None else None
        or_when = [condition(state, around, item) for item in node.or_when]
        stages.append(
            Stage(
                node.name.name,
                place(around, node.span),
                threshold,
                when,
                tuple(item for item in or_when if item is not None),
            )
        )
    return tuple(stages)


def check_grades(state: State, scope: Scope, file: n.File) -> tuple[Grade, ...]:
    """The grades of categories and of the score."""
    around = Around(scope, "grade")
    grades: list[Grade] = []
    for node in file.statements:
        if not isinstance(node, n.Grade):
            continue
        if node.what.name != "score" and node.what.name not in state.categories and node.what.name not in scope.lost:
            near = closest(node.what.name, [*state.categories, "score"])
            state.error(
                around,
                node.what.span,
                "unknown-category",
                f"there is no category `{node.what.name}`",
                f"did this mean `{near}`?" if near else "",
                help=(f"a grade is of {listed([*state.categories, 'score'], last='or')}",),
            )
            continue
        bands = _bands(state, around, node)
        grades.append(Grade(node.what.name, place(around, node.span), tuple(bands), node.otherwise.name))
    return tuple(grades)


def _bands(state: State, around: Around, node: n.Grade) -> list[tuple[str, int]]:
    bands: list[tuple[str, int]] = []
    for label, number in node.bands:
        threshold = hundredths(state, around, number)
        if label.name in [known for known, _ in bands]:
            _twice(state, around, label, "band")
        elif threshold is not None and bands and threshold >= bands[-1][1]:
            state.error(
                around,
                number.span,
                "bands-out-of-order",
                f"`{label.name}` begins no lower than `{bands[-1][0]}` before it",
                "bands fall: `A from 40, B from 25, else C`",
            )
        elif threshold is not None:
            bands.append((label.name, threshold))
    return bands


def check_route(state: State, scope: Scope, file: n.File) -> tuple[Destination, ...]:
    """The destinations in order."""
    around = Around(scope, "route")
    route: list[Destination] = []
    blocks = [node for node in file.statements if isinstance(node, n.Route)]
    for extra in blocks[1:]:
        state.error(
            around,
            Span(extra.span.start, extra.span.start + 5),
            "declared-twice",
            "there are two routes",
            "one holds all lines",
        )
    for block in blocks[:1]:
        if not block.destinations:
            state.error(
                around,
                block.span,
                "empty-block",
                "this route goes nowhere",
                'lines like `"SDR queue" if …` stand below it',
            )
        for at, row in enumerate(block.destinations):
            if row.condition is None and at != len(block.destinations) - 1:
                state.error(
                    around,
                    row.span,
                    "stray-otherwise",
                    "`otherwise` is the last line of a route",
                    "no line below it is ever reached",
                )
            test = condition(state, around, row.condition) if row.condition is not None else None
            route.append(Destination(row.text.value, place(around, row.span), test))
    return tuple(route)


def check_outcomes(state: State, around: Around, file: n.File) -> dict[OutcomeName, tuple[str, ...]]:
    """The words that a CRM has for what became of its leads, by what they mean."""
    words: dict[OutcomeName, tuple[str, ...]] = {}
    meant: dict[str, str] = {}
    blocks = [node for node in file.statements if isinstance(node, n.Outcomes)]
    for extra in blocks[1:]:
        span = Span(extra.span.start, extra.span.start + len("outcomes"))
        state.error(around, span, "declared-twice", "there are two blocks of outcomes", "one holds all lines")
    for block in blocks[:1]:
        if not block.lines:
            state.error(
                around, block.span, "empty-block", "no outcome stands here", 'lines like `won from "Closed Won"`'
            )
        for line in block.lines:
            name = next((name for name in OUTCOMES if name == line.outcome.name), None)
            if name is None:
                _unknown_outcome(state, around, line.outcome)
                continue
            for word in line.words:
                first = meant.setdefault(fold(word.value.strip(SPACES)), name)
                if first != name:
                    message = f'"{word.value}" means {first} already'
                    state.error(around, word.span, "declared-twice", message, "a word means one outcome")
            words[name] = (*words.get(name, ()), *(word.value.strip(SPACES) for word in line.words))
    return words


def _unknown_outcome(state: State, around: Around, name: n.Name) -> None:
    near = closest(name.name, OUTCOMES)
    label = f"did this mean `{near}`?" if near else f"outcomes: {listed(OUTCOMES, last='and')}"
    state.error(around, name.span, "unknown-name", f"there is no outcome `{name.name}`", label)


def check_invariants(state: State, scope: Scope, file: n.File) -> tuple[Invariant, ...]:
    """Every `never` and `always`."""
    around = Around(scope, "test")
    checked: list[Invariant] = []
    for node in file.statements:
        if isinstance(node, n.Invariant):
            test = condition(state, around, node.condition)
            if test is not None:
                checked.append(Invariant(node.word, node.name.value, place(around, node.span), test))
    return tuple(checked)
