"""`scorelang compile`: a module that needs nothing but Python, gives the same results, and tests itself."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import scorelang
from scorelang import values
from scorelang.cli import program
from scorelang.cli.compiling import self_test_cases
from scorelang.codegen import facade, raw, runtime
from scorelang.codegen.alone import AloneError, module_of

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*/*.score") if path.stem == path.parent.name)
HOSTILE = "'''\"\"\"); import os; os.abort() # \\ \u2028 {plan}"


def run(module: Path, *arguments: str, lines: str = "") -> subprocess.CompletedProcess[str]:
    """A module run by a Python that finds no package."""
    command = [sys.executable, "-I", "-S", str(module), *arguments]
    return subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=False)


def module_at(path: Path, text: str, cases: Any = ()) -> Path:
    path.write_text(module_of(scorelang.loads(text).checked, cases), encoding="utf-8")
    return path


@pytest.mark.parametrize("model", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_an_example_compiles_to_a_module_that_passes_its_own_test(model: Path, tmp_path: Path) -> None:
    module = tmp_path / "scoring.py"
    told = CliRunner().invoke(program, ["compile", str(model), "-o", str(module)])
    assert told.exit_code == 0, told.output
    done = run(module, "--self-test")
    count = len(list(self_test_cases(scorelang.load(model).checked)))
    assert count >= 40
    assert (done.stdout, done.returncode) == (f"{count} of {count} leads score as they should\n", 0), done.stderr
    again = CliRunner().invoke(program, ["compile", str(model)])
    assert again.stdout == module.read_text(encoding="utf-8")


def test_a_module_whose_rules_were_changed_fails_its_own_test(tmp_path: Path) -> None:
    text = "if size > 5 then +10\nif not size > 5 then +20\n"
    module = module_at(tmp_path / "scoring.py", text, self_test_cases(scorelang.loads(text).checked))
    said = module.read_text(encoding="utf-8")
    assert said.count("+= 1000") > 0
    module.write_text(said.replace("+= 1000", "+= 1001"), encoding="utf-8")
    done = run(module, "--self-test")
    assert done.returncode == 1
    assert "expected" in done.stdout


def test_a_module_scores_lines_of_json_and_says_which_it_cannot(tmp_path: Path) -> None:
    module = module_at(tmp_path / "scoring.py", "if size > 5 then +10\n")
    lines = '{"id": "a", "size": 6}\n\n{"id": "b", "size": "x"}\nnot json\n5\n{"size": 1}\n'
    done = run(module, "--as-of", "2026-01-01", lines=lines)
    assert [json.loads(line)["score"] for line in done.stdout.splitlines()] == [10, 0]
    assert done.returncode == 1
    assert "line 3: lead b: size is 'x', which is not a number" in done.stderr
    assert "line 4: " in done.stderr
    assert "line 5: a lead without an id: lead is 5, which is not a lead" in done.stderr
    assert "Traceback" not in done.stderr
    assert run(module, str(tmp_path / "none.ndjson")).returncode == 2


def test_a_module_whose_results_nobody_reads_ends_quietly(tmp_path: Path) -> None:
    module = module_at(tmp_path / "scoring.py", "if size > 5 then +10\n")
    lines = tmp_path / "leads.ndjson"
    lines.write_text('{"id": "a", "size": 6}\n' * 5_000, encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(module), "--as-of", "2026-01-01", str(lines)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["score"] == 10
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 0


@pytest.mark.parametrize(
    "lead", [{"size": "x"}, {"id": [], "size": 1}, {"events": 5}, {"id": 7, "events": [{"type": "visit"}]}]
)
def test_data_that_does_not_fit_is_told_as_the_package_tells_it(lead: dict[str, Any]) -> None:
    text = "if size > 5 then +10\nvisit then +1\n"
    namespace: dict[str, Any] = {"__name__": "scoring"}
    exec(module_of(scorelang.loads(text).checked, ()), namespace)
    with pytest.raises(scorelang.LeadError) as expected:
        scorelang.loads(text).score(lead, as_of="2026-01-01")
    with pytest.raises(ValueError, match=r"which is not|must be") as raised:
        namespace["score"](lead, as_of="2026-01-01")
    assert str(raised.value) == str(expected.value)
    with pytest.raises(ValueError, match="as_of is 5"):
        namespace["score"]({}, as_of=5)


def test_no_text_of_a_model_is_more_than_a_literal_in_its_module(tmp_path: Path) -> None:
    said = json.dumps(HOSTILE)
    text = f"""model {said}, version 1
lead:
    name text from {said} missing {said}
category {json.dumps("All " + HOSTILE)}:
    if name is {said} then +1 because {said}
disqualify if name is {said} because {said}
route:
    {said} otherwise
"""
    model = scorelang.loads(text)
    module = module_at(tmp_path / "scoring.py", text, self_test_cases(model.checked))
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert "os" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert run(module, "--self-test").returncode == 0
    namespace: dict[str, Any] = {"__name__": "scoring"}
    exec(module.read_text(encoding="utf-8"), namespace)
    assert (
        namespace["score"]({"name": "x"}, as_of="2026-01-01")
        == model.score({"name": "x"}, as_of="2026-01-01").to_dict()
    )


def test_a_module_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(module_of(scorelang.loads("if size > 5 then +1\n").checked, ()))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {str(name).partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_the_parts_of_a_module_have_no_name_in_common() -> None:
    names: Counter[str] = Counter()
    for module in (values, raw, runtime, facade):
        for node in ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names[node.name] += 1
            elif isinstance(node, ast.Assign):
                names.update(
                    target.id for target in node.targets if isinstance(target, ast.Name) and target.id != "__all__"
                )
    assert [name for name, count in names.items() if count > 1] == []


def test_an_operator_that_is_no_plain_function_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from scorelang.codegen import alone

    checked = scorelang.loads('if domain(email) is "a.b" then +1\n').checked
    row = alone.operators()["domain"]
    monkeypatch.setattr(alone, "operators", lambda: {"domain": type(row)(**{**_fields(row), "reference": len})})
    with pytest.raises(AloneError, match="the operator `domain` cannot stand in a module of its own"):
        module_of(checked, ())


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__ if not name.startswith("_")}
