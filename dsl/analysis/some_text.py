"""Texts that pass some tests and fail others: one is found, or it is shown that there is none.

Texts that are likely are tried first. Then the machines of all tests run side by side over all texts, shortest first; a
text at whose end all of them say what they should is the one that is looked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import eq

from scorelang.analysis.guessed_text import guessed
from scorelang.analysis.machines import DEAD, DONE, Machine, machine_of, passes
from scorelang.analysis.text_tests import BEFORE_DOMAIN, LONGEST, Test, UndecidedError, fits, includes
from scorelang.values import SPACES

# So many steps of machines are taken for one answer.
MOST_STEPS = 120_000


def found(
    wanted: Mapping[Test, bool], page: bool, never: frozenset[str] = frozenset(), steps: int = MOST_STEPS
) -> str | None:
    """A text that passes and fails tests as wanted and is none of `never`; None when there is none.

    Raises `UndecidedError` when that takes more than so many steps to find out.
    """
    return _found(frozenset(wanted.items()), page, never, steps)


@lru_cache(maxsize=20_000)
def _found(wanted: frozenset[tuple[Test, bool]], page: bool, never: frozenset[str], steps: int) -> str | None:
    def is_it(text: str) -> bool:
        return fits(text, page) and text not in never and all(passes(test, text) is want for test, want in wanted)

    finite = [test for test, want in wanted if want and test.finite]
    if finite:
        fewest = min(finite, key=lambda test: len(test.values))
        return next((text for text in sorted(fewest.values, key=lambda text: (len(text), text)) if is_it(text)), None)
    passed = [test for test, want in wanted if want]
    if any(test.number > LONGEST for test in passed):
        raise UndecidedError
    if any(includes(test, other) for test in passed for other, want in wanted if not want):
        return None
    hosts: list[frozenset[str]] = [test.values for test in passed if test.of_domain and test.how == "is"]
    if hosts:
        few = frozenset(host for host in min(hosts, key=len) if _may_end(host, wanted))
        if not few:
            return None
        hosts = [few]
        passed = [
            Test("is", few, of_domain=True),
            *(test for test in passed if not (test.of_domain and test.how == "is")),
        ]
    if hosts and all(test.of_domain for test, _ in wanted) and not page:
        smallest: frozenset[str] = min(hosts, key=lambda each: len(each))
        addresses = (BEFORE_DOMAIN + host for host in sorted(smallest, key=lambda host: (len(host), host)))
        return next((address for address in addresses if is_it(address)), None)
    failed = [test for test, want in wanted if not want]
    for text in guessed(passed, failed, page, careful=steps >= MOST_STEPS):
        if is_it(text):
            return text
    if never:
        failed.append(Test("is", never))
    return _lazily(passed, failed, page, steps)


def _may_end(host: str, wanted: Iterable[tuple[Test, bool]]) -> bool:
    """Whether an address with this domain could do what is wanted, as far as its domain and its end say."""
    for test, want in wanted:
        if test.of_domain and test.asks(host) is not want:
            return False
        ends = want and test.how == "ends with" and not test.of_domain
        if ends and not any(host.endswith(value) or value.endswith(host) for value in test.values):
            return False
    return True


def _lazily(passed: list[Test], failed: list[Test], page: bool, most: int) -> str | None:
    """A text that passes and fails tests. Those that it is to fail are looked at only when it passes them."""
    machines = [(machine_of(test), True) for test in passed]
    steps = [most]
    while True:
        text = _shortest(machines, page, steps)
        wrong = [test for test in failed if text is not None and passes(test, text)]
        if not wrong:
            return text
        machines += [(machine_of(test), False) for test in wrong]


def _shortest(machines: list[tuple[Machine, bool]], page: bool, left: list[int]) -> str | None:
    """A shortest text at whose end every machine says what it should. `left` has how many steps may yet be taken."""
    alphabet = _alphabet(machines, page)
    # Besides the machines' states: whether a value could end here.
    first = tuple(machine.start for machine, _ in machines)
    steps = [machine.step for machine, _ in machines]
    # The states after which no text does what a machine should say.
    lost = [DEAD if want else DONE for _, want in machines]
    queue = deque([(first, "")])
    seen = {(first, False, False)}
    while queue:
        states, text = queue.popleft()
        for char in alphabet:
            if not text and char in SPACES:
                continue
            left[0] -= max(1, len(machines))
            if left[0] < 0:
                raise UndecidedError
            moved = tuple([step(state, char) for step, state in zip(steps, states, strict=True)])
            if any(map(eq, moved, lost)):
                continue
            ends = char not in SPACES and not (page and char == "/" and text)
            key = (moved, ends, page and char == "/")
            if key in seen:
                continue
            seen.add(key)
            longer = text + char
            if ends and all(
                machine.passes(state) is want for state, (machine, want) in zip(moved, machines, strict=True)
            ):
                return longer
            queue.append((moved, longer))
    return None


def _alphabet(machines: list[tuple[Machine, bool]], page: bool) -> list[str]:
    """Every character that some machine looks at, and one of each sort that none does: letters, and signs."""
    named = frozenset().union(*(machine.chars for machine, _ in machines))
    letters = [*"xyzabcdefghijklmnopqrstuvw", *map(chr, range(0x3B1, 0x3C2)), *map(chr, range(0x4E00, 0x4F00))]
    signs = [*"-._,;:!+&()|~^$%=<>", *map(chr, range(0x2190, 0x2200))]
    others = [next(each for each in some if each not in named) for some in (letters, signs)]
    chars = sorted(named | ({"/"} if page else set()), key=lambda char: (not char.isalnum(), char))
    return [char for char in (others[0], *chars, others[1]) if not (page and char in "?#")]
