"""`scorelang report`: files in, one page out, which a browser shows without network, in light, dark and on a phone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from scorelang.report import libraries

from .command_line import run

MODEL = """\
model "Acme", version 1
lead:
    title     text
    employees number from "Size"
    created   date
category Fit:
    if title is "CEO" then +20 because "decision maker"
    if employees >= 200 then +10
category Behaviour:
    visit "/pricing" within 30 days then +10
stage MQL from 20
"""
FILES = ("acme.score", "leads.csv", "--events", "events.csv", "--outcomes", "outcomes.csv")


def write_files(folder: Path) -> None:
    """A model, 240 leads with visits, and what became of them: chiefs mostly buy."""
    leads, events, outcomes = ["id,title,Size,source"], ["lead,type,at,path"], ["lead,at,outcome,value"]
    for at in range(240):
        day = f"2026-{at // 40 + 1:02}-{at % 28 + 1:02}"
        leads.append(f"{at},{'CEO' if at % 4 == 0 else 'Clerk'},{at % 7 * 50},{('fair', 'web')[at % 2]}")
        events += [f"{at},visit,{day},/pricing"] if at % 3 == 0 else []
        outcomes.append(f"{at},{day},{'won' if at % 8 == 0 or at % 15 == 0 else 'lost'},100")
    for name, lines in (("leads", leads), ("events", events), ("outcomes", outcomes)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "acme.score").write_text(MODEL, encoding="utf-8")
    (folder / "old.score").write_text(MODEL.replace("MQL from 20", "MQL from 10"), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of all that can be asked for."""
    folder = tmp_path_factory.mktemp("report")
    write_files(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        more = ("--by", "source", "--leaks", "--old", "old.score", "--target", "win-rate=30%", "-o", "report.html")
        result = run("report", *FILES, *more)
    assert result.exit_code == 0, result.stderr
    return folder / "report.html"


def section(page: str, mark: str) -> str:
    found = re.search(rf'<section id="{mark}">(.*?)</section>', page, re.DOTALL)
    assert found is not None, mark
    return found[1]


# --- what the page says ---------------------------------------------------------------------------------------------


def test_the_numbers_are_those_of_a_backtest(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(report.parent)
    found = json.loads(run("backtest", *FILES, "--by", "source", "--format", "json").stdout)
    page = report.read_text(encoding="utf-8")
    whole = found["whole"]
    assert f"<dd>{whole['auc']['value']:.3f}<" in page
    for band in found["bands"]:
        cells = f'<th scope="row">{band["name"]}</th><td class="points">{band["leads"]}</td>'
        assert cells in section(page, "scores")
    for rule in found["rules"]:
        assert f'<th scope="row">{rule["rule"]}</th>' in section(page, "rules")
        assert f'<td class="points">{rule["leads"]}</td>' in section(page, "rules")
    assert f"{100 * found['gains'][0]['gain']:.1f}%" in section(page, "sorting")
    assert "30.0%" in section(page, "team")


def test_leads_flow_from_the_stages_of_another_version(report: Path) -> None:
    page = section(report.read_text(encoding="utf-8"), "stages")
    assert "From stage to stage: old.score and now" in page
    moved = re.search(r"0 \(0\.0%\) have another score, (\d+) another stage", page)
    assert moved is not None
    assert int(moved[1]) > 0


def test_a_field_whose_column_has_another_name_drifts_with_leaks_looked_for_as_well(report: Path) -> None:
    page = report.read_text(encoding="utf-8")
    assert '<th scope="row">employees</th>' in section(page, "drift")
    assert '<th scope="row">Size</th>' in section(page, "leaks")


def test_no_number_at_an_axis_is_written_with_an_exponent(report: Path) -> None:
    shown_numbers = re.findall(r"<text[^>]*>([^<]+)</text>", report.read_text(encoding="utf-8"))
    assert "20" in shown_numbers
    assert not [number for number in shown_numbers if re.fullmatch(r"\W?[\d.]+e\W?\d+", number)]


def test_the_page_needs_no_network_and_has_no_scripts(report: Path) -> None:
    page = report.read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[\w./]+", page)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"<script|<link|@import|url\(|\son\w+=", page)
    assert len(page) < 1_000_000


def test_a_reference_of_other_leads_is_what_drift_is_told_against(folder: Path) -> None:
    lines = (folder / "leads.csv").read_text(encoding="utf-8").replace("CEO", "Chief").splitlines()
    (folder / "before.csv").write_text("\n".join(lines[:121]) + "\n", encoding="utf-8")
    result = run("report", *FILES, "--reference", "before.csv", "--reference-as-of", "2026-01-01", "-o", "report.html")
    assert result.exit_code == 0, result.stderr
    assert "before.csv: 120 rows = 120 scored + 0 rejected" in result.stderr
    page = section((folder / "report.html").read_text(encoding="utf-8"), "drift")
    assert "240 leads against 120: before.csv" in page
    assert "drifted" in page


def test_where_nothing_says_what_came_first_the_page_says_how_to_tell_it(folder: Path) -> None:
    (folder / "outcomes.csv").write_text(
        "lead,outcome\n" + "".join(f"{at},{'won' if at % 4 else 'lost'}\n" for at in range(240)), encoding="utf-8"
    )
    result = run("report", *FILES, "--as-of", "2026-01-01", "--matrix", "Behaviour, Fit", "-o", "report.html")
    assert result.exit_code == 0, result.stderr
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Nothing says which leads are earlier ones: --reference FILE" in section(page, "drift")
    assert "Behaviour × Fit" in section(page, "matrix")
    assert 'id="time"' not in page


# --- wrong calls ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--matrix", "Fit,Behavior"], "no category `Behavior`; did this mean `Behaviour`?"),
        (["--matrix", "Fit"], "write two categories, as in `--matrix Fit,Behaviour`"),
        (["--reference-as-of", "2026-01-01"], "--reference-as-of says something of `--reference FILE`"),
        (["--old", "older.score"], "older.score: there is no such file"),
        (["--old", "old.score", "-o", "old.score"], "old.score would be overwritten"),
        (["--train-until", "1999-01-01"], "no lead was decided before that"),
        (["--bands", "x"], "write the points at which bands begin"),
    ],
)
def test_a_wrong_call_says_what_to_write(folder: Path, more: list[str], says: str) -> None:
    result = run("report", *FILES, *more)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())


def test_without_the_libraries_that_draw_the_message_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "LIBRARIES", ("no_such_library",))
    result = run("report", *FILES)
    assert result.exit_code == 2
    assert "pip install 'scorelang[report]'" in result.stderr


# --- drift over time ------------------------------------------------------------------------------------------------


def drift(folder: Path, *more: str) -> Result:
    """The first half of the leads against the second, in which nobody says a size and chiefs are called otherwise."""
    lines = ["id,title,employees,came"]
    for at in range(240):
        title = ("CEO" if at < 120 else "Chief") if at % 4 == 0 else "Clerk"
        size = "" if at >= 120 and at % 2 else at % 7 * 50
        lines.append(f"{at},{title},{size},2026-{at // 40 + 1:02}-{at % 28 + 1:02}")
    (folder / "before.csv").write_text("\n".join(lines[:121]) + "\n", encoding="utf-8")
    (folder / "now.csv").write_text("\n".join([lines[0], *lines[121:]]) + "\n", encoding="utf-8")
    fixed = ("--reference", "before.csv", "--as-of", "2026-07-01")
    return run("drift", "acme.score", "now.csv", *fixed, *more)


def test_drift_tells_by_month_which_rules_went_silent_and_what_is_missing_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    result = drift(folder, "--created", "came")
    assert result.exit_code == 1
    lines = {line.split("  ")[0]: line for line in result.stdout.split("How often rules fire by")[1].splitlines()}
    assert lines["decision-maker"].endswith("silent since 2026-W14")
    assert lines["employees"].endswith("rising")
    assert "missing more over time: employees" in result.stdout
    found = json.loads(drift(folder, "--created", "came", "--per", "month", "--format", "json").stdout)["times"]
    assert found["periods"] == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
    assert found["leads"] == [40] * 6
    courses = {(one["kind"], one["name"]): one for one in found["courses"]}
    rates = [rate["count"] for rate in courses["missing", "employees"]["rates"]]
    assert rates == [0, 0, 0, 20, 20, 20]
    assert courses["rule", "decision-maker"]["silent"] == "2026-04"
    assert courses["rule", "employees-at-least-200"]["way"] in ("steady", "falling")


def test_dates_that_say_nothing_over_time_are_an_error(folder: Path) -> None:
    for more, says in (
        (["--per", "month"], "--per says by what leads are told over time"),
        (["--created", "title"], "--created title: it has no dates of two weeks or more"),
    ):
        result = drift(folder, *more)
        assert result.exit_code == 2
        assert says in " ".join(result.stderr.split())


# --- in a browser ---------------------------------------------------------------------------------------------------

# What stands on the page as it is shown: put into a copy of it, never into the page itself.
MEASURE = """
<script>
addEventListener("load", () => {
  const box = one => one.getBoundingClientRect();
  const charts = [...document.querySelectorAll(".chart svg")];
  const focusable = [...document.querySelectorAll("a[href], summary, [tabindex]")];
  const reached = focusable.filter(one => { one.focus(); return document.activeElement === one; });
  const outside = charts.flatMap(svg => [...svg.querySelectorAll("text")].filter(text => {
    const [inner, outer] = [box(text), box(svg)];
    return text.textContent && (inner.left < outer.left - 4 || inner.right > outer.right + 30);
  }).map(text => text.textContent));
  const fills = new Set(charts.flatMap(svg => [...svg.querySelectorAll("path, rect")])
    .map(mark => getComputedStyle(mark).fill));
  const measured = {
    wide: document.documentElement.scrollWidth, window: innerWidth, charts: charts.length,
    small: charts.filter(svg => box(svg).width < 200 || box(svg).height < 40).length,
    outside, fills: [...fills], paper: getComputedStyle(document.body).backgroundColor,
    focusable: focusable.length, reached: reached.length,
    fetched: performance.getEntriesByType("resource").map(one => one.name),
  };
  const pre = document.createElement("pre");
  pre.id = "measured"; pre.textContent = JSON.stringify(measured); document.body.append(pre);
  parent.postMessage(pre.textContent, "*");
});
</script>
"""
# A window is at least 500 pixels wide; what is narrower stands in a frame, and says there what it measured.
FRAME = """
<body><iframe src="copy.html" style="width: {width}px; height: 900px"></iframe><script>
addEventListener("message", said => {{
  const pre = document.createElement("pre");
  pre.id = "measured"; pre.textContent = said.data; document.body.append(pre);
}});
</script></body>
"""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def shown(report: Path, folder: Path, *flags: str, width: int | None = None) -> dict[str, Any]:
    """The page in headless Chromium, measured; with `width` in a frame of so many pixels."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("no Chromium is installed")
    copy = folder / "copy.html"
    page = report.read_text(encoding="utf-8")
    copy.write_text(page.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
    if width is not None:
        (folder / "frame.html").write_text(FRAME.format(width=width), encoding="utf-8")
    page_shown = copy if width is None else folder / "frame.html"
    profile = f"--user-data-dir={folder / 'profile'}"
    done = subprocess.run(
        [browser, *FLAGS, profile, *flags, "--virtual-time-budget=5000", "--dump-dom", page_shown.as_uri()],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    found = re.search(r'<pre id="measured">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr[-2000:]
    measured: dict[str, Any] = json.loads(found[1])
    return measured


def test_in_a_browser_every_chart_is_drawn_and_every_link_and_table_is_reached_by_keyboard(
    report: Path, tmp_path: Path
) -> None:
    found = shown(report, tmp_path, "--window-size=1100,900", "--blink-settings=preferredColorScheme=1")
    assert found["charts"] >= 12
    assert found["small"] == 0
    assert found["outside"] == []
    assert found["fetched"] == []
    assert found["reached"] == found["focusable"] > 20
    assert found["wide"] <= found["window"]
    assert found["paper"] == "rgb(255, 255, 255)"
    assert "rgb(11, 99, 196)" in found["fills"]
    assert "rgb(0, 0, 0)" not in found["fills"], "a colour of the page is not known"


def test_in_the_dark_the_page_and_its_charts_are_dark(report: Path, tmp_path: Path) -> None:
    found = shown(report, tmp_path, "--window-size=1100,900", "--blink-settings=preferredColorScheme=0")
    assert found["paper"] == "rgb(13, 17, 23)"
    assert "rgb(88, 166, 255)" in found["fills"]
    assert "rgb(11, 99, 196)" not in found["fills"]


@pytest.mark.parametrize("width", [400, 360])
def test_on_a_phone_the_page_is_no_wider_than_the_screen(report: Path, tmp_path: Path, width: int) -> None:
    found = shown(report, tmp_path, "--window-size=500,900", width=width)
    assert found["window"] == width
    assert found["wide"] <= found["window"]
    assert found["small"] == 0
