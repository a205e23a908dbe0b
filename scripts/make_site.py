"""Make the documentation's site in `build/site`, to be opened from there: no server and no network is needed.

    python scripts/make_site.py

The pages are those of `docs/`, which can be read as plain files too, and the Markdown that they link to elsewhere in
the repository. They are laid out in `build/site_pages`, with these changes, and Sphinx makes the site of them:

| in the file | on the site |
|---|---|
| a link to a page elsewhere, or to a folder with a README | a link to that page of the site |
| a link to another file | the file, to be saved |
| a block of code that is a file, such as `score file=acme.score` | has the file's name above it |
| the lists below the headings of `docs/index.md` | are the parts of the site, too |

What Sphinx warns of is an error. It takes `pip install 'scorelang[docs]'`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
HOME = DOCS / "index.md"
STATIC = {"scorelang.css": DOCS / "site" / "scorelang.css", "icon.png": ROOT / "editors" / "vscode" / "icon.png"}

# Where the sections of the repository's README are on the site.
README = {"": HOME, "#install": HOME, "#commands": DOCS / "command_line.md"}

# A page that the others of its folder belong to.
SERIES = ROOT / "tests" / "spec" / "README.md"

FENCE = re.compile(r"^(```+)(\w*)[ \t]*(.*?)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")
IS_FILE = re.compile(r"(?:file|slip|more|of)=(\S+)")


# --- which pages ----------------------------------------------------------------------------------------------------


def prose(text: str) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", text)


def target_of(page: Path, link: str, anchor: str = "") -> Path:
    """The file that a link of a page leads to; of a folder its README. Raises `KeyError` for what `README` lacks."""
    there = (page.parent / link).resolve()
    there = there / "README.md" if (there / "README.md").is_file() else there
    return README[anchor] if there == ROOT / "README.md" else there


def links(page: Path) -> Iterator[Path]:
    """The files and folders that a page links to."""
    for link, anchor in LINK.findall(prose(page.read_text(encoding="utf-8"))):
        if link:
            yield target_of(page, link, anchor)


def pages() -> list[Path]:
    """Every page of the site: those of `docs/`, and what Markdown they lead to."""
    found = dict.fromkeys(sorted(DOCS.glob("*.md")))
    waiting = list(found)
    while waiting:
        page = waiting.pop()
        linked = [*links(page), *(series() if page == SERIES else ())]
        new = [page for page in linked if page.suffix == ".md" and page not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return list(found)


def series() -> list[Path]:
    """The pages that belong to `SERIES`, in order."""
    return sorted(page for page in SERIES.parent.glob("*.md") if page != SERIES)


def parts() -> dict[str, dict[Path, str]]:
    """The parts of the site, as the home page lists them: each heading with the pages of its list, and their names."""
    found: dict[str, dict[Path, str]] = {}
    for section in re.split(r"^## ", prose(HOME.read_text(encoding="utf-8")), flags=re.MULTILINE)[1:]:
        listed = re.findall(r"^- \[(.*?)\]\(([^)#]+)\)", section, re.MULTILINE)
        if listed:
            found[section.partition("\n")[0]] = {target_of(HOME, link): name for name, link in listed}
    return found


# --- laying them out ------------------------------------------------------------------------------------------------


def place_of(file: Path) -> Path:
    """Where a file of the repository stands on the site, from the site's root; no folder there is a hidden one."""
    place = file.relative_to(DOCS if file.is_relative_to(DOCS) else ROOT)
    return Path(*(part for part in place.parts if not part.startswith(".")))


def laid_out(page: Path) -> str:
    """The text of a page for Sphinx."""

    def link(found: re.Match[str]) -> str:
        path, anchor = found.groups(default="")
        if not path:
            return f"]({anchor})"
        there = target_of(page, path, anchor)
        kept = anchor if there.name == Path(path).name or there == HOME else ""
        return f"]({os.path.relpath(place_of(there), place_of(page).parent)}{kept})"

    def block(found: re.Match[str]) -> str:
        fence, kind, option, text = found.groups()
        name = IS_FILE.fullmatch(option)
        head = f"{{code-block}} {kind}\n:caption: {name[1]}\n" if name else f"{kind}\n"
        return f"{fence}{head}{text}{fence}"

    text, made, at = page.read_text(encoding="utf-8"), "", 0
    for found in FENCE.finditer(text):
        made += LINK.sub(link, text[at : found.start()]) + block(found)
        at = found.end()
    made += LINK.sub(link, text[at:])
    if page == HOME:
        return made + "".join(_toctree(part, f":hidden:\n:caption: {name}\n") for name, part in parts().items())
    if page == SERIES:
        return made + _toctree(dict.fromkeys(series(), ""), ":maxdepth: 1\n")
    listed = {*series(), *(one for part in parts().values() for one in part)}
    return made if page in listed else f"---\norphan: true\n---\n\n{made}"


def _toctree(part: dict[Path, str], options: str) -> str:
    """The contents of a part of the site: pages with the names that they have there, or else by their titles."""
    places = {page: f"/{place_of(page).with_suffix('').as_posix()}" for page in part}
    listed = "\n".join(f"{title} <{places[page]}>" if title else places[page] for page, title in part.items())
    return f"\n```{{toctree}}\n{options}\n{listed}\n```\n"


def lay_out(folder: Path) -> None:
    """Write all that Sphinx reads into a folder, anew."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "_static").mkdir(parents=True)
    for page in pages():
        for file in links(page):
            if file.is_file() and file.suffix != ".md":
                _copy(file, folder / place_of(file))
        path = folder / place_of(page)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(laid_out(page), encoding="utf-8")
    for name, file in STATIC.items():
        _copy(file, folder / "_static" / name)
    _copy(DOCS / "site" / "conf.py", folder / "conf.py")


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)


def build(output: Path, work: Path) -> None:
    """Make the site in `output`; `work` is for what is needed on the way. Raises `CalledProcessError` on a warning."""
    lay_out(work)
    shutil.rmtree(output, ignore_errors=True)
    command = ["-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(work / "_doctrees")]
    subprocess.run([sys.executable, *command, str(work), str(output)], check=True)


def main() -> int:
    """Make the site; return the exit code."""
    try:
        build(ROOT / "build" / "site", ROOT / "build" / "site_pages")
    except subprocess.CalledProcessError:
        return 1
    print("build/site/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
