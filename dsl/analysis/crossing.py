"""Leads made of two that are known: they often show what is left open by formulas, which say less than models do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random

from attrs import evolve

from scorelang.leads import Facts

# So many are made at most, of no more events each.
MOST = 2_000
MOST_EVENTS = 60


def crossed(known: Sequence[Facts], telling: Callable[[Facts], bool]) -> Iterator[Facts]:
    """Leads, each made of one that is `telling`, as it may be itself for the next, and of any other."""
    random, known = Random(0), [facts for facts in known if len(facts.events) <= MOST_EVENTS]
    parents = [facts for facts in known if telling(facts)]
    for _ in range(MOST if parents else 0):
        facts = _cross(_one_of(parents, random), _one_of(known, random), random)
        if telling(facts):
            parents.append(facts)
        yield facts


def _one_of(leads: Sequence[Facts], random: Random) -> Facts:
    return leads[int(random.random() * len(leads))]


def _cross(one: Facts, other: Facts, random: Random) -> Facts:
    """Fields of either, and the events of both where these are not very many."""
    fields = {name: value if random.random() < 0.5 else other.fields.get(name) for name, value in one.fields.items()}
    events = (*one.events, *other.events_at(one.as_of))
    return evolve(one, fields=fields, events=events if len(events) <= MOST_EVENTS else one.events)
