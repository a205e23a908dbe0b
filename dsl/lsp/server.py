"""The server: agrees with a client on what it can do, and keeps the open documents."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Generator
from contextlib import redirect_stdout
from importlib.metadata import PackageNotFoundError, version
from typing import Any, BinaryIO, cast

from attrs import evolve, frozen
from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from scorelang.editor.document import Document
from scorelang.editor.quick import warm_up
from scorelang.editor.session import ClientEdit, Session, State
from scorelang.editor.text import Place, Units
from scorelang.lsp.checks import Checks
from scorelang.lsp.words import Words, key_of

# While a thread formats something, the one that answers gets its turn after so many seconds; Python's own is 0.005.
TURN = 0.001
# How often Python looks for what is to be forgotten: in all of its memory, which takes 0.2 seconds, so seldom that
# `settled` comes first, when nobody types.
FORGETS = (700, 10, 500)
# The files that open ones may depend on.
WATCHED = ("**/*.score", "**/*.csv", "**/scorelang.toml", "**/pyproject.toml")
# Seconds after the start when what is needed later is read: the first completion must not wait for it.
WARM_AFTER = 1.0


class Protocol(LanguageServerProtocol):
    """pygls's protocol, but for the documents: `Session` keeps those, and knows what a line is."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message of the client; one that asks for something and cannot be read is answered all the same."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=types.ResponseError(error.code, error.message))
            raise

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
        self.checks = Checks(self.session, self.publish, self.settled, self.confess)
        self._published: dict[str, tuple[object, ...]] = {}
        self._uris: dict[str, str] = {}
        self._others: dict[str, str] = {}
        self.words = Words(uris=self._uris)

    # --- documents

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document was opened."""
        item = params.text_document
        key, path = key_of(item.uri)
        first = self.session.states.get(key)
        if first is not None and first.document.path != path:
            # By a link to a file that is open already: the client has two texts of it.
            key = self._others[item.uri] = item.uri
        self._uris[key] = item.uri
        self.publish(self.session.open(key, item.text, path, item.version))
        self.checks.soon(key, thorough=True)
        self._check_users(key)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document was edited: what is wrong with the lines that changed is told at once."""
        key = self.key(params.text_document.uri)
        if key not in self.session.states:
            return
        edits = [_client_edit(change) for change in params.content_changes]
        self.publish(self.session.change(key, edits, self.words.units, params.text_document.version))
        self.checks.soon(key, thorough=False)
        self._check_users(key)

    def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A document was saved: there is time for a thorough check."""
        key = self.key(params.text_document.uri)
        self.session.workspace.forget()
        if key in self.session.states:
            self.checks.soon(key, thorough=True)
        self._check_users(key, thorough=True)

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        key = self.key(params.text_document.uri)
        self.checks.drop(key)
        self._published.pop(key, None)
        self._uris.pop(key, None)
        self._others.pop(params.text_document.uri, None)
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

    def folders_changed(self) -> None:
        """The folders that the client has open are others now."""
        uris = self.workspace.folders or filter(None, [self.workspace.root_uri])
        paths = (key_of(uri)[1] for uri in uris)
        self.session.workspace.folders = tuple(path for path in paths if path is not None)

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
        return self.session.states.get(self.key(uri))

    def key(self, uri: str) -> str:
        """What a document is known by."""
        return self._others.get(uri) or key_of(uri)[0]

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

    def warm(self) -> None:
        """Load what the first completion and the first slip need."""
        self.session.workspace.warm()
        warm_up()
        # All that is there now stays: it need not be looked through again.
        gc.collect()
        gc.freeze()

    def settled(self, state: State) -> None:
        """A whole check is done: what is shown between the lines, and is made of its model, may be asked for anew."""
        gc.collect()
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
        counted = cast(Units, units.value if isinstance(units, types.PositionEncodingKind) else units)
        server.words = evolve(server.words, units=counted)

    @server.feature(types.INITIALIZED)
    def _begin(params: types.InitializedParams) -> None:
        server.checks.start()
        server.folders_changed()
        # Not at once: whoever starts an editor waits for what is wrong with the file that is open.
        asyncio.get_running_loop().call_later(WARM_AFTER, server.warm)
        server.watch_files()

    @server.feature(types.SHUTDOWN)
    def _stop(params: None) -> None:
        server.checks.stop()

    return server


def serve() -> None:
    """Serve one client on standard input and output, until it ends the session."""
    sys.setswitchinterval(TURN)
    gc.set_threshold(*FORGETS)
    # pygls logs every message that it sends, as text, even where nobody reads it.
    logging.getLogger("pygls").setLevel(logging.ERROR)
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_mistake)
    # The protocol has standard output for itself: whatever else is printed must not get in between.
    out = cast(BinaryIO, _Kept(sys.stdout.buffer))
    with redirect_stdout(sys.stderr):
        server = make_server()
        try:
            server.start_io(stdout=out)
        finally:
            server.checks.stop()  # also where the client went without a word


def _is_mistake(record: logging.LogRecord) -> bool:
    """Whether what is logged is a mistake of ours, and not a request that is refused, as the client is told."""
    return not (record.exc_info and isinstance(record.exc_info[1], JsonRpcInvalidParams))


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
