"""The server: agrees with a client on what it can do, and keeps the open documents."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Generator
from contextlib import redirect_stdout
from importlib.metadata import PackageNotFoundError, version
from typing import Any, BinaryIO, cast

from attrs import frozen
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from scorelang.editor.document import Document
from scorelang.editor.session import ClientEdit, Session, State
from scorelang.editor.text import Place, Units
from scorelang.lsp.checks import Checks
from scorelang.lsp.words import Words, key_of

# While a check runs in a thread, the thread that answers gets its turn after so many seconds; Python's own is 0.005.
TURN = 0.001
# The files that open ones may depend on.
WATCHED = ("**/*.score", "**/*.csv", "**/scorelang.toml", "**/pyproject.toml")
# Seconds after the start when the standard library is read: the first completion must not wait for it.
WARM_AFTER = 1.0


class Protocol(LanguageServerProtocol):
    """pygls's protocol, but for the documents: `Session` keeps those, and knows what a line is."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """A document was opened."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """A document was edited."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """A document was closed."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class Server(LanguageServer):
    """A session in the protocol's words."""

    def __init__(self) -> None:
        super().__init__("scorelang", _version(), protocol_cls=Protocol)
        self.session = Session()
        self.words = Words()
        self.checks = Checks(self.session, self.publish, self.settled, self.confess)
        self._published: dict[str, tuple[object, ...]] = {}
        self._uris: dict[str, str] = {}

    # --- documents

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document was opened."""
        item = params.text_document
        key, path = key_of(item.uri)
        self._uris[key] = item.uri  # as the client spells it: there are several ways to write one path
        self.publish(self.session.open(key, item.text, path, item.version))
        self.checks.soon(key, thorough=True)
        self._check_users(key)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document was edited: what is wrong with the lines that changed is told at once."""
        key, _ = key_of(params.text_document.uri)
        if key not in self.session.states:
            return
        edits = [_client_edit(change) for change in params.content_changes]
        self.publish(self.session.change(key, edits, self.words.units, params.text_document.version))
        self.checks.soon(key, thorough=False)
        self._check_users(key)

    def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A document was saved: there is time for a thorough check."""
        key, _ = key_of(params.text_document.uri)
        self.session.workspace.forget()
        if key in self.session.states:
            self.checks.soon(key, thorough=True)
        self._check_users(key, thorough=True)

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        key, _ = key_of(params.text_document.uri)
        self.checks.drop(key)
        self._published.pop(key, None)
        self._uris.pop(key, None)
        users = self.session.users_of(key)
        self.session.close(key)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(params.text_document.uri, []))
        for user in users:
            self.checks.soon(user)

    def files_changed(self) -> None:
        """Files changed on the disk: every open document may mean something else."""
        self.session.workspace.forget()
        for key in self.session.states:
            self.checks.soon(key)

    def watch_files(self) -> None:
        """Ask the client to tell of models, lists and settings that change on the disk, if it can."""
        workspace = self.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace is not None else None
        if watched is None or not watched.dynamic_registration:
            return
        watchers = [types.FileSystemWatcher(glob) for glob in WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        self.client_register_capability(types.RegistrationParams([types.Registration("files", method, options)]))

    def _check_users(self, key: str, *, thorough: bool | None = None) -> None:
        for user in self.session.users_of(key):
            self.checks.soon(user, thorough=thorough)

    # --- what is known of them

    def state(self, uri: str) -> State | None:
        """What is known of an open document."""
        return self.session.states.get(key_of(uri)[0])

    def on_disk(self, uri: str) -> Document | None:
        """The document of a file that is not open."""
        _, path = key_of(uri)
        return self.session.workspace.at(path) if path is not None else None

    def tell(self, kind: types.MessageType, text: str) -> str:
        """Show the client a message, and give it back."""
        self.window_show_message(types.ShowMessageParams(kind, text))
        return text

    def publish(self, state: State) -> None:
        """Tell the client what is wrong with a document, unless it knows."""
        document = state.document
        problems = state.all_problems
        # The client moves what it shows along with the text: only what is said must be compared.
        known = tuple((one.code, one.text, document.source.text[one.span.start : one.span.end]) for one in problems)
        if self._published.get(document.key) == known and not state.is_checked:
            return
        self._published[document.key] = known
        found = [self.words.diagnostic(document, one) for one in problems]
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(self._uris[document.key], found, version=document.version)
        )

    def settled(self, state: State) -> None:
        """A whole check is done: what is shown between the lines, and is made of its model, may be asked for anew."""
        workspace = self.client_capabilities.workspace
        if workspace is None:
            return
        if workspace.inlay_hint is not None and workspace.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None)
        if workspace.code_lens is not None and workspace.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None)

    def confess(self, error: Exception) -> None:
        """Tell the client of a bug of ours, in its log."""
        message = f"a check failed: {type(error).__name__}: {error}; this is a bug of scorelang: please report it"
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, message))


def _client_edit(change: types.TextDocumentContentChangeEvent) -> ClientEdit:
    if not isinstance(change, types.TextDocumentContentChangePartial):
        return None, change.text
    start, end = change.range.start, change.range.end
    return (Place(start.line, start.character), Place(end.line, end.character)), change.text


def _version() -> str:
    try:
        return version("scorelang")
    except PackageNotFoundError:
        return "0"


def make_server() -> Server:
    """A server with all its features."""
    from scorelang.lsp import commands, features

    server = Server()
    features.register(server)
    commands.register(server)

    @server.feature(types.INITIALIZE)
    def _agree(params: types.InitializeParams) -> None:
        units = server.protocol.workspace.position_encoding
        server.words = Words(cast(Units, units.value if isinstance(units, types.PositionEncodingKind) else units))

    @server.feature(types.INITIALIZED)
    def _begin(params: types.InitializedParams) -> None:
        # Not at once: whoever starts an editor waits for what is wrong with the file that is open.
        asyncio.get_running_loop().call_later(WARM_AFTER, server.session.workspace.warm)
        server.watch_files()

    @server.feature(types.SHUTDOWN)
    def _stop(params: None) -> None:
        server.checks.stop()

    return server


def serve() -> None:
    """Serve one client on standard input and output, until it ends the session."""
    sys.setswitchinterval(TURN)
    # pygls logs every message that it sends, as text, even where nobody reads it.
    logging.getLogger("pygls").setLevel(logging.ERROR)
    # The protocol has standard output for itself: whatever else is printed must not get in between.
    out = cast(BinaryIO, _Kept(sys.stdout.buffer))
    with redirect_stdout(sys.stderr):
        make_server().start_io(stdout=out)


@frozen
class _Kept:
    """Standard output, which pygls would close: the program has not ended then."""

    out: BinaryIO

    def write(self, data: bytes) -> int:
        return self.out.write(data)

    def flush(self) -> None:
        self.out.flush()

    def close(self) -> None:
        self.out.flush()
