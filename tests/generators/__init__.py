"""Hypothesis strategies for whole models, and for the leads, events and times that reach their conditions both ways.

`models.models()` gives model texts over the whole grammar; `leads.histories(model)` gives, for any checked model, leads
with events and an `as_of` made from the model's own constants and boundaries. Neither knows anything of an engine.
`SCORELANG_HYPOTHESIS=deep` in the environment runs twenty times the examples; any whole number runs so many times.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

_PROFILES = {"": 1, "default": 1, "deep": 20}


def _times() -> int:
    said = os.environ.get("SCORELANG_HYPOTHESIS", "")
    return _PROFILES[said] if said in _PROFILES else int(said)


def examples(number: int, **more: Any) -> settings:
    """Settings for a property that is tried on so many examples (more in a deeper profile), and prints how to repeat a failure.

    A whole model is a large example, and how long one takes to make says nothing about the property.
    """
    return settings(
        max_examples=number * _times(),
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
        **more,
    )
