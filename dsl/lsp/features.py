"""A handler for each request about a document."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from scorelang.diagnostics import ModelError
from scorelang.editor import (
    completion,
    fixes,
    folding,
    formatting,
    hints,
    hover,
    navigation,
    rename,
    signatures,
    symbols,
    tokens,
)
from scorelang.editor.document import Document
from scorelang.editor.navigation import Spot
from scorelang.editor.session import State
from scorelang.editor.text import Place
from scorelang.lsp.server import Server
from scorelang.lsp.words import SYMBOLS
from scorelang.source import Span

Handler = TypeVar("Handler", bound=Callable[[Server, State, Any], Any])

# What brings up completions and signatures by itself, besides letters.
COMPLETES = [" ", '"', ".", "("]
SIGNS = ['"', "(", " "]
FOLDS = {
    "region": types.FoldingRangeKind.Region, "comment": types.FoldingRangeKind.Comment,
    "imports": types.FoldingRangeKind.Imports,
}  # fmt: skip
LEGEND = types.SemanticTokensLegend(list(tokens.TYPES), list(tokens.MODIFIERS))
MENDS: list[types.CodeActionKind | str] = [
    types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll, "source.fixAll.scorelang",
]  # fmt: skip
# What answers each request about an open document, and the options that the client is told.
_HANDLERS: list[tuple[str, Any, Callable[[Server, State, Any], Any]]] = []


def _answers(method: str, options: Any = None) -> Callable[[Handler], Handler]:
    """Mark what answers a request; of a document that is not open the answer is null."""

    def mark(handler: Handler) -> Handler:
        _HANDLERS.append((method, options, handler))
        return handler

    return mark


def register(server: Server) -> None:
    """Make a server answer all requests about documents."""
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(lambda params: server.opened(params))
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(lambda params: server.changed(params))
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(lambda params: server.saved(params))
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(lambda params: server.closed(params))
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(lambda params: server.files_changed())
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(lambda params: server.folders_changed())
    server.feature(types.WORKSPACE_SYMBOL)(lambda params: _all_symbols(server, params))
    server.feature("scorelang/tests")(lambda params: _tests(server, params))
    for method, options, handler in _HANDLERS:
        server.feature(method, options)(_bound(server, handler))


def _bound(server: Server, handler: Callable[[Server, State, Any], Any]) -> Callable[[Any], Any]:
    """The handler as pygls calls it, which asks whether it is a coroutine."""
    if inspect.iscoroutinefunction(handler):

        async def wait(params: Any) -> Any:
            state = server.state(params.text_document.uri)
            return None if state is None else await handler(server, state, params)

        return wait

    def answer(params: Any) -> Any:
        state = server.state(params.text_document.uri)
        return None if state is None else handler(server, state, params)

    return answer


def _place(server: Server, state: State, position: types.Position) -> Place:
    return server.words.place(state.document, position)


def _span(server: Server, state: State, range_: types.Range) -> Span:
    document = state.document
    start, end = (document.offset(_place(server, state, each)) for each in (range_.start, range_.end))
    return Span(start, end)


# --- what a document says of itself -----------------------------------------------------------------------------------


@_answers(types.TEXT_DOCUMENT_HOVER)
def _hover(server: Server, state: State, params: types.HoverParams) -> types.Hover | None:
    place = _place(server, state, params.position)
    found = hover.hover(server.session.workspace, state.document, place, state.model)
    if found is None:
        return None
    content = types.MarkupContent(types.MarkupKind.Markdown, found.text)
    return types.Hover(content, server.words.range(state.document, found.span))


@_answers(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
def _symbols(server: Server, state: State, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    return [server.words.symbol(state.document, one) for one in symbols.symbols(state.document)]


def _all_symbols(server: Server, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
    return [
        types.WorkspaceSymbol(
            location=server.words.location(one.document, one.span),
            name=one.name,
            kind=SYMBOLS[one.kind],
            container_name=one.owner or None,
        )
        for one in symbols.found_in_all(server.session.workspace, params.query)
    ]


@_answers(types.TEXT_DOCUMENT_FOLDING_RANGE)
def _folds(server: Server, state: State, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    return [types.FoldingRange(first, last, kind=FOLDS[kind]) for first, last, kind in folding.folds(state.document)]


@_answers(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokensRegistrationOptions(legend=LEGEND, full=True))
def _tokens(server: Server, state: State, params: types.SemanticTokensParams) -> types.SemanticTokens:
    found = tokens.tokens(server.session.workspace, state.document)
    return types.SemanticTokens(tokens.encoded(state.document, found, server.words.units))


# --- while somebody types ---------------------------------------------------------------------------------------------


@_answers(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=COMPLETES))
def _complete(server: Server, state: State, params: types.CompletionParams) -> types.CompletionList:
    place = _place(server, state, params.position)
    found = completion.complete(server.session.workspace, state.document, place)
    return types.CompletionList(False, [server.words.completion(state.document, one) for one in found])


@_answers(types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpOptions(trigger_characters=SIGNS))
def _signature(server: Server, state: State, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    place = _place(server, state, params.position)
    found = signatures.signature(server.session.workspace, state.document, place)
    if found is None:
        return None
    parts = [types.ParameterInformation(part) for part in found.parts]
    doc = types.MarkupContent(types.MarkupKind.Markdown, found.doc) if found.doc else None
    one = types.SignatureInformation(found.label, doc, parts, found.active)
    return types.SignatureHelp([one], 0, found.active)


# --- from a name to its other places ----------------------------------------------------------------------------------


@_answers(types.TEXT_DOCUMENT_DEFINITION)
def _definition(server: Server, state: State, params: types.DefinitionParams) -> list[types.Location]:
    place = _place(server, state, params.position)
    return _locations(server, navigation.definitions(server.session.workspace, state.document, place))


@_answers(types.TEXT_DOCUMENT_REFERENCES)
def _references(server: Server, state: State, params: types.ReferenceParams) -> list[types.Location]:
    place = _place(server, state, params.position)
    declaration = params.context.include_declaration
    workspace = server.session.workspace
    return _locations(server, navigation.references(workspace, state.document, place, declaration=declaration))


def _locations(server: Server, spots: Sequence[Spot]) -> list[types.Location]:
    return [server.words.location(spot.document, spot.span) for spot in spots]


@_answers(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
def _highlight(server: Server, state: State, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
    kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
    place = _place(server, state, params.position)
    found = navigation.highlights(server.session.workspace, state.document, place)
    return [
        types.DocumentHighlight(server.words.range(state.document, span), kinds[declares]) for span, declares in found
    ]


@_answers(types.TEXT_DOCUMENT_PREPARE_RENAME)
def _prepare(server: Server, state: State, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
    place = _place(server, state, params.position)
    with _refusing():
        span, name = rename.renamed_at(server.session.workspace, state.document, place)
    return types.PrepareRenamePlaceholder(server.words.range(state.document, span), name)


@_answers(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
def _rename(server: Server, state: State, params: types.RenameParams) -> types.WorkspaceEdit:
    place = _place(server, state, params.position)
    with _refusing():
        edits = rename.rename(server.session.workspace, state.document, place, params.new_name)
    return server.words.workspace_edit(edits.values())


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse the request where a name cannot be changed, and say why."""
    try:
        yield
    except rename.RenameError as error:
        raise JsonRpcInvalidParams(message="; ".join(filter(None, (error.message, error.hint)))) from None


# --- what is mended ---------------------------------------------------------------------------------------------------


@_answers(types.TEXT_DOCUMENT_FORMATTING)
async def _format(server: Server, state: State, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    return await _formatted(server, state)


@_answers(types.TEXT_DOCUMENT_RANGE_FORMATTING)
async def _format_range(
    server: Server, state: State, params: types.DocumentRangeFormattingParams
) -> list[types.TextEdit] | None:
    # A range that ends where a line begins does not mean that line.
    start, end = params.range.start, params.range.end
    last = end.line - 1 if end.character == 0 and end.line > start.line else end.line
    return await _formatted(server, state, start.line, last)


async def _formatted(
    server: Server, state: State, first: int = 0, last: int | None = None
) -> list[types.TextEdit] | None:
    try:
        edits = await asyncio.to_thread(formatting.formatted, state.document, first, last)
    except ModelError:
        return None  # what cannot be read is underlined already
    return [server.words.line_edit(state.document, edit) for edit in edits]


@_answers(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=MENDS))
async def _actions(server: Server, state: State, params: types.CodeActionParams) -> list[types.CodeAction]:
    only = params.context.only
    found: list[types.CodeAction] = []
    if _is_asked("quickfix", only):
        found += _quick_fixes(server, state, params.range)
    if only is not None and _is_asked("source.fixAll.scorelang", only):
        document, texts = state.document, server.session.workspace.unsaved()
        text = await asyncio.to_thread(fixes.fix_all, document, texts)
        if text is not None:
            found.append(_whole(server, document, text))
    return found


def _is_asked(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether a kind of action is one that the client asks for, by its name or by the beginning of it."""
    if only is None:
        return True
    wanted = [each.value if isinstance(each, types.CodeActionKind) else each for each in only]
    return any(kind == each or kind.startswith(f"{each}.") or not each for each in wanted)


def _quick_fixes(server: Server, state: State, range_: types.Range) -> list[types.CodeAction]:
    document, asked = state.document, _span(server, state, range_)
    here = [one for one in state.all_problems if one.span.start <= asked.end and asked.start <= one.span.end]
    return [
        types.CodeAction(
            title=action.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[server.words.diagnostic(document, action.problem)] if action.problem is not None else None,
            is_preferred=action.preferred,
            edit=server.words.workspace_edit([(document, action.edits)]),
        )
        for action in fixes.actions(server.session.workspace, document, here)
    ]


def _whole(server: Server, document: Document, text: str) -> types.CodeAction:
    edit = completion.Edit(Span(0, len(document.source.text)), text)
    return types.CodeAction(
        title="Mend all that can be mended without the model meaning anything else",
        kind="source.fixAll.scorelang",
        edit=server.words.workspace_edit([(document, [edit])]),
    )


# --- what is shown between the lines ----------------------------------------------------------------------------------


@_answers(types.TEXT_DOCUMENT_INLAY_HINT)
def _hints(server: Server, state: State, params: types.InlayHintParams) -> list[types.InlayHint]:
    document = state.document
    found = hints.hints(server.session.workspace, document, _span(server, state, params.range), state.model_now)
    return [
        types.InlayHint(
            position=server.words.position(document.text, document.place(one.at)),
            label=one.text,
            tooltip=one.tip,
            padding_left=True,
        )
        for one in found
    ]


@_answers(types.TEXT_DOCUMENT_CODE_LENS)
def _lenses(server: Server, state: State, params: types.CodeLensParams) -> list[types.CodeLens]:
    return [
        types.CodeLens(
            range=server.words.range(state.document, one.span), command=_command(one, params.text_document.uri)
        )
        for one in hints.lenses(state.document, state.model_now, state.exact)
    ]


def _command(one: hints.Lens, uri: str) -> types.Command:
    if one.test is None:
        return types.Command(one.title, "")
    return types.Command(one.title, "scorelang.runTest", arguments=[uri, one.test])


def _tests(server: Server, params: Any) -> list[dict[str, Any]] | None:
    uri = getattr(getattr(params, "textDocument", None), "uri", None)
    if not isinstance(uri, str):
        raise JsonRpcInvalidParams(message='scorelang/tests takes {"textDocument": {"uri": …}}')
    state = server.state(uri)
    document = state.document if state is not None else server.on_disk(uri)
    if document is None:
        return None
    return [
        {"name": one.name, "range": _plain(server.words.range(document, one.span))} for one in hints.tests(document)
    ]


def _plain(range_: types.Range) -> dict[str, dict[str, int]]:
    """A range as JSON has it."""
    return {
        "start": {"line": range_.start.line, "character": range_.start.character},
        "end": {"line": range_.end.line, "character": range_.end.character},
    }
