"""Hypothesis strategies for whole models, and for the leads, events and times that reach their conditions both ways.

`models.models()` gives model texts over the whole grammar; `leads.histories(model)` gives, for any checked model, leads
with events and an `as_of` made from the model's own constants and boundaries. Neither knows anything of an engine.
`SCORELANG_HYPOTHESIS=deep` in the environment runs twenty times the examples; any whole number runs so many times.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_PROFILES = {"": 1, "default": 1, "deep": 20}


def _times() -> int:
    said = os.environ.get("SCORELANG_HYPOTHESIS", "")
    return _PROFILES[said] if said in _PROFILES else int(said)


def examples(number: int) -> settings:
    """Settings for a property: on how many examples it is tried (a deeper profile multiplies that).

    A failure prints how to repeat it. A whole model is a large example and takes its time to make, which says nothing
    about the property; without the phase that looks for lines that failures have in common, shrinking takes less.
    """
    return settings(
        max_examples=number * _times(),
        deadline=None,
        print_blob=True,
        phases=[phase for phase in Phase if phase is not Phase.explain],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
