"""What clients can have done: running a test."""

from __future__ import annotations

import asyncio
from pathlib import Path

from lsprotocol import types

from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics
from scorelang.editor.document import Document
from scorelang.lsp.server import Server
from scorelang.source import unsaved
from scorelang.testing.as_text import render
from scorelang.testing.suite import Suite, items_of


def register(server: Server) -> None:
    """Make a server offer its commands."""

    @server.command("scorelang.runTest")
    async def _run(file: str = "", name: str = "") -> str:
        """Run the tests of a file that have a name; what came of them is told, and returned."""
        state = server.state(file)
        uri = file if state is not None or "://" in file else Path(file).absolute().as_uri()
        state = state or server.state(uri)
        document = state.document if state is not None else server.on_disk(uri)
        if document is None:
            return server.tell(types.MessageType.Error, f"{file} cannot be read")
        texts = server.session.workspace.unsaved()
        passed, text = await asyncio.to_thread(run_test, document, texts, name)
        return server.tell(types.MessageType.Info if passed else types.MessageType.Warning, text)


def run_test(document: Document, texts: dict[str, bytes], name: str) -> tuple[bool, str]:
    """Run the tests and invariants of a document that have a name: whether all passed, and what there is to say."""
    found = Diagnostics()
    with unsaved(texts):
        model = check_source(document.source, document.folder, found)
        if model is None:
            first = found.found[0]
            return False, f"{name}: {first.source.name}:{first.line}: {first.message}"
        items = [item for item in items_of(model, document.source.name) if item.name == name]
        if not items:
            return False, f"there is no test `{name}` in {document.source.name}"
        suite = Suite(document.source.name, model, items)
        reports = [suite.run(item) for item in items]
    failed = [report for report in reports if not report.passed]
    if not failed:
        return True, f"passed: {name}"
    return False, "\n\n".join(render(report) for report in failed)
