"""Which rules fired, as a text of hexadecimal digits: four rules a digit, in the order of the model's file.

A text, because every engine and format has one: CSV has no lists, and numbers of JSON lose digits beyond 2^53.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

OF_DIGIT = 4  # rules; the first is the highest bit of its digit


def bitmap_of(fired: Collection[str], rules: Sequence[str]) -> str:
    """The bitmap of those rules that fired; `rules` are the identities of all."""
    bits = "".join("1" if rule in fired else "0" for rule in rules)
    digits = -(-len(bits) // OF_DIGIT)
    return f"{int(bits.ljust(digits * OF_DIGIT, '0'), 2):0{digits}x}" if bits else ""


def rules_of_bitmap(bitmap: str, rules: Sequence[str]) -> tuple[str, ...]:
    """The identities of the rules that fired. Raises `ValueError` for what is no bitmap of so many rules."""
    digits = -(-len(rules) // OF_DIGIT)
    if len(bitmap) != digits or not set(bitmap) <= set("0123456789abcdef"):
        raise ValueError(f"{bitmap!r} is no bitmap of {len(rules)} rules, which has {digits} hexadecimal digits")
    bits = f"{int(bitmap or '0', 16):0{digits * OF_DIGIT}b}"
    if "1" in bits[len(rules) :]:
        raise ValueError(f"{bitmap!r} has more rules than the {len(rules)} that there are")
    return tuple(rule for rule, bit in zip(rules, bits, strict=False) if bit == "1")
