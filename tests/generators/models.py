"""Whole models: every kind of statement, in any order that the language allows, in one file or two."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

import scorelang

from . import conditions as c
from .queries import events
from .rules import Lines, group, scoring, written_decay
from .tested import test_block
from .words import ATTRIBUTES, CATEGORIES, GRADES, PERSONAS, REASONS, STAGES, ZONES, Words, unsigned
from .world import COMMON, SECOND_FILE, TYPES, Here, Kind, Named, World, new_world

FEATURES = (
    "rules", "categories", "gates", "stages", "grades", "route", "lists", "defines", "decays", "personas", "weights",
    "bounds", "start over", "header", "timezone", "library", "second file", "tests", "invariants", "redeclared",
    "outcomes",
)  # fmt: skip

# What the standard library has to offer: its module, the name, and what that is. Long word lists take long to load.
LIBRARY = (
    ("std/decay", "half_life_month", "losing"),
    ("std/decay", "fade_week", "fading"),
    ("std/email", "role_mailboxes", "list"),
    ("std/countries", "dach", "list"),
)


@frozen
class ModelText:
    """A model as it is written: its statements, each with its block, and the other files by their path."""

    statements: tuple[Lines, ...]
    files: Mapping[str, str] = field(factory=dict)
    indent: str = "    "

    def __str__(self) -> str:
        return "".join(f"--- {path}\n{text}" for path, text in {"model.score": self.text, **self.files}.items())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis shows the text, not how it is held."""
        printer.text(f"ModelText(\n{self})")

    @property
    def text(self) -> str:
        """The text of the main file."""
        lines = (line for statement in self.statements for line in statement)
        return "".join(f"{self.indent * depth}{text}\n" for depth, text in lines)

    def load(self, text: str | None = None) -> scorelang.Model:
        """The model; with another text for its main file, if one is given."""
        main = self.text if text is None else text
        if not self.files:
            return scorelang.loads(main)
        with tempfile.TemporaryDirectory() as folder:
            for path, content in self.files.items():
                file = Path(folder) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content, encoding="utf-8")
            return scorelang.loads(main, folder=folder)


@st.composite
def models(draw: DrawFn, *, wanted: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> ModelText:
    """Model texts that are right, over the whole grammar; features (FEATURES) may be wanted or left out."""
    words = Words(draw)
    features = {feature for feature in FEATURES if words.chance(40)} - set(without) | set(wanted)
    if "weights" in features:
        features -= {"personas", "rules"}
        features |= {"categories"}
    return _Writer(new_world(words, declared=words.chance(60)), features).write()


class _Writer:
    """Writes one model: first what it declares, then what uses it, so that names are there when they are needed."""

    def __init__(self, world: World, features: set[str]) -> None:
        self.w = world
        self.words = world.words
        self.features = features
        self.main: list[Lines] = []
        self.second: list[Lines] = []
        # Categories, personas and stages: their order means something.
        self.ordered: list[Lines] = []

    def has(self, feature: str) -> bool:
        return feature in self.features

    def put(self, home: str, *lines: tuple[int, str]) -> None:
        (self.second if home else self.main).append(list(lines))

    def home(self) -> str:
        """The file that a declaration goes to."""
        return SECOND_FILE if self.has("second file") and self.words.chance(50) else ""

    def write(self) -> ModelText:
        self.header()
        self.lead()
        self.kinds()
        self.library()
        self.lists()
        self.decays()
        self.defines("rule")
        self.groups()
        self.rules()
        self.gates()
        self.stages()
        self.grades_and_route()
        self.outcomes()
        self.tests()
        return self.finished()

    def finished(self) -> ModelText:
        """The statements in any order but that of those whose order means something."""
        w = self.w
        uses = [[(0, f'use {", ".join(names)} from "{path}"')] for path, names in w.uses.items()]
        others = self.words.shuffled([*uses, *self.main, *([(0, line)] for line in w.telling())])
        places = self.words.draw(
            st.lists(st.integers(0, len(others)), min_size=len(self.ordered), max_size=len(self.ordered)).map(sorted)
        )
        for place, lines in reversed(list(zip(places, self.ordered, strict=True))):
            others.insert(place, lines)
        indent = self.words.pick(("    ", "  ", "\t", " "))
        files = {SECOND_FILE: ModelText(tuple(self.second), {}, indent).text} if self.second else {}
        return ModelText(tuple(others), files | self.csv, indent)

    # --- what a model is called and knows of leads

    def header(self) -> None:
        self.csv: dict[str, str] = {}
        words = self.words
        items = [
            f"version {words.pick(('3', '2.5', chr(34) + '2026-11' + chr(34)))}",
            f"owner {words.quoted('revops@acme.example')}",
        ]
        if self.has("timezone") and words.chance(50):
            items.append(f'timezone "{words.pick(ZONES)}"')
        elif self.has("timezone"):
            self.put("", (0, f'timezone "{words.pick(ZONES)}"'))
        if self.has("header") or len(items) == 3:
            name = f" {words.quoted(words.text())}" if words.chance(80) else ""
            self.put("", (0, f"model{name}{words.pick((',', ' ', ', '))} " + ", ".join(words.shuffled(items))))

    def lead(self) -> None:
        if not self.w.declared:
            return
        texts = [name for name, type_ in self.w.fields.items() if type_ in ("text", "number")]
        key = f" keyed by {self.words.pick(texts)}" if texts and self.words.chance(15) else ""
        home = self.home() if not key else ""
        if home:
            self.w.use("lead", home, Here("rule"))
        self.put(home, (0, f"lead{key}:"), *((1, self.attribute(name, type_)) for name, type_ in self.w.fields.items()))

    def attribute(self, name: str, type_: str) -> str:
        """A field or attribute with its column and with what means missing."""
        words = self.words
        column = (
            f" from {words.quoted(words.pick((name.upper(), 'Job Title', 'Größe', 'A B', name)))}"
            if words.chance(20)
            else ""
        )
        if not words.chance(20):
            return f"{name} {type_}{column}"
        values = {
            "number": ("999", "-1", "0", '"n/a"', "2.5"),
            "date": ("1900-01-01", '"never"', "1970-01-01T00:00Z"),
            "flag": ("no", '"unknown"', '"?"'),
        }.get(type_, ('"unknown"', '"Select"', '"CEO"', '"/"', "7"))
        return f"{name} {type_}{column} missing {', '.join(words.some(values, 1, 2))}"

    def kinds(self) -> None:
        """Declarations of events: of the model's own kinds, and of common ones that it gives other attributes."""
        for name, kind in list(self.w.kinds.items()):
            redeclared = name in COMMON and self.has("redeclared") and self.words.chance(50)
            if not kind.declared or (name in COMMON and not redeclared):
                continue
            home = "" if redeclared else self.home()
            attributes = self.own_attributes()
            self.w.kinds[name] = Kind(name, attributes, None if redeclared else home)
            written = ", ".join(self.attribute(*pair) for pair in attributes.items())
            self.put(
                home, (0, f"event {name}({written})" if attributes else f"event {name}{self.words.pick(('', '()'))}")
            )

    def own_attributes(self) -> dict[str, str]:
        names = self.words.some((*ATTRIBUTES, *(name for name in self.w.fields if name != "lead")), 0, 4)
        return {name: self.words.pick(TYPES) for name in names}

    # --- declarations

    def library(self) -> None:
        if not self.has("library"):
            return
        for module, name, what in self.words.some(LIBRARY, 1, 3):
            if what == "list":
                self.w.lists.append(Named(name, "text", module))
            else:
                self.w.decays.append(Named(name, what, module))

    def lists(self) -> None:
        if not self.has("lists"):
            return
        for at in range(self.words.number(1, 3)):
            home, type_ = self.home(), self.words.pick(("text", "text", "number"))
            if type_ == "text" and self.words.chance(25):
                self.list_from_file(f"list_{at}", home)
            else:
                self.put(home, (0, f"list list_{at} = {c.written_list(self.w, type_)}"))
            self.w.lists.append(Named(f"list_{at}", type_, home))

    def list_from_file(self, name: str, home: str) -> None:
        """A list in a CSV file, whose path is told from the file that names it."""
        values = [self.words.text_of(self.words.pick(("text", "page"))) for _ in range(self.words.number(1, 3))]
        cells = ['"' + value.replace('"', '""') + '"' for value in values]
        header = self.words.chance(50)
        rows = ['"a","domain","b"', *(f'1,{cell},"x"' for cell in cells)] if header else cells
        self.csv[f"{'shared/' if home else ''}{name}.csv"] = "\r\n".join(rows) + self.words.pick(("", "\n"))
        column = ' column "domain"' if header else ""
        self.put(home, (0, f'list {name} from "{name}.csv"{column}'))

    def decays(self) -> None:
        if not self.has("decays"):
            return
        for at in range(self.words.number(1, 2)):
            home, type_ = self.home(), self.words.pick(("losing", "fading"))
            self.put(home, (0, f"decay decay_{at} as {written_decay(self.w, type_)}"))
            self.w.decays.append(Named(f"decay_{at}", type_, home))

    def defines(self, step: str) -> None:
        """Expressions with a name, that may use those before them."""
        if not self.has("defines"):
            return
        for _ in range(self.words.number(1, 3)):
            name = f"define_{len(self.w.defines)}"
            home = self.home() if step == "rule" else ""
            here = Here(step, home)  # type: ignore[arg-type]
            type_, written = self.defined(here)
            self.put(home, (0, f"define {name} as {written}"))
            self.w.defines.append(Named(name, type_, home, here.step))

    def defined(self, here: Here) -> tuple[str, str]:
        type_ = self.words.pick(("flag", "flag", "number", "text", "date"))
        names = self.w.values(here, type_)
        if type_ == "number":
            return type_, c.number(self.w, here, 2)
        if type_ in ("text", "date") and names:
            name = self.words.pick(names)
            self.w.tell(here, name, type_)
            return type_, name
        return "flag", c.condition(self.w, here, 2)

    # --- points

    def groups(self) -> None:
        w = self.w
        weighted = self.has("weights")
        if self.has("categories"):
            names = self.words.some(CATEGORIES, 1, 3)
            weights = self.weights(len(names)) if weighted else [None] * len(names)
            for name, weight in zip(names, weights, strict=True):
                self.group("category", name, weight)
                w.categories.append(name)
        if self.has("personas"):
            for name in self.words.some(PERSONAS, 1, 3):
                self.group("persona", name, None)
                w.personas.append(name)

    def group(self, word: str, name: str, weight: str | None) -> None:
        home = self.home() if name.isidentifier() else ""
        lines = group(self.w, Here("rule", home), word, name, weight)
        if home:
            self.w.use(name, home, Here("rule"))
            self.second.append(lines)
        else:
            self.ordered.append(lines)

    def weights(self, number: int) -> list[str]:
        first = self.words.pick(("40", "33.3", "0.5", "50", "12.34"))
        rest = {"40": "60", "33.3": "66.7", "0.5": "99.5", "50": "50", "12.34": "87.66"}[first]
        half = {"60": "30", "66.7": "33.35", "99.5": "49.75", "50": "25", "87.66": "43.83"}[rest]
        return {1: ["100"], 2: [first, rest], 3: [first, half, half]}[number]

    def rules(self) -> None:
        for _ in range(self.words.number(1, 5) if self.has("rules") else 0):
            self.main.append(scoring(self.w, Here("rule"), 0))
        if self.has("bounds"):
            least, most = sorted((self.words.hundredths(), self.words.hundredths()))
            low, high = unsigned(least), unsigned(most)
            self.put(
                "",
                (0, self.words.pick((f"score from {low} to {high}", f"score at most {high}", f"score at least {low}"))),
            )
        if self.has("start over"):
            self.put("", (0, f"start over after {events(self.w, Here('rule'))}"))

    # --- what is worked out after the score

    def gates(self) -> None:
        if self.has("stages"):
            self.w.stages = self.words.some(STAGES, 1, 4)
        if not self.has("gates"):
            return
        here = Here("gate")
        self.defines("gate")
        for _ in range(self.words.number(1, 3)):
            because = f" because {self.words.quoted(self.reason())}" if self.words.chance(40) else ""
            test = c.condition(self.w, here, 2)
            stage = (
                f" for {c.label(self.w, self.words.pick(self.w.stages))}"
                if self.w.stages and self.words.chance(30)
                else ""
            )
            self.put("", (0, f"{self.words.pick((f'require {test}{stage}', f'disqualify if {test}'))}{because}"))

    def reason(self) -> str:
        reason = self.words.pick(REASONS)
        if reason not in self.w.reasons:
            self.w.reasons.append(reason)
        return reason

    def stages(self) -> None:
        here = Here("stage")
        thresholds = sorted(self.words.hundredths(-1_000, 4_000) for _ in self.w.stages)
        for name, threshold in zip(self.w.stages, thresholds, strict=True):
            parts = [f"stage {c.label(self.w, name)}"]
            parts += [f"from {unsigned(threshold)}"] if self.words.chance(80) else []
            parts += [f"when {c.condition(self.w, here, 1)}"] if len(parts) == 1 or self.words.chance(25) else []
            parts += [f"or when {c.condition(self.w, here, 1)}" for _ in range(self.words.pick((0, 0, 0, 1, 2)))]
            self.ordered.append([(0, " ".join(parts))])

    def grades_and_route(self) -> None:
        if self.has("grades"):
            for what in self.words.some(["score", *self.w.categories], 1, 3):
                labels = self.words.some(GRADES, 1, 4)
                falling = sorted({self.words.hundredths(-1_000, 4_000) for _ in labels[1:]}, reverse=True)
                labels = labels[: len(falling) + 1]
                bands = [
                    f"{c.label(self.w, name)} from {unsigned(at)}" for name, at in zip(labels, falling, strict=False)
                ]
                if bands:
                    shown = what if what.isidentifier() else self.words.quoted(what)
                    last = f"{self.words.pick((',', ''))} else {c.label(self.w, labels[-1])}"
                    self.put("", (0, f"grade {shown}: {', '.join(bands)}{last}"))
                    self.w.grades[what] = labels
        self.defines("route")
        if self.has("route"):
            here = Here("route")
            self.w.routes = self.words.some(("SDR queue", "Call within 90 seconds", "Kühl", "Nurture", "ΣΊΣΥΦΟΣ"), 1, 4)
            lines = [(1, f"{self.words.quoted(text)} if {c.condition(self.w, here, 1)}") for text in self.w.routes]
            if self.words.chance(60):
                lines[-1] = (1, f"{self.words.quoted(self.w.routes[-1])} otherwise")
            self.put("", (0, "route:"), *lines)

    def outcomes(self) -> None:
        if self.has("outcomes"):
            words = self.words.some(("Closed Won", "ΣΊΣΥΦΟΣ", "Bad fit", "won", " Lost "), 1, 4)
            meant = self.words.some(("won", "lost", "accepted", "reached"), 1, 4)
            lines = [(1, f"{name} from {self.words.quoted(word)}") for name, word in zip(meant, words, strict=False)]
            self.put("", (0, "outcomes:"), *lines)

    def tests(self) -> None:
        if self.has("invariants"):
            for at in range(self.words.number(1, 2)):
                test = c.condition(self.w, Here("test"), 1)
                self.put("", (0, f'{self.words.pick(("never", "always"))} "invariant {at}": {test}'))
        if self.has("tests"):
            for at in range(self.words.number(1, 2)):
                self.main.append(test_block(self.w, f"test {at}"))
