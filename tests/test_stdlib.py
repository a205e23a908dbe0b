"""The standard library: what its files hold, and what its lists say of real titles, domains and countries."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scorelang import stdlib
from scorelang.values import fold

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "stdlib"
LISTS = sorted((FOLDER / "lists").glob("*.csv"))

ITEM = re.compile(r"^(?:(?:list|event|define|decay) \w+|lead:)", re.MULTILINE)
INLINE_LIST = re.compile(r"^list (\w+) = (\[.*?\])", re.MULTILINE | re.DOTALL)
LIST_FROM = re.compile(r'^list (\w+) from "([^"]+)" column "([^"]+)"', re.MULTILINE)


@cache
def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@cache
def rows(path: Path) -> tuple[str, ...]:
    """The cells of a list of one column, without its header."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(cell for row in list(csv.reader(file))[1:] for cell in row)


@cache
def inline_lists() -> dict[str, list[str]]:
    texts = (stdlib.read(name) or "" for name in stdlib.modules())
    return {name: json.loads(items) for text in texts for name, items in INLINE_LIST.findall(text)}


@cache
def known_titles() -> Any:
    return script("measure_titles").read_titles()


def region(name: str) -> set[str]:
    return set(rows(FOLDER / "lists" / f"{name}.csv"))


def codes(name: str) -> set[str]:
    """The two-letter codes of a region; longer and mixed names are left out."""
    return region(name) & region_codes()


@cache
def region_codes() -> frozenset[str]:
    return frozenset(script("make_stdlib_lists").REGIONS["countries"])


# --- the loader -----------------------------------------------------------------------------------------------------


def test_modules_have_the_names_that_a_model_uses() -> None:
    assert stdlib.modules() == (
        "std/bant", "std/countries", "std/decay", "std/email", "std/events", "std/titles",
    )  # fmt: skip


@pytest.mark.parametrize("name", stdlib.modules())
def test_a_module_is_read_from_where_its_path_is(name: str) -> None:
    path = stdlib.path(name)
    assert path is not None
    assert stdlib.read(name) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["std/nothing", "email", "std/", "std/../stdlib/email", "std/lists/free_mail", ""])
def test_an_unknown_module_is_none(name: str) -> None:
    assert stdlib.read(name) is None
    assert stdlib.path(name) is None


def test_a_list_is_read_by_its_path_from_the_modules() -> None:
    text = stdlib.read_list("lists/dach.csv")
    assert text is not None
    assert text.splitlines()[0] == "name"


@pytest.mark.parametrize(
    "path",
    [
        "lists/nothing.csv", "dach.csv", "lists/", "lists/../email.score", "../stdlib/lists/dach.csv",
        "lists/../../pyproject.csv", "lists/LICENSES/unicode-cldr.txt", "/lists/dach.csv", "lists/..\\dach.csv", "",
    ],
)  # fmt: skip
def test_nothing_but_the_lists_is_read(path: str) -> None:
    assert stdlib.read_list(path) is None


def test_the_library_is_read_out_of_a_zip(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "packed" / "library", ignore=shutil.ignore_patterns("__pycache__"))
    archive = shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "packed")
    code = (
        f"import sys; sys.path.insert(0, {archive!r}); import library; assert '.zip' in library.__file__; "
        "print(library.modules(), len(library.read('std/email')), len(library.read_list('lists/dach.csv')))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    email, dach = stdlib.read("std/email"), stdlib.read_list("lists/dach.csv")
    assert email is not None
    assert dach is not None
    assert answer.stdout.strip() == f"{stdlib.modules()} {len(email)} {len(dach)}"


# --- the files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", stdlib.modules())
def test_every_item_has_a_comment_of_its_own(name: str) -> None:
    text = stdlib.read(name)
    assert text is not None
    assert ITEM.search(text)
    for item in ITEM.finditer(text):
        above = text[: item.start()].splitlines()[-1:]
        assert above, item.group()
        assert re.match(r"# (?!---)\S", above[0]), item.group()


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_a_list_is_sorted_and_holds_nothing_twice(path: Path) -> None:
    cells = rows(path)
    folded = [fold(cell) for cell in cells]
    assert folded == sorted(set(folded))
    assert all(cell and cell == cell.strip() for cell in cells)


@pytest.mark.parametrize("name", inline_lists())
def test_a_list_inside_a_module_is_sorted_and_holds_nothing_twice(name: str) -> None:
    items = inline_lists()[name]
    folded = [fold(item) for item in items]
    assert folded == sorted(set(folded))
    assert all(item and item == item.strip() for item in items)


# The other two are made of lists, and hold what these hold.
@pytest.mark.parametrize("name", sorted(set(inline_lists()) - {"decision_makers", "influencers", "no_need"}))
def test_no_phrase_holds_another_that_would_do(name: str) -> None:
    items = [fold(item) for item in inline_lists()[name]]
    longer = [(a, b) for a in items for b in items if a != b and f" {b} " in f" {a} "]
    assert longer == []


def test_every_list_that_a_module_names_is_there_with_its_column() -> None:
    named = [found for name in stdlib.modules() for found in LIST_FROM.findall(stdlib.read(name) or "")]
    for name, path, column in named:
        text = stdlib.read_list(path)
        assert text is not None, name
        assert text.splitlines()[0] == column, name
    assert sorted(f"lists/{path.name}" for path in LISTS) == sorted(path for _, path, _ in named)


def test_the_script_writes_the_lists_as_they_are() -> None:
    maker = script("make_stdlib_lists")
    if missing := maker.missing_sources():
        pytest.skip(f"the sources of the lists are not installed: {', '.join(missing)}")
    for name, text in maker.generated().items():
        assert (FOLDER / "lists" / name).read_bytes().decode("utf-8") == text, name


def test_the_readme_names_the_versions_that_the_lists_come_from() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for package, number in script("make_stdlib_lists").SOURCES.items():
        assert f"`{package}` {number}" in readme, package
        assert (FOLDER / "lists" / "LICENSES" / f"{package}.txt").is_file(), package


# --- e-mail ---------------------------------------------------------------------------------------------------------


def test_no_domain_is_both_free_and_disposable() -> None:
    assert not region("free_mail") & region("disposable_mail")


@pytest.mark.parametrize("domain", ["gmail.com", "gmx.de", "hotmail.co.uk", "proton.me", "qq.com", "t-online.de"])
def test_a_free_provider_is_free(domain: str) -> None:
    assert domain in region("free_mail")


@pytest.mark.parametrize("domain", ["guerrillamail.com", "mailinator.com", "yopmail.com"])
def test_a_disposable_provider_is_disposable(domain: str) -> None:
    assert domain in region("disposable_mail")


@pytest.mark.parametrize("domain", ["alibaba.com", "cox.com", "facebook.com", "nus.edu.sg", "sap.com"])
def test_an_organisation_is_no_free_provider(domain: str) -> None:
    assert domain not in region("free_mail") | region("disposable_mail")


# --- countries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("dach", "DE AT CH Germany Deutschland Austria Österreich Oesterreich Schweiz Suisse", "LI FR Liechtenstein"),
        ("benelux", "BE NL LU Holland Belgique België Luxembourg", "DE FR"),
        ("nordics", "DK FI IS NO SE Sverige Suomi Danmark", "EE GL"),
        ("eu", "DE FR CY HR IE Polska España Espana Ελλάδα EL", "GB NO CH TR UK"),
        ("eea", "DE IS LI NO Norge", "CH GB"),
        ("europe", "GB CH UA CY XK Kosovo", "TR GE US"),
        ("north_america", "US CA USA America Canada", "MX BR"),
        ("latin_america", "MX BR AR CL México Brasil", "US ES"),
        ("apac", "JP CN IN AU SG KR TW 日本 中国 Korea", "IR AE US RU"),
        ("middle_east", "AE IL SA TR IR EG UAE", "CY GE PK"),
        ("africa", "ZA NG EG KE Nigeria", "YE"),
        ("emea", "DE GB AE ZA UK", "US IN"),
        ("g7", "US GB FR DE IT JP CA", "CN RU"),
        ("english_speaking", "US GB AU NZ IE CA England", "IN DE"),
        ("uk_and_ireland", "GB IE UK Scotland", "FR"),
    ],
)  # fmt: skip
def test_a_region_holds_its_countries_and_no_others(name: str, inside: str, outside: str) -> None:
    held = {fold(cell) for cell in region(name)}
    assert {fold(word) for word in inside.split()} <= held
    assert not {fold(word) for word in outside.split()} & held


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("anz", 2), ("asean", 11), ("baltics", 3), ("benelux", 3), ("countries", 250), ("dach", 3), ("eea", 30),
        ("eu", 27), ("g7", 7), ("gcc", 6), ("nordics", 5), ("uk_and_ireland", 2), ("africa", 60),
    ],
)  # fmt: skip
def test_a_region_has_as_many_countries_as_it_has_members(name: str, count: int) -> None:
    assert len(codes(name)) == count


def test_regions_lie_inside_one_another() -> None:
    assert codes("dach") | codes("benelux") <= codes("eu") | {"CH"}
    assert codes("eu") < codes("eea") < codes("europe") < codes("emea") < codes("countries")
    assert codes("europe") | codes("middle_east") | codes("africa") == codes("emea")
    assert codes("anz") | codes("asean") <= codes("apac")
    assert codes("gcc") < codes("middle_east")
    assert not codes("apac") & codes("emea")


def test_every_country_is_in_one_part_of_the_world() -> None:
    parts = [code for part in script("make_stdlib_lists").M49.values() for code in part.split()]
    assert len(parts) == len(set(parts)) == 250


def test_the_countries_are_those_of_iso_3166_and_kosovo() -> None:
    country_list = pytest.importorskip("country_list", reason="country-list is not installed")
    assert codes("countries") == {code for code, _ in country_list.countries_for_language("en")} | {"XK"}


# --- titles ---------------------------------------------------------------------------------------------------------

RANKED = {
    "c_level": (
        "CEO", "Co-Founder & CTO", "Chief Revenue Officer", "President and CEO", "Owner", "Managing Director",
        "Geschäftsführer", "Chairman of the Board", "Group CIO", "Interim CFO", "CMO / Prokurist",
    ),
    "vp_level": (
        "VP, Sales", "Vice President Marketing", "Senior Vice-President", "EVP and Chief Financial Officer", "SVP",
        "Assistant Vice President", "V.P. Engineering",
    ),
    "director_level": (
        "Director of IT", "Head of Sales", "General Manager", "Sr. Director, Marketing", "Associate Director Finance",
        "Creative Director", "Leiter Einkauf", "Chief of Staff", "Sales Head",
    ),
    "manager_level": (
        "Marketing Manager", "Senior Manager, Finance", "Team Leader", "Chief of Police", "Deputy Director",
        "IT Manager", "Supervisor, Malt House", "Chief Accountant", "Assistant Director",
    ),
    "senior_level": (
        "Senior Developer", "Lead Architect", "Principal Engineer", "Account Manager", "Key Account Manager",
        "Product Manager", "Senior Project Manager", "Assistant Manager", "Assistant Store Manager",
        "Customer Success Manager", "Staff Engineer", "Senior Executive Assistant",
    ),
    "entry_level": (
        "Marketing Intern", "Junior Account Manager", "Sales Associate", "Assistant to the CEO", "Werkstudent",
        "President's assistant", "Executive Assistant to the Vice President", "Trainee Manager", "Account Clerk",
        "Assistant to the Director of Sales", "Graduate Engineer",
    ),
    "none": (
        "Software Developer", "Accountant", "SVPX", "Product Owner", "Art Director", "Funeral Director", "Professor",
        "Former CEO", "Retired Vice President", "Aspiring Director", "Physician Assistant",
        "Junior High School Teacher", "Surfboard Maker", "Ownership Analyst",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rank", "title"), [(rank, title) for rank, titles in RANKED.items() for title in titles])
def test_a_title_has_the_rank_that_a_reader_gives_it(rank: str, title: str) -> None:
    assert known_titles().tell(title).ranks == (() if rank == "none" else (rank,))


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("CEO", "decision_maker"),
        ("Head of Procurement", "decision_maker"),
        ("VP, Sales", "decision_maker"),
        ("IT Manager", "influencer"),
        ("Senior Analyst", "influencer"),
        ("Solutions Architect", "influencer"),
        ("Product Owner", "influencer"),
        ("Account Manager", "influencer"),
        ("Data Analyst", "recommender"),
        ("Software Engineer", "recommender"),
        ("Engineering Intern", None),
        ("Executive Assistant to the CEO", None),
        ("Cashier", None),
    ],
)
def test_a_title_has_the_buying_role_that_a_reader_gives_it(title: str, role: str | None) -> None:
    assert known_titles().tell(title).roles == (() if role is None else (role,))


@pytest.mark.parametrize(
    ("title", "functions"),
    [
        ("CMO", "marketing"),
        ("VP, Product", "product"),
        ("Head of Marketing", "marketing"),
        ("Key Account Manager", "sales"),
        ("Sales Engineer", "sales engineering"),
        ("Software Engineer", "engineering software"),
        ("IT Manager", "it"),
        ("Data Scientist", "data research"),
        ("CFO", "finance"),
        ("FP&A Analyst", "finance"),
        ("HR Business Partner", "hr"),
        ("COO", "operations"),
        ("General Counsel", "legal"),
        ("Purchasing Manager", "procurement"),
        ("Customer Success Manager", "customer_success"),
        ("Customer Service Representative", "support"),
        ("UX Designer", "design"),
        ("Machine Operator", "production"),
        ("Registered Nurse", "healthcare"),
        ("Founder", ""),
    ],
)
def test_a_title_has_the_functions_that_a_reader_gives_it(title: str, functions: str) -> None:
    assert sorted(known_titles().tell(title).functions) == sorted(functions.split())


def test_decision_makers_are_the_three_upper_ranks() -> None:
    lists = inline_lists()
    assert set(lists["decision_makers"]) == {*lists["c_level"], *lists["vp_level"], *lists["director_level"]}


def test_influencers_hold_managers_and_senior_people() -> None:
    lists = inline_lists()
    assert {*lists["manager_level"], *lists["senior_level"]} < set(lists["influencers"])


def test_the_shares_in_the_readme_are_those_measured() -> None:
    measurer = script("measure_titles")
    try:
        titles = measurer.measured_titles()
    except PackageNotFoundError:
        pytest.skip("find-job-titles is not installed")
    if version("find-job-titles") != "0.7.0":
        pytest.skip("find-job-titles is of another version than the one measured")
    shares = measurer.measure(known_titles(), titles)
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"the {shares.titles:,} distinct titles" in readme
    assert re.findall(r"\| (\d+\.\d%) \|", readme) == [
        f"{share:.1%}" for share in (shares.ranked, shares.functional, shares.either)
    ]
    # No title got two ranks.
    assert shares.ranks.total() == round(shares.ranked * shares.titles)
