"""Link `build/tree/scorelang` to the folders it is made of, for tools that do not follow an editable install.

`dsl/`, `stdlib/` and `cli/` are installed as `scorelang`, `scorelang.stdlib` and `scorelang.cli`. An import hook does
that at run time; mypy, pyright and import-linter read files, so they get a folder that looks as the package does.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def link_tree(root: Path = ROOT) -> Path:
    """Bring `build/tree` up to date with the folders below `root` and return its path.

    Links that are right are left alone, so several processes may do this at once.
    """
    tree = root / "build" / "tree"
    package = tree / "scorelang"
    package.mkdir(parents=True, exist_ok=True)
    wanted = {entry.name: entry for entry in (root / "dsl").iterdir() if entry.name != "__pycache__"}
    wanted |= {name: root / name for name in ("stdlib", "cli")}
    # Who runs Python in this folder gets a cache here, which is no link.
    for stale in {link.name for link in package.iterdir() if link.is_symlink()} - wanted.keys():
        (package / stale).unlink(missing_ok=True)
    for name, target in wanted.items():
        _link(package / name, os.path.relpath(target, package))
    return tree


def _link(link: Path, target: str) -> None:
    if link.is_symlink() and os.readlink(link) == target:
        return
    try:
        link.symlink_to(target)
    except FileExistsError:
        if not link.is_symlink() or os.readlink(link) != target:
            raise


if __name__ == "__main__":
    link_tree()
