"""The settings of a project: `[tool.scorelang.lint]` in pyproject.toml, or `[lint]` in scorelang.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import translate
from pathlib import Path
from typing import Any, get_args

from attrs import Factory, frozen

from scorelang.diagnostics import ScorelangError, Severity
from scorelang.lint.logic.budget import USUAL_SECONDS
from scorelang.lint.rule import Rule, all_rules, named
from scorelang.suggest import closest, listed

# Where the settings stand in each file; of two files in one folder the first counts.
FILES: Mapping[str, tuple[str, ...]] = {"scorelang.toml": ("lint",), "pyproject.toml": ("tool", "scorelang", "lint")}
KEYS = ("select", "ignore", "severity", "per-file-ignores", "logic-seconds")
# A day: whoever wants more says `--deep`.
MOST_SECONDS = 86_400
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


class SettingsError(ScorelangError):
    """Settings that cannot be meant: the file, the key, what was found, what was expected."""


@frozen
class Settings:
    """Which rules run, how severe each is, and which are left out in which files (globs from `folder`).

    `seconds` is what the rules that ask what is true of every lead may take in a run.
    """

    select: tuple[str, ...] = ("default",)
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = Factory(dict)
    per_file: Mapping[str, tuple[str, ...]] = Factory(dict)
    seconds: float = USUAL_SECONDS
    folder: Path | None = None

    def rules_for(self, path: Path | None) -> tuple[type[Rule], ...]:
        """The rules that run on a file."""
        out = {rule.name for rule in named(self.ignore)}
        for glob, words in self.per_file.items():
            if path is not None and self.folder is not None and _fits(glob, path, self.folder):
                out |= {rule.name for rule in named(words)}
        return tuple(rule for rule in named(self.select) if rule.name not in out)


def settings_for(path: Path) -> Settings:
    """The settings of the nearest folder above a file that has any. Raises `SettingsError`."""
    return _nearest(path.absolute().parent)


def _nearest(folder: Path) -> Settings:
    for name in FILES:
        file = folder / name
        if file.is_file():
            found = _read(file, must=False)
            if found is not None:
                return found
    return Settings() if folder.parent == folder else _nearest(folder.parent)


def read_settings(path: Path) -> Settings:
    """The settings in one file, whatever it is called. Raises `SettingsError` where it has none, or wrong ones."""
    found = _read(path, must=True)
    assert found is not None
    return found


def _read(path: Path, *, must: bool) -> Settings | None:
    import tomllib

    try:
        table: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if not must and path.name == "pyproject.toml":
            return None  # other tools complain of it, and it may have nothing for this one
        raise SettingsError(f"{path}: this is not TOML: {error}") from None
    places = [FILES[path.name]] if path.name in FILES else list(FILES.values())
    for place in places:
        found = table
        for key in place:
            found = found.get(key) if isinstance(found, dict) else None
        if found is not None:
            return _Reading(path, ".".join(place)).settings(found)
    if must:
        raise SettingsError(f"{path}: there is no {' or '.join(f'[{chr(46).join(place)}]' for place in places)} in it")
    return None


@frozen
class _Reading:
    """Reads one table, and says what is wrong with it."""

    path: Path
    table: str

    def settings(self, found: object) -> Settings:
        if not isinstance(found, dict):
            raise self.wrong("", found, f"a table: [{self.table}]")
        for key in found:
            if key not in KEYS:
                near = closest(key, KEYS)
                hint = f"did this mean `{near}`?" if near else f"keys: {listed(KEYS)}"
                raise SettingsError(f"{self.path}: [{self.table}] has no key `{key}`; {hint}")
        severity = self.table_of(found, "severity")
        for name, value in severity.items():
            self.known(f"severity.{name}", (name,))
            if value not in SEVERITIES:
                raise self.wrong(f"severity.{name}", value, f"one of {listed(SEVERITIES)}")
        return Settings(
            select=self.words(found.get("select", ["default"]), "select"),
            ignore=self.words(found.get("ignore", []), "ignore"),
            severity={rule.name: value for name, value in severity.items() for rule in named([name])},
            per_file={
                glob: self.words(words, f"per-file-ignores.{glob}")
                for glob, words in self.table_of(found, "per-file-ignores").items()
            },
            seconds=self.seconds(found.get("logic-seconds", USUAL_SECONDS)),
            folder=self.path.absolute().parent,
        )

    def seconds(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MOST_SECONDS:
            raise self.wrong("logic-seconds", value, f"a number of seconds, more than 0 and at most {MOST_SECONDS:,}")
        return float(value)

    def table_of(self, found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = found.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, value, f"a table: [{self.table}.{key}]")
        return value

    def words(self, value: object, key: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.wrong(key, value, 'a list of rules, such as ["default", "rule-without-reason"]')
        self.known(key, value)
        return tuple(value)

    def known(self, key: str, words: Sequence[str]) -> None:
        try:
            named(words)
        except KeyError as error:
            raise SettingsError(f"{self.path}: {self.table}.{key}: {unknown(error.args[0])}") from None

    def wrong(self, key: str, value: object, expected: str) -> SettingsError:
        place = f"{self.table}.{key}" if key else self.table
        return SettingsError(f"{self.path}: {place} is {value!r}; expected {expected}")


def unknown(word: str) -> str:
    """What to say of a word that means no rule."""
    near = closest(word, [*all_rules(), "all", "default"])
    hint = f"did this mean `{near}`?" if near else "`scorelang lint --explain all` lists the rules"
    return f"no lint rule is called `{word}`; {hint}"


def _fits(glob: str, path: Path, folder: Path) -> bool:
    """Whether a path is one that a glob means: from the settings' folder; without a `/` in it, by its name alone."""
    try:
        relative = path.absolute().relative_to(folder).as_posix()
    except ValueError:
        return False
    # `**/` means no folder too.
    globs = {glob, glob.replace("/**/", "/"), glob.removeprefix("**/")}
    return any(re.match(translate(one), relative if "/" in one else path.name) for one in globs)
