"""The site of the documents (`make docs`), and the pages of `docs/` that are made from the code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from attrs import Factory, define

from .scripts import ROOT, script

DOCS = ROOT / "docs"
BLESS = os.environ.get("SCORELANG_BLESS") == "1"


make_pages, make_site = script("make_pages"), script("make_site")


# --- pages that are made from the code ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", make_pages.PAGES)
def test_a_page_that_is_made_from_the_code_is_up_to_date(name: str) -> None:
    made = make_pages.page(name)
    if BLESS:
        (DOCS / name).write_text(made, encoding="utf-8")
    assert (DOCS / name).read_text(encoding="utf-8") == made, "run: python scripts/make_pages.py"


def test_every_option_of_a_command_is_on_its_page() -> None:
    page = (DOCS / "command_line.md").read_text(encoding="utf-8")
    helps = subprocess.run([sys.executable, "-m", "scorelang.cli", "score", "--help"], capture_output=True, text=True)
    options = set(re.findall(r"--[a-z-]+", helps.stdout)) - {"--help"}
    part = page.partition("\n## scorelang score\n")[2].partition("\n## ")[0]
    assert options
    assert [option for option in sorted(options) if option not in part] == []


def test_every_example_has_a_recipe() -> None:
    recipes = (DOCS / "recipes.md").read_text(encoding="utf-8")
    folders = {model.parent.name for model in (ROOT / "examples").glob("*/*.score")}
    assert [name for name in sorted(folders) if f"of=examples/{name}/" not in recipes] == []


# --- the site -------------------------------------------------------------------------------------------------------


@define
class Page(HTMLParser):
    """What a page of the site refers to, what can be referred to in it, and its text by the class of its element."""

    links: list[str] = Factory(list)
    loaded: list[str] = Factory(list)
    ids: set[str] = Factory(set)
    classes: set[str] = Factory(set)

    def __attrs_post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids.add(found.get("id") or "")
        self.classes.update((found.get("class") or "").split())
        target = found.get("href") or found.get("src") or ""
        if tag == "a":
            self.links.append(target)
        elif target and found.get("rel") != "prev":
            self.loaded.append(target)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    """The pages of the site by their files; making it fails on every warning."""
    pytest.importorskip("sphinx", reason="the extra `docs` is not installed")
    pytest.importorskip("furo", reason="the extra `docs` is not installed")
    pytest.importorskip("myst_parser", reason="the extra `docs` is not installed")
    folder = tmp_path_factory.mktemp("site")
    make_site.build(folder / "site", folder / "pages")
    pages = {}
    for file in sorted((folder / "site").rglob("*.html")):
        pages[file] = Page()
        pages[file].feed(file.read_text(encoding="utf-8"))
    return pages


def page_of(site: dict[Path, Page], name: str) -> Page:
    return next(page for file, page in site.items() if file.name == name)


def test_every_page_of_the_documents_is_in_the_contents_of_the_home_page() -> None:
    listed = {page for part in make_site.parts().values() for page in part}
    lost = sorted(page.name for page in DOCS.glob("*.md") if page not in listed and page != make_site.HOME)
    assert lost == [], "name them in a list of docs/index.md"


def test_every_page_becomes_a_page_of_the_site(site: dict[Path, Page]) -> None:
    names = {file.stem for file in site}
    assert {page.stem for page in DOCS.glob("*.md")} <= names
    assert {"ARCHITECTURE", "CONTRIBUTING", "CHANGELOG"} <= names


def test_every_link_inside_the_site_leads_somewhere(site: dict[Path, Page]) -> None:
    lost = []
    for file, page in site.items():
        for link in (*page.links, *page.loaded):
            if re.match(r"[a-z]+:", link):
                continue
            path, anchor = urldefrag(link)
            there = (file.parent / unquote(path.partition("?")[0])).resolve() if path else file
            known = site[there].ids if there in site else {""}
            if not there.exists() or (anchor and there in site and unquote(anchor) not in known):
                lost.append(f"{file.name}: {link}")
    assert lost == []


def test_the_site_needs_no_network(site: dict[Path, Page]) -> None:
    assert {one for page in site.values() for one in page.loaded if re.match(r"(?:[a-z]+:)?//", one)} == set()
    styles = "".join(style.read_text(encoding="utf-8") for style in next(iter(site)).parent.rglob("*.css"))
    assert re.findall(r"url\(['\"]?(?:https?:)?//", styles) == []


def test_models_are_in_the_colours_of_our_lexer_and_files_have_their_names(site: dict[Path, Page]) -> None:
    page = page_of(site, "tutorial.html")
    assert {"highlight-score", "kd", "ow", "code-block-caption"} <= page.classes
    assert "err" not in page_of(site, "standard_library.html").classes


def test_the_search_finds_words_of_the_language(site: dict[Path, Page]) -> None:
    index = (next(iter(site)).parent / "searchindex.js").read_text(encoding="utf-8")
    assert all(f'"{word}":' in index or f"{word}:" in index for word in ("matrix", "silenc", "persona", "recycl"))


def test_a_page_is_laid_out_with_its_links_and_its_files_named() -> None:
    home = make_site.laid_out(make_site.HOME)
    assert "```{code-block} score\n:caption: acme.score\n" in home
    assert "](CONTRIBUTING.md)" in home
    assert ":caption: Learn\n\nA first model, step by step </tutorial>\n" in home
    assert make_site.laid_out(make_site.SERIES).endswith("/tests/spec/11_results\n```\n")
