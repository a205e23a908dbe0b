"""The examples: their models and tests, every command of their READMEs, their data, and what they measure."""

from __future__ import annotations

import csv
import functools
import hashlib
import http.server
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

import scorelang
from scorelang.cli import program
from scorelang.interpret import evaluate, interpret
from scorelang.leads import read_lead
from scorelang.testing.run import run_tests

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
MODELS = sorted(EXAMPLES.glob("*/*.score"))
READMES = sorted(path.parent.name for path in EXAMPLES.glob("*/README.md"))
AS_OF = "2026-06-30"


def script(path: str) -> ModuleType:
    """A Python file of the examples as a module; they are no package."""
    name = f"examples_{path.removesuffix('.py').replace('/', '_')}"
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fetching, measuring, readmes = script("fetch_data.py"), script("measure_bands.py"), script("update_readmes.py")


def rows(path: str) -> list[dict[str, str]]:
    """The rows of a CSV file of the examples."""
    with open(EXAMPLES / path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def public_data(name: str) -> Path:
    """The file of public data that an example asks for, from the folder that SCORELANG_DATA names."""
    if "SCORELANG_DATA" not in os.environ:
        pytest.skip("SCORELANG_DATA names no folder of data sets")
    data = fetching.DATA_SETS[name]
    path = Path(os.environ["SCORELANG_DATA"], data.folder, data.name)
    if not path.exists():
        pytest.skip(f"SCORELANG_DATA has no {data.folder}/{data.name}")
    return path


# --- models ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_every_test_in_an_example_holds(path: Path) -> None:
    runs = list(run_tests(scorelang.load(path).checked))
    failed = [
        f"{run.test.name}: line {failure.place.line}: {failure.place.text}" for run in runs for failure in run.failures
    ]
    assert failed == []
    assert runs or path.name in ("brief.score", "company.score")


@pytest.mark.parametrize("name", ["acme", "opportunity"])
def test_what_must_never_or_always_hold_does_for_every_lead_of_the_example(name: str) -> None:
    model = scorelang.load(EXAMPLES / name / f"{name}.score")
    events: dict[str, list[dict[str, str]]] = {}
    for event in rows(f"{name}/events.csv"):
        events.setdefault(event["lead"], []).append(event)
    checked, as_of = model.checked, model.instant(AS_OF)
    assert checked.invariants
    for lead in rows(f"{name}/leads.csv"):
        facts, problems = read_lead(checked, lead, events.get(lead[checked.key], ()), as_of)
        assert problems == []
        scope = interpret(checked, facts).scope
        for invariant in checked.invariants:
            holds = evaluate(invariant.condition, scope)
            assert holds is True if invariant.word == "always" else holds is not True, f"{facts.id}: {invariant.name}"


def test_every_keyword_of_the_language_stands_in_an_example() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in MODELS)
    plain = re.sub(r"#.*", "", re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text))
    grammar = (ROOT / "dsl" / "grammar.lark").read_text(encoding="utf-8")
    keywords = re.findall(r"^([A-Z_]+)\.\d+: /(.*\\b.*)/$", grammar, re.MULTILINE)
    assert len(keywords) > 80
    # `scorelang fmt` writes `false` as `no`, so no example has it.
    assert [name for name, pattern in keywords if name != "FALSE" and not re.search(pattern, plain)] == []


def test_the_brief_is_its_three_lines() -> None:
    brief = (EXAMPLES / "brief" / "brief.score").read_text(encoding="utf-8")
    assert brief.splitlines() == [
        'if title in ["CEO", "VP"] then +10',
        'visit "/careers"          then -5',
        "require funded and demo",
    ]


# --- READMEs --------------------------------------------------------------------------------------------------------


def test_the_leak_check_ranks_the_field_first_that_only_the_end_of_a_call_tells(tmp_path: Path) -> None:
    lines = public_data("bank").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "some.csv").write_text("".join([lines[0], *lines[1::8]]), encoding="utf-8")
    columns = ["--outcome", "y", "--won", "yes", "--leaks", "--format", "json"]
    asked = ["backtest", str(EXAMPLES / "bank" / "bank.score"), str(tmp_path / "some.csv"), *columns]
    done = CliRunner().invoke(program, asked)
    assert done.exit_code == 0, done.stderr
    first, second = json.loads(done.stdout)["leaks"][:2]
    assert first["field"] == "duration"
    assert first["auc"]["low"] > second["auc"]["high"]
    fields = scorelang.load(EXAMPLES / "bank" / "bank.score").checked.fields
    assert "duration" not in [field.name for field in fields]


@pytest.mark.parametrize("name", READMES)
def test_the_commands_of_a_readme_print_what_it_shows(name: str, tmp_path: Path) -> None:
    if name in fetching.DATA_SETS:
        public_data(name)
    readme = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    folder = readmes.copy_of_examples(tmp_path)
    commands = list(readmes.commands(readme))
    assert commands
    for command in commands:
        got = readmes.output(command.text, folder)
        shown = command.shown
        assert shown is None or readmes.is_as_shown(shown, got), f"{command.text} prints:\n{got}"


def test_every_folder_of_the_examples_has_a_readme_and_is_listed() -> None:
    folders = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir() and path.name != "__pycache__")
    assert folders == READMES
    listed = re.findall(r"^\| \[(\w+)\]\(\1\) \|", (EXAMPLES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == READMES


def test_readmes_link_to_files_that_exist() -> None:
    for path in [EXAMPLES / "README.md", *(EXAMPLES / name / "README.md" for name in READMES)]:
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8"))
        assert [link for link in links if not (path.parent / link).exists()] == []


def test_an_updated_readme_shows_what_its_commands_print(tmp_path: Path) -> None:
    old = "a\n```console\n$ python -c 'print(1 + 1)'\nthree\n$ python -c 'print(5)'\n…\n```\n```sh\npython -V\n```\nz\n"
    new = readmes.updated(old, tmp_path)
    assert new == old.replace("three", "2")
    assert readmes.updated(new, tmp_path) == new


def test_what_is_shown_in_parts_is_not_overwritten(tmp_path: Path) -> None:
    command = "```console\n$ python -c 'print(12)'\n{}\n```\n"
    assert readmes.updated(command.format("1…"), tmp_path) == command.format("1…")
    with pytest.raises(readmes.ShownInPartsError, match="12"):
        readmes.updated(command.format("3…"), tmp_path)


def test_a_command_that_fails_is_an_error_when_readmes_are_updated(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        readmes.updated("```sh\npython -c 'raise SystemExit(3)'\n```\n", tmp_path)


# --- Acme -----------------------------------------------------------------------------------------------------------


def test_the_leads_and_events_of_acme_are_generated_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLES / "acme" / "generate.py", tmp_path], check=True)
    for name in ("leads.csv", "events.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / "acme" / name).read_bytes()


def test_acme_has_2000_leads_and_40000_events_that_are_theirs() -> None:
    leads, events = rows("acme/leads.csv"), rows("acme/events.csv")
    assert [lead["id"] for lead in leads] == [str(number) for number in range(1, 2_001)]
    assert len(events) == 40_000
    assert {event["lead"] for event in events} <= {lead["id"] for lead in leads}
    assert any(event["at"] > AS_OF for event in events)


def test_no_address_of_acme_can_be_somebodys() -> None:
    addresses = [lead["email"] for lead in rows("acme/leads.csv") if lead["email"]]
    named = [address for address in addresses if not address.endswith(".example")]
    assert all(re.fullmatch(r"[a-z.]+-not-a-person@(gmail|yahoo|mailinator)\.com", address) for address in named)
    assert named


def test_the_readme_of_acme_says_how_its_leads_spread() -> None:
    assert script("acme/measure.py").report() in (EXAMPLES / "acme" / "README.md").read_text(encoding="utf-8")


# --- the public data ------------------------------------------------------------------------------------------------


@functools.cache
def scored(name: str) -> list[Any]:
    """Every row of an example's public data, scored."""
    return measuring.scored_rows(name, public_data(name))


@pytest.mark.parametrize("name", fetching.DATA_SETS)
def test_a_readme_shows_the_measured_conversion_of_each_band(name: str) -> None:
    readme = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    assert [part for part in measuring.report(name, scored(name)).split("\n\n") if part not in readme] == []


@pytest.mark.parametrize("name", fetching.DATA_SETS)
def test_the_conversion_rises_with_the_score(name: str) -> None:
    table = measuring.table(scored(name), "score", measuring.STUDIES[name].bands["score"], "customers")
    *rates, overall = (float(line.split("|")[4].strip("% ")) for line in table.splitlines()[2:])
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 4 * overall


def test_the_points_of_the_bank_are_what_the_first_half_of_its_calls_says() -> None:
    lines = [line.strip("| ").split(" | ") for line in measuring.evidence(scored("bank")).splitlines()[2:]]
    worth = {rule: (float(points), float(worth)) for rule, points, _, worth, _ in lines if worth.strip()}
    assert len(lines) - len(worth) == 3  # the rules of History
    assert [rule for rule, (points, worth) in worth.items() if abs(points - worth) > 0.55] == []


def test_the_bank_is_scored_within_a_minute_and_a_gibibyte(tmp_path: Path) -> None:
    model, out = EXAMPLES / "bank" / "bank.score", tmp_path / "scores.ndjson"
    command = ["-m", "scorelang.cli", "score", str(model), str(public_data("bank")), "-o", str(out), "--as-of", AS_OF]
    run = "import resource, subprocess, sys; subprocess.run([sys.executable, *sys.argv[1:]], check=True); "
    run += "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime, used.ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", run, *command], capture_output=True, text=True, check=True)
    seconds, kibibytes = map(float, done.stdout.split())
    with open(out, encoding="utf-8") as file:
        results = [json.loads(line) for line in file]
    assert len(results) == 41_188
    assert seconds < 60
    assert kibibytes * (1 if sys.platform == "linux" else 1 / 1024) < 1 << 20


def test_measuring_without_the_data_says_how_to_fetch_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert measuring.main(["bank", "--data", str(tmp_path / "absent.csv")]) == 1
    assert "python examples/fetch_data.py bank" in capsys.readouterr().err


# --- fetching -------------------------------------------------------------------------------------------------------

CONTENT = b"a,b\r\n1,2\r\n"
SMALL = fetching.DataSet("small.csv", "small_set", "/static/small.zip", (hashlib.sha256(CONTENT).hexdigest(),))


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zip_file:
        for name, content in files.items():
            zip_file.writestr(name, content)
    return archive.getvalue()


class Site:
    """A web site on this machine that serves some bytes at some paths."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = pages.get(self.path)
                self.send_response(404 if content is None else 200)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self) -> str:
        self.thread.start()
        return self.address

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is asked of a proxy."""
    monkeypatch.setenv("no_proxy", "*")


def fetched(folder: Path, site: str = "http://127.0.0.1:1", environment: dict[str, str] | None = None) -> str:
    said: str = fetching.fetch(SMALL, folder, site=site, environment=environment or {})
    return said


def test_data_is_copied_from_the_folder_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / "sets" / "small_set").mkdir(parents=True)
    (tmp_path / "sets" / "small_set" / "small.csv").write_bytes(CONTENT)
    said = fetched(tmp_path / "data", environment={"SCORELANG_DATA": str(tmp_path / "sets")})
    assert (tmp_path / "data" / "small.csv").read_bytes() == CONTENT
    assert said.endswith(f"from {tmp_path / 'sets' / 'small_set' / 'small.csv'}")


def test_a_folder_that_lacks_the_data_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(fetching.FetchError, match=r"cannot be read .* unset SCORELANG_DATA"):
        fetched(tmp_path, environment={"SCORELANG_DATA": str(tmp_path)})


@pytest.mark.parametrize(
    "archive",
    [
        zipped({"small.csv": CONTENT}),
        zipped({"__MACOSX/._small.csv": b"", "folder/small.csv": CONTENT}),
        zipped({"other.zip": zipped({"other.csv": b""}), "inner.zip": zipped({"folder/small.csv": CONTENT})}),
    ],
    ids=["plain", "in a folder", "in a zip file in a zip file"],
)
def test_data_is_downloaded(archive: bytes, tmp_path: Path) -> None:
    with Site({SMALL.zip_path: archive}) as address:
        said = fetched(tmp_path, address)
    assert (tmp_path / "small.csv").read_bytes() == CONTENT
    assert said.endswith(f"from {address}{SMALL.zip_path}")


@pytest.mark.parametrize("name", fetching.DATA_SETS)
def test_the_public_data_is_downloaded_and_known_by_its_digest(name: str, tmp_path: Path) -> None:
    data = fetching.DATA_SETS[name]
    inner = zipped({f"folder/{data.name}": public_data(name).read_bytes()})
    with Site({data.zip_path: zipped({"inner.zip": inner})}) as address:
        fetching.fetch(data, tmp_path, site=address, environment={})
    assert (tmp_path / data.name).read_bytes() == public_data(name).read_bytes()


def test_data_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "small.csv").write_bytes(CONTENT)
    assert fetched(tmp_path).endswith("is there already")


def test_data_that_is_there_and_is_another_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "small.csv").write_bytes(CONTENT + b"3,4\r\n")
    with pytest.raises(fetching.FetchError, match=r"small\.csv holds another small\.csv than .* SHA-256"):
        fetched(tmp_path)


@pytest.mark.parametrize(
    ("archive", "message"),
    [
        (zipped({"small.csv": b"a,b\n"}), "holds another small.csv than the examples were measured on"),
        (zipped({"other.csv": CONTENT}), "holds no small.csv; has the site changed?"),
        (b"<html>moved</html>", "is not a zip file; has the site changed?"),
    ],
    ids=["other rows", "without the file", "no zip file"],
)
def test_a_download_that_is_not_the_data_is_an_error_and_leaves_nothing(
    archive: bytes, message: str, tmp_path: Path
) -> None:
    with Site({SMALL.zip_path: archive}) as address, pytest.raises(fetching.FetchError) as error:
        fetched(tmp_path / "data", address)
    assert message in str(error.value)
    assert not (tmp_path / "data").exists()


def test_an_address_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with Site({}) as address, pytest.raises(fetching.FetchError, match=r"cannot be downloaded \(Not Found\)"):
        fetched(tmp_path, address)


def test_without_a_network_fetching_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCORELANG_DATA", raising=False)
    with Site({}) as closed:
        pass
    command = [sys.executable, EXAMPLES / "fetch_data.py", "shop", "--site", closed, "--to", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"error: http://\S+ cannot be downloaded \(.+\); is there a network\?.+\n", done.stderr)
    assert "set SCORELANG_DATA to a folder that holds uci_online_shoppers/online_shoppers_intention.csv" in done.stderr


def test_fetching_for_an_example_without_data_names_those_that_have_some(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        fetching.main(["acme"])
    assert "there is no data for acme; choose from bank, shop" in capsys.readouterr().err
