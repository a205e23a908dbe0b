"""What `scorelang bounds` does: what a model can come to at all."""

from __future__ import annotations

from collections.abc import Sequence

from scorelang.cli.console import note, show
from scorelang.cli.errors import FINE, CommandError
from scorelang.cli.models import called
from scorelang.cli.outputs import check_reports, outputs_of
from scorelang.cli.proving import model_with
from scorelang.cli.reporting import coloured
from scorelang.data import open_text_output

FORMATS = ("pretty", "json")


def show_bounds(
    path: str, given: Sequence[str], timeout: float, formats: Sequence[str], output: str | None, *, tests: bool
) -> int:
    """Find out the bounds of a model and show them; return the exit code. Raises what `exit_code` has words for."""
    from scorelang.analysis.as_text import NO_LEAD
    from scorelang.analysis.bounds import NoLeadError, bounds
    from scorelang.analysis.extra import MISSING, is_installed

    outputs = outputs_of(formats, output, FORMATS, "json=bounds.json")
    check_reports([path_ for _, path_ in outputs], [path])
    model, conditions = model_with(path, given, "--given")
    try:
        found = bounds(model, timeout, conditions, simple=tests)
    except NoLeadError:
        raise CommandError(
            f"--given: no lead can be so: {' and '.join(given)}", "leave one of these conditions out"
        ) from None
    if not found.decided and found.late:
        note(f"not everything was found out in {timeout:g} seconds; --timeout gives it longer")
        if not found.exact and not is_installed():
            note(MISSING)
    elif not found.decided:
        note(f"not everything can be found out: {NO_LEAD} that shows it; more time does not help")
    from scorelang.analysis.bounds_text import as_json, styled

    for format_, path_ in outputs:
        if format_ == "json":
            text = as_json(called(path), model, found, given, tests=tests)
        else:
            segments = styled(model, found, tests=tests)
            text = coloured(segments) if path_ is None else "".join(each for each, _ in segments).rstrip("\n")
        if path_ is None:
            show(text)
        else:
            with open_text_output(path_) as out:
                out.write(text + "\n")
    return FINE
