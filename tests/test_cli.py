"""The command line as a whole, and the commands that read models and the standard library."""

from __future__ import annotations

import csv
import ctypes
import io
import json
import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from scorelang import stdlib
from scorelang.cli import program
from scorelang.cli.errors import exit_code
from scorelang.cli.examples import ExampleCommand
from scorelang.cli.library import library
from scorelang.cli.table import Column, table

MODEL = """\
model "Acme", version 3
lead:
    title      text from "Job Title"
    industry   text missing "unknown"
    employees  number
category Fit, 0 to 50:
    if title in ["CEO", "VP"] then +20 because "decision maker"
    if industry in ["SaaS", "Fintech"] then +10
    if employees >= 200 then +2.5
category Behaviour, at most 60:
    visit "/pricing" within 30 days then +10
stage MQL from 20
"""
TEST = """\
test "pricing":
    given title "CEO", industry "SaaS", employees 200
    given visit "/pricing" 2 days ago
    expect Fit 32.5, Behaviour 10
"""
LEADS = "id,Job Title,industry,employees\n1,CEO,SaaS,500\n2,Clerk,unknown,\n"
EVENTS = "lead,type,at,path\n1,visit,2026-06-20,/pricing\n"
HEAVY = {"duckdb", "lark", "msgspec", "numpy", "rich", "sklearn", "sqlglot", "statsmodels", "z3"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model, leads and events, which is the current one."""
    for name, text in {"acme.score": MODEL, "leads.csv": LEADS, "events.csv": EVENTS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(program, arguments, input=input)


def spawn(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONUTF8": "0", **settings}
    return subprocess.run(
        [sys.executable, "-m", "scorelang.cli", *arguments],
        env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def commands() -> dict[str, click.Command]:
    context = click.Context(program)
    found = {name: program.get_command(context, name) for name in program.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


# --- all commands ---------------------------------------------------------------------------------------------------


def test_every_module_of_the_folder_of_commands_is_a_command() -> None:
    modules = (Path(__file__).parent.parent / "cli" / "commands").glob("*.py")
    assert set(commands()) == {module.stem for module in modules} - {"__init__"}


def test_every_command_has_an_example_in_its_help() -> None:
    for name, command in commands().items():
        assert isinstance(command, ExampleCommand)
        assert command.examples
        shown = run(name, "--help").stdout
        assert all(f"\n  {example}\n" in shown for example in command.examples)


@pytest.mark.parametrize(
    "example", [example for command in commands().values() for example in getattr(command, "examples", ())]
)
def test_every_example_of_the_help_runs(example: str, folder: Path) -> None:
    name, *arguments = shlex.split(example)
    assert name == "scorelang"
    # `test`, `prove` and `lint` are shown with a model and leads in which nothing is amiss.
    model = MODEL.replace("version 3", 'version 3, owner "sales"').replace("0 to 50", "at most 35").replace("60", "10")
    model = model.replace("from 20", "from 22")
    whole = model + TEST + 'never "past it": score > 1_000\n'
    (folder / "acme.score").write_text(whole, encoding="utf-8")
    if "old.score" in arguments:
        (folder / "old.score").write_text(MODEL, encoding="utf-8")
    if any(argument.startswith("git:main:") for argument in arguments):
        subprocess.run("git init -q -b main && git add . && git -c user.name=a -c user.email=a@b.example commit -qm a",
                       cwd=folder, shell=True, check=True)  # fmt: skip
    # Leads of half a year, of whom enough came to something and enough did not.
    leads = [(number, f"2026-0{1 + number % 6}-{1 + number % 28:02}") for number in range(80)]
    rows = [f"{number},{day},{('CEO,SaaS,500', 'VP,Fintech,20')[number // 2 % 2]}\n" for number, day in leads]
    header = "id,created,Job Title,industry,employees\n"
    if "created" not in arguments:
        rows, header = (
            [row.replace(f",{day},", ",") for row, (_, day) in zip(rows, leads, strict=True)],
            header.replace("created,", ""),
        )
    (folder / "leads.csv").write_text("".join([header, *rows]), encoding="utf-8")
    decided = [f"{number},2026-06-29,{('won,', 'rejected,budget')[number % 2]}\n" for number, _ in leads]
    (folder / "outcomes.csv").write_text("".join(["lead,at,outcome,reason\n", *decided]), encoding="utf-8")
    result = run(*arguments)
    assert (result.exit_code, result.exception) == (0, None) or isinstance(result.exception, SystemExit)
    assert result.exit_code == 0, result.stderr


def test_the_help_lists_every_command_and_loads_no_heavy_library() -> None:
    script = (
        "import sys\nfrom scorelang.cli import program\n"
        "try:\n    program.main(['--help'])\nexcept SystemExit:\n    print('loaded:', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    shown, _, loaded = done.stdout.partition("loaded:")
    assert all(f"\n  {name} " in shown for name in commands())
    assert HEAVY & set(loaded.split()) == set()


def test_a_command_does_not_load_the_others(folder: Path) -> None:
    script = (
        "import sys\nfrom scorelang.cli import program\n"
        "try:\n    program.main(['check', 'acme.score'])\nexcept SystemExit:\n    print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.rpartition(".")[2] for name in done.stdout.split() if name.startswith("scorelang.cli.commands.")}
    assert loaded == {"check"}


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version").stdout == f"scorelang {version('scorelang')}\n"


def test_a_command_that_is_mistyped_gets_a_suggestion() -> None:
    result = run("chekc")
    assert result.exit_code == 2
    assert "there is no command `chekc`; did this mean `check`?" in result.stderr


def test_an_option_that_is_none_is_a_wrong_call() -> None:
    assert run("check", "--quickly", "acme.score").exit_code == 2


def test_the_module_runs_as_the_command_does(folder: Path) -> None:
    done = spawn("check", "acme.score")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "acme.score: fine\n")


# --- how a run ends -------------------------------------------------------------------------------------------------


def failing(error: BaseException) -> int:
    def fail() -> object:
        raise error

    return exit_code(fail)


def test_an_error_of_ours_ends_with_3_and_asks_for_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(ZeroDivisionError("division\nby zero")) == 3
    assert capsys.readouterr().err == (
        "error: ZeroDivisionError: division by zero\n"
        "  = this is a bug of scorelang: please report it (SCORELANG_DEBUG=1 shows where it happened)\n"
    )


def test_a_traceback_is_shown_only_on_demand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCORELANG_DEBUG", "1")
    assert failing(ZeroDivisionError()) == 3
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ctypes.ArgumentError("argument 1: KeyboardInterrupt: ")])
def test_ctrl_c_ends_with_130_and_one_line(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(error) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_an_error_of_the_system_is_one_line_that_names_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(OSError(5, "Input/output error", "leads.csv")) == 2
    assert capsys.readouterr().err == "error: leads.csv: input/output error\n"


def test_a_file_name_that_is_not_text_can_be_shown(folder: Path) -> None:
    done = spawn("check", os.fsdecode(b"\xff.score"))
    assert done.returncode == 2
    assert "there is no such file" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a shell that can close streams")
@pytest.mark.parametrize(("closed", "code"), [("<&-", 0), (">&-", 0), ("2>&-", 0), ("> /dev/full", 2)])
def test_streams_that_are_closed_or_full_are_no_bug(closed: str, code: int, folder: Path) -> None:
    if "full" in closed and not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    line = f"{sys.executable} -m scorelang.cli check - --format json {closed}"
    done = subprocess.run(["sh", "-c", line], input=MODEL, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr


@pytest.mark.parametrize("encoding", ["", "ascii"])
def test_texts_are_shown_whatever_the_locale(encoding: str, folder: Path) -> None:
    settings = {"PYTHONIOENCODING": encoding} if encoding else {"LC_ALL": "C"}
    (folder / "acme.score").write_text('if tïtle is "x" then 5\n', encoding="utf-8")
    done = spawn("check", "acme.score", **settings)
    assert done.returncode == 2
    assert ("t\\xeftle" if encoding else "tïtle") in done.stdout


# --- check ----------------------------------------------------------------------------------------------------------


def test_a_model_that_is_fine_says_so_on_standard_error(folder: Path) -> None:
    result = run("check", "acme.score")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "acme.score: fine\n")


def test_findings_go_to_standard_output_and_their_count_to_standard_error(folder: Path) -> None:
    (folder / "bad.score").write_text('lead:\n    title text\nif titel is "x" then +1\nif boss then +1\n')
    result = run("check", "acme.score", "bad.score")
    assert result.exit_code == 2
    assert "error[unknown-name]: " in result.stdout
    assert "bad.score:3:4" in result.stdout
    assert result.stderr == "acme.score: fine\nbad.score: 2 errors\n"


def test_findings_for_machines_are_one_array_of_objects(folder: Path) -> None:
    (folder / "bad.score").write_text('lead:\n    title text\nif titel is "x" then +1\n')
    result = run("check", "acme.score", "bad.score", "--format", "json")
    [finding] = json.loads(result.stdout)
    assert (finding["path"], finding["line"], finding["code"]) == ("bad.score", 3, "unknown-name")
    assert json.loads(run("check", "acme.score", "--format", "json").stdout) == []


def test_a_folder_is_every_model_below_it_but_in_hidden_folders(folder: Path) -> None:
    for name in ("below/deep", ".hidden"):
        (folder / name).mkdir(parents=True)
        (folder / name / "more.score").write_text("if x then +1\n")
    result = run("check", ".")
    assert result.stderr.splitlines() == ["acme.score: fine", f"{Path('below', 'deep', 'more.score')}: fine"]


def test_a_folder_without_models_is_a_mistake(tmp_path: Path) -> None:
    result = run("check", str(tmp_path))
    assert result.exit_code == 2
    assert "there is no .score file in this folder" in result.stderr


def test_a_model_can_come_from_standard_input(folder: Path) -> None:
    (folder / "names.csv").write_text("CEO\nVP\n")
    assert run("check", "-", input='list bosses from "names.csv"\nif title in bosses then +1\n').exit_code == 0
    assert run("check", "-", input="if x then 5\n").exit_code == 2
    assert "standard input is not UTF-8 text: byte 4 is 0xff" in run("check", "-", input=b"if \xff").stderr


def test_a_finding_in_a_file_that_two_models_use_is_said_once(folder: Path) -> None:
    (folder / "part.score").write_text("define a as b +\n")
    for name in ("one", "two"):
        (folder / f"{name}.score").write_text('use a from "part.score"\nif a then +1\n')
    assert run("check", "one.score", "two.score").stdout.count("part.score:1:") == 1


def test_a_missing_model_does_not_keep_the_others_from_being_checked(folder: Path) -> None:
    result = run("check", "acne.score", "acme.score")
    assert result.exit_code == 2
    assert "error: acne.score: there is no such file\n  = did this mean acme.score?" in result.stderr
    assert "acme.score: fine" in result.stderr


# --- stdlib ---------------------------------------------------------------------------------------------------------


def test_the_library_lists_every_module_and_every_item_in_80_columns() -> None:
    shown = run("stdlib").stdout
    words = set(re.findall(r"[\w/]+", shown))
    assert words >= set(stdlib.modules())
    assert words >= {item.name for module in library() for item in module.items}
    assert max(map(len, shown.splitlines()[:-1])) <= 80


@pytest.mark.parametrize("name", ["std/email", "email", "std/email.score"])
def test_a_module_shows_what_each_of_its_items_is(name: str) -> None:
    shown = run("stdlib", name).stdout
    assert "free_mail (list, 4,282 members)\n    Domains at which anyone can have a mailbox" in shown


def test_every_module_and_every_item_has_a_comment() -> None:
    assert [module.name for module in library() if not module.doc] == []
    assert [item.name for module in library() for item in module.items if not item.doc] == []


@pytest.mark.parametrize("name", ["lead", "countries", "half_life_day", "free_mail", "visit", "is_vp_level"])
def test_an_item_shows_its_comment_how_it_is_declared_and_the_line_that_brings_it_in(name: str) -> None:
    [item] = [item for module in library() for item in module.items if item.name == name]
    shown = run("stdlib", name).stdout
    assert "\n".join(item.doc) in shown
    assert (item.use or "known in every model, without `use`") in shown
    assert (item.text if item.members is None else f"{len(item.members):,} members: ") in shown


def test_the_line_that_brings_an_item_in_can_be_pasted() -> None:
    lines = {item.use for module in library() for item in module.items if item.use and item.name != "lead"}
    # `use lead` stands for fields, of which there can be only one block.
    text = "\n".join(['use lead from "std/bant"', *sorted(lines), "if has_budget then +1\n"])
    result = run("check", "-", input=text)
    assert result.exit_code == 0, result.stdout


def test_a_list_shows_its_first_members_and_on_demand_all() -> None:
    assert '"' in run("stdlib", "no_need").stdout
    assert "and 4,270 more (--full shows them)" in " ".join(run("stdlib", "free_mail").stdout.split())
    assert "\ngmail.com\n" in run("stdlib", "free_mail", "--full").stdout


def test_an_unknown_name_gets_a_suggestion() -> None:
    result = run("stdlib", "fre_mail")
    assert result.exit_code == 2
    assert "did this mean `scorelang stdlib free_mail`?" in result.stderr
    assert "modules: std/bant, " in run("stdlib", "xyzzy").stderr


def test_showing_everything_needs_to_be_told_of_what() -> None:
    assert run("stdlib", "--full").exit_code == 2


# --- rules ----------------------------------------------------------------------------------------------------------


def test_the_rules_are_a_table_of_80_columns(folder: Path) -> None:
    shown = run("rules", "acme.score").stdout
    assert "decision maker" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_the_rules_as_json_have_numbers(folder: Path) -> None:
    rules = json.loads(run("rules", "acme.score", "--format", "json").stdout)
    assert [(rule["id"], rule["points"]) for rule in rules][:3] == [
        ("decision-maker", 20), ("industry-in-saas-fintech", 10), ("employees-at-least-200", 2.5),
    ]  # fmt: skip


def test_the_rules_as_csv_have_a_header_and_a_row_a_rule(folder: Path) -> None:
    header, *rows = csv.reader(io.StringIO(run("rules", "acme.score", "--format", "csv").stdout))
    assert "when" in header
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("name", "start"), [("r.md", "|"), ("r.html", "<!doctype html>"), ("r.json", "["), ("r.csv", "")]
)
def test_the_name_of_the_file_says_the_format_of_the_rules(name: str, start: str, folder: Path) -> None:
    result = run("rules", "acme.score", "-o", name)
    assert (result.exit_code, result.stdout) == (0, "")
    text = (folder / name).read_text(encoding="utf-8")
    assert start.lower() in text.lower()
    assert "decision maker" in text


def test_a_name_that_says_no_format_is_a_wrong_call(folder: Path) -> None:
    assert run("rules", "acme.score", "-o", "rules.xyz").exit_code == 2
    assert run("rules", "acme.score", "-o", "acme.score", "--format", "csv").exit_code == 2
    assert (folder / "acme.score").read_text(encoding="utf-8") == MODEL


# --- tables ---------------------------------------------------------------------------------------------------------


def test_a_table_that_fits_is_not_changed() -> None:
    columns = [Column("id", whole=True), Column("score", number=True)]
    assert list(table(columns, [["ann", "5"], ["bob", "-12.5"]], 80)) == ["id   score", "ann      5", "bob  -12.5"]


def test_a_long_text_ends_in_a_mark_and_a_number_is_never_cut() -> None:
    columns = [Column("score", number=True), Column("route")]
    lines = list(table(columns, [["123456.78", "x" * 50]], 30))
    assert lines[1] == "123456.78  " + "x" * 18 + "…"


def test_columns_for_which_there_is_no_room_are_named() -> None:
    columns = [Column("id", whole=True), *(Column(f"category {n}", number=True, optional=True) for n in range(9))]
    *_, last = table(columns, [["ann", *["1234567.89"] * 9]], 80)
    assert last == "(no room for category 6, category 7, category 8: `--format csv` has everything)"


def test_wide_characters_keep_the_columns_straight() -> None:
    lines = list(table([Column("id", whole=True), Column("route")], [["日本", "a"], ["x", "b"]], 80))
    assert lines == ["id    route", "日本  a", "x     b"]


def test_what_could_move_the_cursor_is_not_shown() -> None:
    assert list(table([Column("id")], [["a\x1b[2Jb\nc"]], 80))[1] == "a [2Jb c"


@pytest.mark.parametrize("command", ["check", "fmt", "lint", "rules"])
def test_every_command_says_alike_that_there_is_no_such_file(command: str, folder: Path) -> None:
    (folder / "acme.score").write_text(MODEL)
    result = run(command, "acne.score")
    assert result.exit_code == 2
    assert "error: acne.score: there is no such file\n  = did this mean acme.score?\n" in result.stderr
