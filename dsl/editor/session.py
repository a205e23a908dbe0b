"""An editor's session: the open documents, what is known to be wrong with each, and the checks that find it out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath

from attrs import define, frozen

from scorelang.editor.document import Document
from scorelang.editor.problems import Problem, Report, check, exact, is_thorough
from scorelang.editor.quick import quick_problems
from scorelang.editor.summary import Summary
from scorelang.editor.text import Place, Text, Units
from scorelang.editor.workspace import Workspace
from scorelang.modules import STANDARD

# An edit as a client sends it: what is between two places becomes a text; without places, all of it does.
ClientEdit = tuple[tuple[Place, Place] | None, str]


@define(eq=False)
class State:
    """What is known of one open document."""

    document: Document
    problems: tuple[Problem, ...] = ()
    """What is wrong with it, as far as is known: after a change, before the whole check, not quite all."""
    proved: tuple[Problem, ...] = ()
    """What only a thorough check finds, where it stands by now."""
    report: Report | None = None
    """The last whole check."""
    model: Summary | None = None
    """The last model that was no error."""
    exact: str | None = None
    """The score's range, where it was worked out for this very text."""

    @property
    def is_checked(self) -> bool:
        """Whether the last whole check was of the text as it is."""
        return self.report is not None and self.report.document is self.document

    @property
    def model_now(self) -> Summary | None:
        """The model that the text is; None while it is none, or not known to be one."""
        return self.report.summary if self.report is not None and self.is_checked else None

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Everything that is to be shown."""
        return (*self.problems, *self.proved)


@frozen(eq=False)
class Job:
    """A whole check that waits to be run, in any thread: a document, and the texts that count instead of files."""

    document: Document
    texts: dict[str, bytes]
    thorough: bool = False

    def run(self) -> Report:
        """What the check finds."""
        return check(self.document, self.texts, thorough=self.thorough)

    def exact(self) -> str | None:
        """The score's range in words, where it can be found out in a few seconds."""
        return exact(self.document, self.texts)


class Session:
    """All open documents. For one thread; only its jobs run elsewhere."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.states: dict[str, State] = {}

    def open(self, key: str, text: str, path: Path | None, version: int = 0) -> State:
        """A document was opened."""
        document = self.workspace.put(key, Text(text), path, version)
        state = self.states[key] = State(document)
        state.problems = quick_problems(Document(key, Text("")), document, ())
        return state

    def change(self, key: str, edits: Sequence[ClientEdit], units: Units, version: int = 0) -> State:
        """A document was edited. Its problems are those of before that still stand, and the changed lines' own."""
        state = self.states[key]
        old = state.document
        text = old.text
        for places, new in edits:
            text = Text(new) if places is None else text.changed(*places, new, units)
        document = state.document = self.workspace.put(key, text, old.path, version)
        state.problems = quick_problems(old, document, state.problems)
        state.proved = quick_problems(old, document, state.proved, explain=False)
        state.exact = None
        return state

    def close(self, key: str) -> None:
        """A document was closed."""
        self.states.pop(key, None)
        self.workspace.drop(key)

    def job(self, key: str, *, thorough: bool = False) -> Job:
        """The whole check of a document as it is now."""
        return Job(self.states[key].document, self.workspace.unsaved(), thorough)

    def accept(self, report: Report) -> State | None:
        """What a check found, if it is still of the text that is open; None where it is not."""
        state = self.states.get(report.document.key)
        if state is None or state.document is not report.document:
            return None
        state.report = report
        state.model = report.summary or state.model
        state.problems = tuple(one for one in report.problems if not is_thorough(one))
        if not report.thorough:
            state.exact = None  # the text may be the same, and a file that it uses not
        else:
            state.proved = tuple(one for one in report.problems if is_thorough(one))
        return state

    def accept_exact(self, document: Document, exact: str | None) -> State | None:
        """The score's range that was found out for a document, if that is still the one that is open."""
        state = self.states.get(document.key)
        if state is None or state.document is not document or exact is None:
            return None
        state.exact = exact
        return state

    def users_of(self, key: str) -> list[str]:
        """The other open documents that bring something in from this one, or test it, by way of others too."""
        return [other for other, state in self.states.items() if other != key and self._reaches(state.document, key)]

    def _reaches(self, document: Document, key: str) -> bool:
        """Whether a document has to do with the file of a key, or a file that it uses has."""
        name = PurePath(key).name
        seen, waiting = {document.key}, [document]
        while waiting:
            one = waiting.pop()
            # In a line that cannot be read a `use` is a name only; the checker may make something of it.
            if name and name in one.source.text:
                return True
            paths = (use.path.value for use, _ in self.workspace.index(one).uses)
            for used in (self.workspace.used(one, path) for path in paths if not path.startswith(STANDARD)):
                if used is not None and used.key == key:
                    return True
                if used is not None and used.key not in seen:
                    seen.add(used.key)
                    waiting.append(used)
        return False
