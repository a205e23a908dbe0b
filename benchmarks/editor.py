"""How long an editor waits for the language server, on a made-up model of 1,000 rules (that of proof.py).

    python benchmarks/editor.py [--rules 1000] [--keys 40] [--pause 0.15] [--page docs/language_server.md]

A client types a rule into the middle of the model, a letter at a time with a pause between them as people type, and
asks for completions after each; the server checks the whole model beside that whenever there is a pause. Then it makes
a slip in a line, and waits for what is said of that line, and for the whole check. All times are those of the client:
from sending to having the answer, over standard input and output.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from lsprotocol import types as t
from pygls.lsp.client import LanguageClient

from scorelang.lsp.checks import MOST_QUIET

sys.path.insert(0, str(Path(__file__).parent))
from proof import model_text
from tables import machine, put, table

RULE = '    if title mentions ["chief", "head"] and employees >= 250 then +10 because "can decide"'
WHILE_CHECKED = 10
SLIP = "    if title mentoins"
URI = "untitled:model.score"


class Typist:
    """A client with one document."""

    def __init__(self, text: str) -> None:
        self.client = LanguageClient("benchmark", "1")
        self.lines = text.split("\n")
        self.version = 1
        self.told: list[tuple[float, t.PublishDiagnosticsParams]] = []
        self.news = asyncio.Event()
        self.client.feature(t.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._published(params))

    def _published(self, params: t.PublishDiagnosticsParams) -> None:
        self.told.append((time.perf_counter(), params))
        self.news.set()

    async def start(self) -> None:
        """Start the server and open the document."""
        await self.client.start_io(sys.executable, "-m", "scorelang.cli", "lsp")
        await self.client.initialize_async(t.InitializeParams(capabilities=t.ClientCapabilities()))
        self.client.initialized(t.InitializedParams())
        item = t.TextDocumentItem(URI, "scorelang", 1, "\n".join(self.lines))
        self.client.text_document_did_open(t.DidOpenTextDocumentParams(item))

    async def end(self) -> None:
        """End the server."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    def replace(self, line: int, start: int, end: int, text: str) -> None:
        """Replace columns of a line."""
        self.version += 1
        ident = t.VersionedTextDocumentIdentifier(version=self.version, uri=URI)
        range_ = t.Range(t.Position(line, start), t.Position(line, end))
        change = t.TextDocumentContentChangePartial(range_, text)
        self.client.text_document_did_change(t.DidChangeTextDocumentParams(ident, [change]))

    async def until(self, wanted: Callable[[t.PublishDiagnosticsParams], bool], after: int) -> float:
        """When diagnostics as wanted were told, of those that came after so many."""
        while True:
            for when, params in self.told[after:]:
                if wanted(params):
                    return when
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 60)

    async def key(self, line: int, column: int, letter: str, pause: float) -> tuple[float, float]:
        """Type a letter after a pause, and ask for completions.

        The milliseconds until they are there, and those of the processor that the server took meanwhile.
        """
        await asyncio.sleep(pause)
        begun, spent = time.perf_counter(), self.spent()
        self.replace(line, column, column, letter)
        where = t.Position(line, column + 1)
        await self.client.text_document_completion_async(t.CompletionParams(t.TextDocumentIdentifier(URI), where))
        return (time.perf_counter() - begun) * 1000, self.spent() - spent

    def spent(self) -> float:
        """The milliseconds of the processor that the server took so far, where the system tells."""
        server = self.client._server
        threads = Path(f"/proc/{server.pid if server is not None else 0}/task").glob("*/schedstat")
        took = [int(thread.read_text(encoding="ascii").split()[0]) for thread in threads]
        return sum(took) / 1e6 if took else float("nan")

    async def checked(self) -> None:
        """Wait until a whole check is done: the score's lens is there then."""
        while True:
            lenses = await self.client.text_document_code_lens_async(t.CodeLensParams(t.TextDocumentIdentifier(URI)))
            if any(lens.command is not None and lens.command.title.startswith("score") for lens in lenses or ()):
                return
            await asyncio.sleep(0.02)


async def timed(answer: Awaitable[Any]) -> float:
    """The milliseconds that an answer takes."""
    start = time.perf_counter()
    await answer
    return (time.perf_counter() - start) * 1000


Measured = list[tuple[str, list[float]]]


async def measure(rules: int, keys: int, pause: float) -> Measured:
    """Every measurement, with its milliseconds."""
    typist = Typist(model_text(rules, 1))
    start = time.perf_counter()
    await typist.start()
    first = (await typist.until(lambda params: True, 0) - start) * 1000
    await typist.checked()
    whole = (time.perf_counter() - start) * 1000
    found = [("start, open, first diagnostics", [first]), ("start, open, whole check", [whole])]
    line = next(at for at in range(len(typist.lines) // 2, len(typist.lines)) if typist.lines[at].startswith("    if "))
    found += await _typing(typist, line, keys, pause)
    found += await _checking(typist, line, pause)
    await asyncio.sleep(2)
    found += await _asking(typist, line)
    await typist.end()
    return found


async def _typing(typist: Typist, line: int, keys: int, pause: float) -> Measured:
    """A rule, letter by letter, in a line of its own."""
    typist.replace(line, 0, 0, "\n")
    waits = [await typist.key(line, at, letter, pause) for at, letter in enumerate(RULE[:keys])]
    # After such a pause the whole check has begun, and goes on beside the answer.
    more = enumerate(RULE[keys : keys + WHILE_CHECKED], keys)
    busy = [await typist.key(line, at, letter, 1.5 * MOST_QUIET) for at, letter in more]
    typist.replace(line, 0, keys + WHILE_CHECKED, RULE)
    await typist.checked()
    return [
        ("a keystroke, and completions for it", [wait for wait, _ in waits]),
        ("… of the server's processor", [spent for _, spent in waits]),
        ("the same while the whole model is checked", [wait for wait, _ in busy]),
        ("… of the server's processor", [spent for _, spent in busy]),
    ]


async def _checking(typist: Typist, line: int, pause: float) -> Measured:
    """A slip in the rule and its correction, three times."""
    slips: list[float] = []
    wholes: list[float] = []
    for _ in range(3):
        await asyncio.sleep(4 * pause)
        count, begun = len(typist.told), time.perf_counter()
        typist.replace(line, 0, len(RULE), SLIP + RULE[len(SLIP) :])
        slips.append((await typist.until(lambda params: _is_wrong(params, line), count) - begun) * 1000)
        begun = time.perf_counter()
        typist.replace(line, 0, len(RULE), RULE)
        await typist.checked()
        wholes.append((time.perf_counter() - begun) * 1000)
    return [("a slip, until it is told", slips), ("a keystroke, until the whole check is told", wholes)]


async def _asking(typist: Typist, line: int) -> Measured:
    """What is asked for now and then, each three times."""
    client, ident = typist.client, t.TextDocumentIdentifier(URI)
    whole = t.DocumentFormattingParams(ident, t.FormattingOptions(4, True))
    place = t.Position(line, RULE.index("title") + 1)
    requests: tuple[tuple[str, Callable[[], Awaitable[Any]]], ...] = (
        ("hover", lambda: client.text_document_hover_async(t.HoverParams(ident, place))),
        ("all references", lambda: client.text_document_references_async(
            t.ReferenceParams(t.ReferenceContext(True), ident, place))),
        ("colours of the whole file", lambda: client.text_document_semantic_tokens_full_async(
            t.SemanticTokensParams(ident))),
        ("the tree of the file", lambda: client.text_document_document_symbol_async(t.DocumentSymbolParams(ident))),
        ("formatting the whole file", lambda: client.text_document_formatting_async(whole)),
    )  # fmt: skip
    return [(name, [await timed(ask()) for _ in range(3)]) for name, ask in requests]


def _is_wrong(params: t.PublishDiagnosticsParams, line: int) -> bool:
    return any(
        one.range.start.line == line and one.severity is t.DiagnosticSeverity.Error for one in params.diagnostics
    )


def main() -> None:
    """Measure, and print or put down what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--keys", type=int, default=40)
    parser.add_argument("--pause", type=float, default=0.15)
    parser.add_argument("--page", type=Path)
    asked = parser.parse_args()
    around = machine("pygls", "lark")
    found = asyncio.run(measure(asked.rules, min(asked.keys, len(RULE) - WHILE_CHECKED), asked.pause))
    rows = [
        (name, f"{statistics.median(took):,.0f} ms", f"{max(took):,.0f} ms" if len(took) > 1 else "", f"{len(took)}")
        for name, took in found
    ]
    text = f"{asked.rules:,} rules. {around}\n\n{table(('what', 'median', 'worst', 'times'), rows)}"
    print(text)
    if asked.page is not None:
        put(asked.page, "editor", text)


if __name__ == "__main__":
    main()
