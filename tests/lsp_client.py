"""A client of the language server, over standard input and output, as an editor is one."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as t
from pygls.lsp.client import LanguageClient

T = TypeVar("T")
# Seconds after which an answer is not waited for any more; the machine may be very busy.
PATIENCE = 120


class Editor:
    """An editor with one server. Its methods wait for what they ask for; `text` is what each open file holds."""

    def __init__(self, *encodings: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.client = LanguageClient("test", "1")
        self.text: dict[str, str] = {}
        self.version: dict[str, int] = {}
        self.published: dict[str, t.PublishDiagnosticsParams] = {}
        self.logged: list[str] = []
        self.shown: list[str] = []
        self._news = threading.Condition()
        self._listen()
        self.capabilities = self._start(encodings).capabilities

    def _listen(self) -> None:
        @self.client.feature(t.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _published(params: t.PublishDiagnosticsParams) -> None:
            with self._news:
                self.published[params.uri] = params
                self._news.notify_all()

        self.client.feature(t.WINDOW_LOG_MESSAGE)(lambda params: self.logged.append(params.message))
        self.client.feature(t.WINDOW_SHOW_MESSAGE)(lambda params: self.shown.append(params.message))

    def _start(self, encodings: tuple[str, ...]) -> t.InitializeResult:
        self.run(self.client.start_io(sys.executable, "-m", "scorelang.cli", "lsp"))
        general = t.GeneralClientCapabilities(position_encodings=list(encodings) or None)
        capabilities = t.ClientCapabilities(general=general)
        result = self.run(self.client.initialize_async(t.InitializeParams(capabilities=capabilities)))
        self.client.initialized(t.InitializedParams())
        return result

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What a coroutine of the client gives."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    def close(self) -> int:
        """End the server; its exit code."""
        self.run(self.client.shutdown_async(None))
        self.loop.call_soon_threadsafe(self.client.exit, None)
        server = self.client._server
        assert server is not None
        code = self.run(server.wait())
        self.run(self.client.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        return code

    def ask(self, method: str, params: object) -> Any:
        """What a request of our own gives."""

        async def asked() -> Any:
            return await self.client.protocol.send_request_async(method, params)

        return self.run(asked())

    # --- documents

    def open(self, path: Path, text: str | None = None) -> str:
        """Open a file, perhaps with another text than it has; its URI."""
        uri = path.as_uri()
        self.open_as(uri, path.read_text(encoding="utf-8") if text is None else text)
        return uri

    def open_as(self, uri: str, text: str) -> None:
        """Open a text under any address."""
        self.text[uri] = text
        self.version[uri] = 1
        item = t.TextDocumentItem(uri, "scorelang", 1, self.text[uri])
        self._send(lambda: self.client.text_document_did_open(t.DidOpenTextDocumentParams(item)))

    def edit(self, uri: str, old: str, new: str, count: int = 1) -> None:
        """Replace the one place where `old` stands, as an edit of a range in UTF-16 units."""
        text = self.text[uri]
        assert text.count(old) == count, f"{old!r} stands there {text.count(old)} times"
        at = text.index(old)
        self.replace(uri, at, at + len(old), new)

    def replace(self, uri: str, start: int, end: int, new: str) -> None:
        """Replace what is between two offsets."""
        text = self.text[uri]
        change = t.TextDocumentContentChangePartial(t.Range(position(text, start), position(text, end)), new)
        self.text[uri] = text[:start] + new + text[end:]
        self.version[uri] += 1
        ident = t.VersionedTextDocumentIdentifier(version=self.version[uri], uri=uri)
        self._send(lambda: self.client.text_document_did_change(t.DidChangeTextDocumentParams(ident, [change])))

    def type(self, uri: str, at: int, text: str) -> int:
        """Type a text letter by letter; where the cursor is then."""
        for letter in text:
            self.replace(uri, at, at, letter)
            at += 1
        return at

    def save(self, uri: str) -> None:
        """Save a file."""
        path = Path(uri.removeprefix("file://"))
        path.write_text(self.text[uri], encoding="utf-8")
        self._send(lambda: self.client.text_document_did_save(t.DidSaveTextDocumentParams(ident(uri))))

    def watched(self, uri: str) -> None:
        """Tell that a file changed on the disk."""
        params = t.DidChangeWatchedFilesParams([t.FileEvent(uri, t.FileChangeType.Changed)])
        self._send(lambda: self.client.workspace_did_change_watched_files(params))

    def change_folders(self, event: t.WorkspaceFoldersChangeEvent) -> None:
        """Open folders, and close others."""
        params = t.DidChangeWorkspaceFoldersParams(event)
        self._send(lambda: self.client.workspace_did_change_workspace_folders(params))

    def shut(self, uri: str) -> None:
        """Close a file."""
        self._send(lambda: self.client.text_document_did_close(t.DidCloseTextDocumentParams(ident(uri))))

    def _send(self, send: Callable[[], None]) -> None:
        async def sent() -> None:
            send()

        self.run(sent())

    def problems(self, uri: str, wanted: Callable[[list[str]], bool]) -> list[str]:
        """The codes of the problems of a file, once they are as wanted; fails with those it has when that never is."""
        with self._news:
            fine = self._news.wait_for(lambda: uri in self.published and wanted(self._codes(uri)), PATIENCE)
            assert fine, f"the problems are {self._codes(uri)}; logged: {self.logged}"
            return self._codes(uri)

    def settled(self, uri: str) -> None:
        """Wait until a file that is a model was checked: it then has a lens with its score."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            lenses = self.run(self.client.text_document_code_lens_async(t.CodeLensParams(ident(uri)))) or ()
            if any(lens.command is not None and lens.command.title.startswith("score") for lens in lenses):
                return
            time.sleep(0.05)
        raise AssertionError(f"{uri} was not checked; its problems are {self._codes(uri)}")

    def _codes(self, uri: str) -> list[str]:
        return [str(one.code) for one in self.published[uri].diagnostics] if uri in self.published else []

    # --- requests

    def at(self, uri: str, mark: str) -> t.Position:
        """The position of the `|` in a piece of the text, which stands there once without it."""
        text, piece = self.text[uri], mark.replace("|", "")
        assert text.count(piece) == 1, f"{piece!r} stands there {text.count(piece)} times"
        return position(text, text.index(piece) + mark.index("|"))

    def labels(self, uri: str, where: t.Position) -> list[str]:
        """What is offered for completion."""
        found = self.run(self.client.text_document_completion_async(t.CompletionParams(ident(uri), where)))
        assert isinstance(found, t.CompletionList)
        return [item.label for item in found.items]

    def applied(self, uri: str, edits: list[t.TextEdit]) -> str:
        """The text of a file after edits; the file stays as it is."""
        text = self.text[uri]
        for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
            start, end = offset(text, edit.range.start), offset(text, edit.range.end)
            text = text[:start] + edit.new_text + text[end:]
        return text


def ident(uri: str) -> t.TextDocumentIdentifier:
    """A document, for a request."""
    return t.TextDocumentIdentifier(uri)


def position(text: str, at: int) -> t.Position:
    """An offset as a line and UTF-16 units, worked out with Python's own codec."""
    before = text[:at]
    line = before.count("\n")
    return t.Position(line, len(before.rpartition("\n")[2].encode("utf-16-le", "surrogatepass")) // 2)


def offset(text: str, where: t.Position) -> int:
    """The other way round."""
    lines = re.split(r"(?<=\n)", text)
    units = "".join(lines[where.line : where.line + 1]).encode("utf-16-le")[: where.character * 2]
    return sum(map(len, lines[: where.line])) + len(units.decode("utf-16-le"))
