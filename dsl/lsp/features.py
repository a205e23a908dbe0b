"""A handler for each request about a document."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

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
from scorelang.lsp.server import Server
from scorelang.lsp.words import SYMBOLS
from scorelang.source import Span

# What brings up completions and signatures by itself, besides letters.
COMPLETES = [" ", '"', ".", "("]
SIGNS = ['"', "(", " "]
FOLDS = {
    "region": types.FoldingRangeKind.Region, "comment": types.FoldingRangeKind.Comment,
    "imports": types.FoldingRangeKind.Imports,
}  # fmt: skip


def register(server: Server) -> None:
    """Make a server answer all requests about documents."""
    _documents(server)
    _looking(server)
    _typing(server)
    _going(server)
    _mending(server)
    _showing(server)


def _documents(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(lambda params: server.opened(params))
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(lambda params: server.changed(params))
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(lambda params: server.saved(params))
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(lambda params: server.closed(params))
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(lambda params: server.files_changed())
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(lambda params: server.folders_changed())


def _looking(server: Server) -> None:
    """What a document says of itself."""
    workspace = server.session.workspace

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def _hover(params: types.HoverParams) -> types.Hover | None:
        state = server.state(params.text_document.uri)
        if state is None:
            return None
        place = server.words.place(state.document, params.position)
        found = hover.hover(workspace, state.document, place, state.model)
        if found is None:
            return None
        content = types.MarkupContent(types.MarkupKind.Markdown, found.text)
        return types.Hover(content, server.words.range(state.document, found.span))

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def _symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        state = server.state(params.text_document.uri)
        if state is None:
            return []
        return [server.words.symbol(state.document, one) for one in symbols.symbols(state.document)]

    @server.feature(types.WORKSPACE_SYMBOL)
    def _all_symbols(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        return [
            types.WorkspaceSymbol(
                location=server.words.location(one.document, one.span),
                name=one.name,
                kind=SYMBOLS[one.kind],
                container_name=one.owner or None,
            )
            for one in symbols.found_in_all(workspace, params.query)
        ]

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def _folds(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        state = server.state(params.text_document.uri)
        found = folding.folds(state.document) if state is not None else []
        return [types.FoldingRange(first, last, kind=FOLDS[kind]) for first, last, kind in found]

    legend = types.SemanticTokensLegend(list(tokens.TYPES), list(tokens.MODIFIERS))

    @server.feature(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokensRegistrationOptions(legend=legend, full=True)
    )
    def _tokens(params: types.SemanticTokensParams) -> types.SemanticTokens:
        state = server.state(params.text_document.uri)
        if state is None:
            return types.SemanticTokens([])
        found = tokens.tokens(workspace, state.document)
        return types.SemanticTokens(tokens.encoded(state.document, found, server.words.units))


def _typing(server: Server) -> None:
    workspace = server.session.workspace

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=COMPLETES))
    def _complete(params: types.CompletionParams) -> types.CompletionList:
        state = server.state(params.text_document.uri)
        if state is None:
            return types.CompletionList(False, [])
        document = state.document
        found = completion.complete(workspace, document, server.words.place(document, params.position))
        return types.CompletionList(False, [server.words.completion(document, one) for one in found])

    @server.feature(types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpOptions(trigger_characters=SIGNS))
    def _signature(params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        state = server.state(params.text_document.uri)
        if state is None:
            return None
        place = server.words.place(state.document, params.position)
        found = signatures.signature(workspace, state.document, place)
        if found is None:
            return None
        parts = [types.ParameterInformation(part) for part in found.parts]
        doc = types.MarkupContent(types.MarkupKind.Markdown, found.doc) if found.doc else None
        one = types.SignatureInformation(found.label, doc, parts, found.active)
        return types.SignatureHelp([one], 0, found.active)


def _going(server: Server) -> None:
    workspace = server.session.workspace

    def locations(spots: Sequence[Spot]) -> list[types.Location]:
        return [server.words.location(spot.document, spot.span) for spot in spots]

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def _definition(params: types.DefinitionParams) -> list[types.Location]:
        state = server.state(params.text_document.uri)
        if state is None:
            return []
        place = server.words.place(state.document, params.position)
        return locations(navigation.definitions(workspace, state.document, place))

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def _references(params: types.ReferenceParams) -> list[types.Location]:
        state = server.state(params.text_document.uri)
        if state is None:
            return []
        place = server.words.place(state.document, params.position)
        declaration = params.context.include_declaration
        return locations(navigation.references(workspace, state.document, place, declaration=declaration))

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def _highlight(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        state = server.state(params.text_document.uri)
        if state is None:
            return []
        kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
        place = server.words.place(state.document, params.position)
        found = navigation.highlights(workspace, state.document, place)
        return [
            types.DocumentHighlight(server.words.range(state.document, span), kinds[declares])
            for span, declares in found
        ]

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def _prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        state = server.state(params.text_document.uri)
        if state is None:
            return None
        try:
            place = server.words.place(state.document, params.position)
            span, name = rename.renamed_at(workspace, state.document, place)
        except rename.RenameError as error:
            raise _refused(error) from None
        return types.PrepareRenamePlaceholder(server.words.range(state.document, span), name)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def _rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        state = server.state(params.text_document.uri)
        if state is None:
            return None
        try:
            place = server.words.place(state.document, params.position)
            edits = rename.rename(workspace, state.document, place, params.new_name)
        except rename.RenameError as error:
            raise _refused(error) from None
        return server.words.workspace_edit(edits.values())


def _refused(error: rename.RenameError) -> JsonRpcInvalidParams:
    return JsonRpcInvalidParams(message="; ".join(filter(None, (error.message, error.hint))))


def _mending(server: Server) -> None:
    workspace = server.session.workspace

    async def formatted(state: State, first: int = 0, last: int | None = None) -> list[types.TextEdit] | None:
        document = state.document
        try:
            edits = await asyncio.to_thread(formatting.formatted, document, first, last)
        except ModelError:
            return None  # what cannot be read is underlined already
        return [server.words.line_edit(document, edit) for edit in edits]

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    async def _format(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        state = server.state(params.text_document.uri)
        return await formatted(state) if state is not None else None

    @server.feature(types.TEXT_DOCUMENT_RANGE_FORMATTING)
    async def _format_range(params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
        state = server.state(params.text_document.uri)
        if state is None:
            return None
        # A range that ends where a line begins does not mean that line.
        end = params.range.end
        last = end.line - 1 if end.character == 0 and end.line > params.range.start.line else end.line
        return await formatted(state, params.range.start.line, last)

    kinds: list[types.CodeActionKind | str] = [
        types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll, "source.fixAll.scorelang",
    ]  # fmt: skip

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))
    async def _actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        state = server.state(params.text_document.uri)
        if state is None:
            return []
        only = params.context.only
        found: list[types.CodeAction] = []
        if _is_asked("quickfix", only):
            found += _quick_fixes(server, state, params.range)
        if only is not None and _is_asked("source.fixAll.scorelang", only):
            document, texts = state.document, workspace.unsaved()
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
    document = state.document
    start = document.offset(server.words.place(document, range_.start))
    end = document.offset(server.words.place(document, range_.end))
    here = [one for one in state.all_problems if one.span.start <= end and start <= one.span.end]
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


def _showing(server: Server) -> None:
    workspace = server.session.workspace

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def _hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        state = server.state(params.text_document.uri)
        if state is None:
            return []
        document = state.document
        start = document.offset(server.words.place(document, params.range.start))
        end = document.offset(server.words.place(document, params.range.end))
        found = hints.hints(workspace, document, Span(start, end), state.model_now)
        return [
            types.InlayHint(
                position=server.words.position(document.text, document.place(one.at)),
                label=one.text,
                tooltip=one.tip,
                padding_left=True,
            )
            for one in found
        ]

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def _lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        state = server.state(params.text_document.uri)
        if state is None:
            return []
        uri = params.text_document.uri
        return [
            types.CodeLens(
                range=server.words.range(state.document, one.span),
                command=_command(one, uri),
            )
            for one in hints.lenses(state.document, state.model_now, state.exact)
        ]

    @server.feature("scorelang/tests")
    def _tests(params: Any) -> list[dict[str, Any]] | None:
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


def _command(one: hints.Lens, uri: str) -> types.Command:
    if one.test is None:
        return types.Command(one.title, "")
    return types.Command(one.title, "scorelang.runTest", arguments=[uri, one.test])


def _plain(range_: types.Range) -> dict[str, dict[str, int]]:
    """A range as JSON has it."""
    return {
        "start": {"line": range_.start.line, "character": range_.start.character},
        "end": {"line": range_.end.line, "character": range_.end.character},
    }
