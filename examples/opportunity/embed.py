"""Score an opportunity inside a program, as a CRM's web hook would.

python examples/opportunity/embed.py
"""

from pathlib import Path

import scorelang

# Load the model once. It is immutable: all threads may share it.
model = scorelang.load(Path(__file__).with_name("opportunity.score"))

# A lead is any mapping, or an object with attributes; its events may come with it.
opportunity = {
    "opportunity": "O-201",
    "vertical": "Retail",
    "product_fit": "ideal",
    "specification": True,
    "funded": None,
    "events": [
        {"type": "demo", "at": "2026-06-12T10:00:00Z", "kind": "1:1"},
        {"type": "meeting", "at": "2026-06-25T14:00:00Z", "role": "decision maker"},
        {"type": "references", "at": "2026-07-02T09:00:00Z", "step": "requested"},
    ],
}

# What happened after `as_of` does not count: the references were requested in July.
result = model.score(opportunity, as_of="2026-06-30")

print(f"{result.id}: {result.score:g} points, stage {result.stage}. {result.route}.")
for fired in result.fired:
    print(f"  {fired.points:+g}  {fired.rule}")
for gate in result.blocked_by:
    print(f"  blocked: {gate.because} ({gate.was})")

try:
    model.score({"opportunity": "O-202", "funded": "maybe"})
except scorelang.LeadError as error:
    print(f"O-202: {error}")
