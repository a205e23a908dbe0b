"""For pytest: `.score` files with tests are collected as items, and `score_model` loads models for tests in Python.

Nothing of the language is loaded before there is a `.score` file to collect or a model to load.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr, TracebackStyle

    from scorelang.api import Model
    from scorelang.diagnostics import ScorelangError
    from scorelang.testing.suite import Item, Suite


class FailedTest(Exception):  # noqa: N818
    """A test in a `.score` file that failed, in brief; `text` says why."""

    def __init__(self, brief: str, text: str) -> None:
        super().__init__(brief, text)
        self.text = text

    def __str__(self) -> str:
        return str(self.args[0])


class WrongModel(pytest.Collector.CollectError):
    """A `.score` file that is not a model; its text holds every diagnostic."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `scorelang test` that settle how leads for `never` and `always` are generated."""
    group = parser.getgroup("scorelang")
    group.addoption("--score-seed", type=int, default=0, help="other leads for `never` and `always` in .score files")
    group.addoption(
        "--score-max-examples",
        type=int,
        default=300,
        help="how many leads are generated for `never` and `always` in a .score file; default: 300",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScoreFile | None:
    """Collect `.score` files that say something of tests."""
    if file_path.suffix != ".score" or not _may_test(file_path):
        return None
    return ScoreFile.from_parent(parent, path=file_path)


def _may_test(path: Path) -> bool:
    """Whether a line begins like a test; reading is quick, and parsing a model is not."""
    try:
        text = path.read_bytes()
    except OSError:
        return False
    return any(line.lstrip().startswith((b"test", b"never", b"always")) for line in text.splitlines())


class ScoreFile(pytest.File):
    """A `.score` file; its items are the tests that stand in it."""

    def collect(self) -> Iterator[ScoreItem]:
        """The file's tests; what is wrong with the model is a collection error."""
        from scorelang.diagnostics import ScorelangError
        from scorelang.testing.search import Search
        from scorelang.testing.suite import Suite, items_of

        try:
            model: Model = import_module("scorelang").load(self.path)
        except ScorelangError as error:
            raise WrongModel(_from_here(self.config, _told(self.path, error))) from None
        config = self.config
        settings = Search(config.getoption("--score-seed"), config.getoption("--score-max-examples"))
        suite = Suite(str(self.path), model.checked, items_of(model.checked, str(self.path)), settings)
        seen: dict[str, int] = {}
        for item in suite.items:
            title = item.title
            seen[title] = seen.get(title, 0) + 1
            # Two tests of one name are two items.
            name = title if seen[title] == 1 else f"{title} ({seen[title]})"
            yield ScoreItem.from_parent(self, name=name, suite=suite, item=item)


class ScoreItem(pytest.Item):
    """One test, one row of a test's table, or one `never` or `always`."""

    def __init__(self, *, suite: Suite, item: Item, **settings: Any) -> None:
        super().__init__(**settings)
        self.suite = suite
        self.item = item

    def runtest(self) -> None:
        """Run it. Raises `FailedTest` with the text that `scorelang test` shows."""
        from scorelang.testing.as_text import in_brief, render

        report = self.suite.run(self.item)
        if not report.passed:
            brief, text = in_brief(report), render(report).rstrip()
            raise FailedTest(_from_here(self.config, brief), _from_here(self.config, text))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: TracebackStyle | None = None
    ) -> str | TerminalRepr:
        """The failure's own text, without a traceback through the interpreter."""
        if isinstance(excinfo.value, FailedTest):
            return excinfo.value.text
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test stands: the file, its line from 0, its name."""
        return self.path, self.item.where.line - 1, self.name


def _told(path: Path, error: ScorelangError) -> str:
    """What is wrong with the model at a path, with the paths of the files that it uses."""
    from scorelang.diagnostics import ModelError
    from scorelang.testing.places import Named

    if not isinstance(error, ModelError):
        return str(error)
    names = Named(str(path), path.read_text(encoding="utf-8", errors="replace"))
    return str(ModelError([names.diagnostic(one) for one in error.diagnostics]))


def _from_here(config: pytest.Config, text: str) -> str:
    """A text with its paths from where pytest was started, as `scorelang test` has them."""
    return text.replace(f"{config.invocation_params.dir}{os.sep}", "")


@pytest.fixture(scope="session")
def score_model(pytestconfig: pytest.Config) -> Callable[[str | Path], Model]:
    """Load a model once a session: `score_model("acme.score").score({…})`; a path counts from pytest's root folder.

    Raises `ModelError` for a text that is not a model; for a file that cannot be read the test fails with one line.
    """
    loaded: dict[Path, Model] = {}

    def load(path: str | Path) -> Model:
        place = (pytestconfig.rootpath / path).resolve()
        if place not in loaded:
            try:
                loaded[place] = import_module("scorelang").load(place)
            except OSError as error:
                pytest.fail(f"score_model: {place}: {(error.strerror or str(error)).lower()}", pytrace=False)
        return loaded[place]

    return load
