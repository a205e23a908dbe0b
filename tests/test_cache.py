"""What is kept of long files is what would be made of them anew, and is made anew as soon as anything changed."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest

import scorelang
from scorelang import cache
from scorelang.check import check_file, check_once, check_source
from scorelang.diagnostics import Diagnostics
from scorelang.format import format_text
from scorelang.nodes import File
from scorelang.parse import parse
from scorelang.source import Source, source_of

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
LONG = 'model "Long"\n\n' + "".join(
    f'if title contains "word {number}" then +{number % 9 + 1}\n' for number in range(600)
)


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what is kept, in which nothing is too short to keep."""
    folder = tmp_path / "kept"
    monkeypatch.setenv("SCORELANG_CACHE", str(folder))
    monkeypatch.setattr("scorelang.check.kept.WORTH", 0)
    return folder


def checked(kept: Path) -> list[Path]:
    return sorted(kept.glob("checked-*"))


def said(thing: object) -> object:
    """All that a model holds; what is in no order, in one."""
    if isinstance(thing, set | frozenset):
        return sorted(map(repr, thing))
    if isinstance(thing, tuple | list):
        return [said(part) for part in thing]
    if isinstance(thing, Mapping):
        return {key: said(value) for key, value in thing.items()}
    if attrs.has(type(thing)):
        return [type(thing), *(said(getattr(thing, part.name)) for part in attrs.fields(type(thing)))]
    return repr(thing)


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.score")), ids=lambda path: path.name)
def test_a_model_that_was_kept_is_the_model_that_would_be_made(path: Path, kept: Path) -> None:
    source = source_of(path.name, path.read_text("utf-8"))
    fresh = check_source(source, path.parent, Diagnostics())
    first, again = (check_once(source, path.parent, Diagnostics()) for _ in range(2))
    assert len(checked(kept)) == 1
    assert first[0]() is not again[0]()
    assert first[0]() == again[0]()
    assert said(first[1]) == said(again[1]) == said(fresh)


def test_a_kept_model_scores_and_explains_as_ever(kept: Path) -> None:
    lead = {"title": "word 7, word 15"}
    fresh, again = scorelang.loads(LONG), scorelang.loads(LONG)
    assert len(checked(kept)) == 1
    day = "2026-11-22"
    assert again.score(lead, as_of=day).to_dict() == fresh.score(lead, as_of=day).to_dict()
    assert str(again.explain(lead, as_of=day)) == str(fresh.explain(lead, as_of=day))


@pytest.mark.parametrize("changed", ["names.csv", "more.score"])
def test_a_model_is_checked_again_when_a_file_it_uses_changed(changed: str, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("CEO\n")
    (tmp_path / "more.score").write_text('list chiefs from "names.csv"\nlist heads = ["Head of IT"]\n')
    (tmp_path / "a.score").write_text(
        'model "A"\nuse chiefs, heads from "more.score"\nif title in chiefs then +1\nif title in heads then +2\n'
    )
    lead = {"title": "CTO"}
    assert [scorelang.load(tmp_path / "a.score").score(lead).score for _ in range(2)] == [0, 0]
    text = (tmp_path / changed).read_text()
    (tmp_path / changed).write_text(text.replace("CEO", "CTO").replace("Head of IT", "CTO"))
    assert scorelang.load(tmp_path / "a.score").score(lead).score == (1 if changed == "names.csv" else 2)


def test_a_model_whose_file_is_gone_is_an_error_although_it_was_kept(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("CEO\n")
    (tmp_path / "a.score").write_text('model "A"\nlist chiefs from "names.csv"\nif title in chiefs then +1\n')
    scorelang.load(tmp_path / "a.score")
    (tmp_path / "names.csv").unlink()
    with pytest.raises(scorelang.ModelError, match=r"names\.csv"):
        scorelang.load(tmp_path / "a.score")


def test_a_file_with_mistakes_is_not_kept(kept: Path) -> None:
    for _ in range(2):
        with pytest.raises(scorelang.ModelError):
            scorelang.loads("if title is CEO then +1\n")
    assert checked(kept) == []


@pytest.mark.parametrize("instead", [b"", b"not a pickle", pickle.dumps("another thing")])
def test_what_cannot_be_read_back_is_made_again(instead: bytes, kept: Path) -> None:
    scorelang.loads(LONG)
    (file,) = checked(kept)
    file.write_bytes(instead)
    assert scorelang.loads(LONG).score({"title": "word 7"}).score == 8


def test_nothing_is_kept_by_another_state_of_scorelang(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scorelang.loads(LONG)
    monkeypatch.setattr(cache, "_maker", lambda: "another")
    scorelang.loads(LONG)
    assert len(checked(kept)) == 2


def test_only_the_newest_are_kept(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    for number in range(5):
        scorelang.loads(f"if title is known then +{number + 1}\n")
    assert len(checked(kept)) == 3


def test_short_files_are_not_kept(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scorelang.check.kept.WORTH", cache.WORTH)
    scorelang.loads("if title is known then +1\n")
    assert checked(kept) == []


@pytest.mark.parametrize("where", ["", "/dev/null/none"])
def test_models_load_where_nothing_can_be_kept(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORELANG_CACHE", where)
    assert scorelang.loads(LONG).score({"title": "word 7"}).score == 8


def test_a_long_text_in_the_one_layout_is_known_to_be(kept: Path) -> None:
    formatted = format_text(LONG)
    assert len(formatted) > cache.WORTH
    assert format_text(formatted) == formatted
    assert len(list(kept.glob("formatted-*"))) == 1
    assert format_text(formatted) == formatted
    assert format_text(formatted.replace(" then ", "  then ", 1)) == formatted


def test_a_file_of_several_models_is_read_once_as_long_as_its_nodes_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(source: Source, found: Diagnostics) -> File:
        read.append(source.text)
        return parse(source, found)

    monkeypatch.setattr("scorelang.parse.parse", counted)

    def nodes(text: str) -> File:
        return check_file(source_of("a.score", text), None, Diagnostics())[0]

    one, wrong = "if a then +1\n", "if a then\n"
    held = nodes(one)
    assert nodes(one) is held
    del held
    gc.collect()
    nodes(one)
    assert read.count(one) == 2
    assert nodes(wrong) is not nodes(wrong)
    assert read.count(wrong) == 2


def test_files_of_one_text_in_two_folders_of_a_model_have_lists_of_their_own(tmp_path: Path) -> None:
    text = 'list chiefs from "names.csv"\ndefine first as title in chiefs\ndefine second as title in chiefs\n'
    for folder, name in (("one", "CEO"), ("two", "CTO")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "lists.score").write_text(text)
        (tmp_path / folder / "names.csv").write_text(f"{name}\n")
    model = 'use first from "one/lists.score"\nuse second from "two/lists.score"\n'
    (tmp_path / "a.score").write_text(f"{model}if first then +1\nif second then +2\n")
    loaded = scorelang.load(tmp_path / "a.score")
    assert [loaded.score({"title": title}).score for title in ("CEO", "CTO")] == [1, 2]


@attrs.frozen
class One:
    """A class with one value."""

    value: int


@attrs.frozen
class Named:
    """A class one of whose values has to be named."""

    value: int
    place: One = attrs.field(default=One(0), kw_only=True)


@attrs.frozen
class Derived:
    """A class that works something out, and one whose values are not what it is called with."""

    value: int = attrs.field(converter=abs)
    double: int = attrs.field(init=False)

    @double.default
    def _double(self) -> int:
        return self.value * 2


@attrs.define
class Counted:
    """A class whose objects change, and count how often they are made."""

    value: int
    made: int = 0

    def __attrs_post_init__(self) -> None:
        self.made += 1


@attrs.frozen
class Own:
    """A class that says itself how it is pickled."""

    value: int
    other: int = attrs.field(default=1, eq=False)

    def __reduce__(self) -> tuple[object, ...]:
        return Own, (self.value, 7)


@pytest.mark.parametrize(
    "thing", [One(1), Named(1, place=One(2)), Derived(-3), Counted(4), Own(5), {"a": (One(6), [Named(7)])}], ids=str
)
def test_objects_of_any_class_are_kept_as_they_are(thing: object) -> None:
    cache.keep("odd", "text", thing)
    assert cache.recall("odd", "text") == thing


def test_what_is_one_object_is_kept_as_one() -> None:
    one = Named(1)
    cache.keep("odd", "text", (one, [one]))
    first, (second,) = cache.recall("odd", "text")  # type: ignore[misc]
    assert first is second


def test_a_class_that_says_how_it_is_pickled_is_listened_to() -> None:
    cache.keep("odd", "text", Own(5, 2))
    assert cache.recall("odd", "text").other == 7  # type: ignore[attr-defined]
