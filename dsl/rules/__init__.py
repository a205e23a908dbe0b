"""The rules of a model as people sign them off: as rows, as Markdown, as a page of HTML."""

from __future__ import annotations

from html import escape

from scorelang.rules.listing import HasChecked, RuleInfo, rules_of

HEADER = ("category", "when", "points", "limits", "because", "rule", "where")


def rows(model: HasChecked) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The header and the rows of a table of all rules, every cell a text, in the order of the file."""
    return HEADER, [
        (rule.group or "", rule.condition, str(rule.points), rule.modifiers, rule.reason or "", rule.id,
         f"{rule.path}:{rule.line}")
        for rule in rules_of(model.checked)
    ]  # fmt: skip


def render_markdown(model: HasChecked) -> str:
    """The scoring matrix for sign-off, as Markdown."""
    header, body = rows(model)
    lines = [header, ("---",) * len(header), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def render_html(model: HasChecked) -> str:
    """The scoring matrix for sign-off, as one self-contained page of HTML."""
    return f"<!doctype html><pre>{escape(render_markdown(model))}</pre>"


__all__ = ["HEADER", "RuleInfo", "render_html", "render_markdown", "rows", "rules_of"]
