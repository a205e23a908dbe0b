"""How Sphinx makes the site of the pages that `scripts/make_site.py` lays out: `make docs`."""

from typing import Any

from scorelang.pygments_lexer import ScoreLexer

project = "scorelang"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "scorelang"
html_static_path = ["_static"]
html_css_files = ["scorelang.css"]
html_logo = html_favicon = "_static/icon.png"
html_copy_source = False
html_use_index = False
html_show_sourcelink = False
html_show_copyright = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1b365d", "color-brand-content": "#1f5fa8"},
    "dark_css_variables": {"color-brand-primary": "#a8c6f0", "color-brand-content": "#7ea6e0"},
}
# Quotation marks are signs of the language.
smartquotes = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "github-dark"

# Anchors as GitHub makes them, so that one link serves the site and the file.
myst_heading_anchors = 4
# Indented blocks say nothing of their language.
highlight_language = "none"
# What commands print may be cut with an ellipsis, and is then no JSON.
suppress_warnings = ["misc.highlighting_failure"]


def setup(app: Any) -> None:
    """Name the language as our code blocks do, and what Pygments knows under no name of ours."""
    from pygments.lexers.special import TextLexer

    app.add_lexer("score", ScoreLexer)
    app.add_lexer("csv", TextLexer)
