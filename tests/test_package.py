"""The package as it is built, imported and published."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["setuptools"]["packages"]
FOLDERS = {"dsl": "scorelang", "stdlib": "scorelang.stdlib", "cli": "scorelang.cli"}

# A file whose name ends so is part of the package, and must be in the wheel.
SHIPPED = (".py", ".score", ".csv", ".txt", ".lark", ".json", "py.typed")

# Loaded when they are needed: a program that only imports scorelang must not wait for them.
HEAVY = ("click", "duckdb", "lark", "msgspec", "rich", "sqlglot", "z3")

# One character of each is in brackets, so that this file does not hold what it looks for.
FORBIDDEN = (
    r"(?<![\w.])/[w]ork\b",
    r"(?<![\w.])/[r]oot\b",
    r"(?<![\w.])/opt/[w]heels\b",
    r"\.\./[s]hared\b",
    r"\b[p]ypi\.org\b",
    r"\b[p]ythonhosted\.org\b",
    r"\b[n]pmjs\.(?:org|com)\b",
    r"\b[c]rates\.io\b",
    r"\b[p]roxy\.golang\.org\b",
    r"\b[a]naconda\.org\b",
    r"\brepo[1]?\.maven\b",
)
# .ci/run finds the data sets beside the repository by a relative path.
ALLOWED = {(".ci/run", r"\.\./[s]hared\b")}


def package_of(folder: Path) -> str:
    """The import name of a folder inside `dsl/`, `stdlib/` or `cli/`."""
    top, *rest = folder.relative_to(ROOT).parts
    return ".".join([FOLDERS[top], *rest])


def shipped_files() -> list[Path]:
    """Every file of the three folders that the package is made of."""
    files = (file for top in FOLDERS for file in (ROOT / top).rglob("*") if file.is_file())
    return sorted(file for file in files if file.name.endswith(SHIPPED))


def repository_files() -> list[str]:
    """Paths, from the root, of every file that is tracked or could be: what `.gitignore` names is left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(path for path in listing.split("\0") if (ROOT / path).is_file())


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names inside a wheel built from a copy: `build/` here may still hold files that were deleted."""
    copy = tmp_path_factory.mktemp("wheel")
    for top in FOLDERS:
        shutil.copytree(ROOT / top, copy / top, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, copy)
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", copy / "dist", copy],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    [wheel] = (copy / "dist").glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_list_of_packages_is_the_folders_that_hold_python_files() -> None:
    folders = {package_of(file.parent) for file in shipped_files() if file.suffix == ".py"}
    assert set(PACKAGES) == folders


def test_every_package_has_an_init_file() -> None:
    folders = {file.parent for file in shipped_files() if file.suffix == ".py"}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel_names: set[str]) -> None:
    wanted = {f"{package_of(file.parent).replace('.', '/')}/{file.name}" for file in shipped_files()}
    assert {name for name in wheel_names if not fnmatch(name, "scorelang-*.dist-info/*")} == wanted


def test_the_wheel_holds_the_licence_and_the_command(wheel_names: set[str]) -> None:
    assert {name.partition(".dist-info/")[2] for name in wheel_names} >= {"licenses/LICENSE", "entry_points.txt"}


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_file_names_a_folder_of_one_machine_or_a_package_registry(pattern: str) -> None:
    search = re.compile(pattern)
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in repository_files()
        if (path, pattern) not in ALLOWED
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if search.search(line)
    ]
    assert found == []


def test_importing_scorelang_loads_no_heavy_library(tmp_path: Path) -> None:
    program = f"import sys, scorelang; print(*sorted({set(HEAVY)!r} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert loaded.stdout.split() == []
