"""What a field tells of a person that nobody may be treated unequally for, known by its name or its column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

# Article 21 of the Charter of Fundamental Rights of the European Union, and the US Equal Credit Opportunity Act
# (15 U.S.C. 1691), with words that tell the same: in English, and in the languages of the standard library's titles
# (German, French, Spanish, Italian, Dutch), without accents.
TOLD_BY = {
    "age": """
        agegroup ageband agerange birth birthday birthdate birthyear bday dateofbirth dob yob yearofbirth
        geburtsdatum geburtsjahr geburtstag altersgruppe altersklasse lebensalter naissance nacimiento nascita
        geboortedatum""",
    "gender": """
        gender genderidentity sex pronoun pronouns pregnant pregnancy maternity transgender geschlecht schwanger
        schwangerschaft sexe enceinte sexo genero embarazada sesso geslacht""",
    "ethnicity": """
        racial ethnicity ethnic ethnicgroup nationality nationalities nationalorigin placeofbirth skincolor
        skincolour citizenship ancestry hispanic caste birthplace ethnie ethnisch ethnische hautfarbe geburtsort
        nationalitat nationalitaet staatsangehorigkeit staatsangehoerigkeit nationalite nacionalidad raza etnia
        nazionalita razza nationaliteit""",
    "religion": """
        religion religions religious konfession religionszugehorigkeit religionszugehoerigkeit religieux religieuse
        religiosa religioso religione religie""",
    "disability": """
        disability disabilities handicap handicapped handicape handicapee wheelchair behinderung behindert
        schwerbehindert schwerbehinderung discapacidad discapacitado discapacitada disabilita""",
    "marital status": """
        marital maritalstatus married unmarried spouse divorced widowed widow widower familienstand ehestand verheiratet
        geschieden verwitwet casado casada soltero soltera matrimonial""",
    "sexual orientation": "sexual lgbt lgbtq",
}  # fmt: skip
PHRASES = {
    "ethnicity": ("national origin", "place of birth", "ethnische herkunft"),
    "marital status": (
        "civil status",
        "etat civil",
        "situation familiale",
        "estado civil",
        "stato civile",
        "burgerlijke staat",
    ),
}
# These are as often about things (`session_age`, `race_results`, `disabled_features`): they tell of a person alone,
# or when nothing but the words below stands beside them.
OFTEN_OF_THINGS = {
    "age": "age", "ages": "age", "aged": "age", "alter": "age", "edad": "age", "leeftijd": "age",
    "female": "gender", "male": "gender", "weiblich": "gender",
    "race": "ethnicity", "skin": "ethnicity", "faith": "religion", "disabled": "disability",
    "genetic": "genetic features",
}  # fmt: skip
OF_PEOPLE = """
adult applicant applicants buyer buyers candidate candidates child children citizen client clients consumer
consumers contact contacts customer customers donor donors driver drivers employee employees founder founders
guest guests holder insured member members owner owners parent partner patient patients people person personal
persons policyholder prospect prospects pupil pupils resident residents respondent student students subscriber
subscribers user users visitor visitors worker workers her his is my their alumno alumnos bewerber cliente
clientes estudiante etudiant klant kunde kunden kundin at band bands bracket brackets bucket buckets class code
cohort color colour current exact group groups in of range ranges reported segment self signup stated value year
years yr yrs ans anos d de del der des grupo gruppe jahre jahren rango tranche
"""
# The age of one of these is mostly that of an account, in months or days: it is a person's beside a word of `SPANS`.
ACCOUNTS = "customer customers client clients"
SPANS = "years year yrs yr group groups band bands bracket brackets range ranges person personal"
# What such a word says beside one of these is of no person: `domain_birth`, `birthday_campaign_opens`, `golf_handicap`.
THINGS = """
account campaign campaigns card club company coupon coupons discount domain email emails firm fund gift golf goods
insurance lens mail mails newsletter offer offers product promo promotion shop site store voucher vouchers website
empresa entreprise firma unternehmen
"""
# Words of a script that puts no spaces between them.
JAPANESE = {
    "年齢": "age", "生年月日": "age", "性別": "gender", "妊娠": "gender", "国籍": "ethnicity", "人種": "ethnicity",
    "民族": "ethnicity", "宗教": "religion", "障がい": "disability", "障害者": "disability", "婚姻": "marital status",
    "既婚": "marital status", "配偶者": "marital status",
}  # fmt: skip
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def told_by(*names: str) -> str | None:
    """What of a person a field of these names tells (`age`, `gender`, …); None for one that is not protected.

    `names` are the field's own and its column's: one that says of what thing the age is clears one that is only `age`.
    """
    sure = next((what for name in names if (what := _for_sure(name)) is not None), None)
    in_names = [words for words in map(_words_of, names) if not OFTEN_OF_THINGS.keys().isdisjoint(words)]
    if sure is not None or not all(map(_is_of_people, in_names)) or _is_of_account(names):
        return sure
    return next((OFTEN_OF_THINGS[word] for words in in_names for word in words if word in OFTEN_OF_THINGS), None)


def _for_sure(name: str) -> str | None:
    """What a name tells by a word that is of people alone."""
    for part, what in JAPANESE.items():
        if part in name:
            return what
    words = _words_of(name)
    if not _set(THINGS).isdisjoint(words):
        return None
    return _by_phrase(words) or next((_words()[word] for word in words if word in _words()), None)


def _is_of_people(words: list[str]) -> bool:
    """Whether nothing but words for people and units stands beside one that is often of things."""
    return all(word in OFTEN_OF_THINGS or word in _set(OF_PEOPLE) for word in words)


def _is_of_account(names: Iterable[str]) -> bool:
    """Whether names speak of the age of a customer, and none of them of years or groups."""
    words = [word for name in names for word in _words_of(name)]
    return "age" in words and not _set(ACCOUNTS).isdisjoint(words) and _set(SPANS).isdisjoint(words)


def _words_of(name: str) -> list[str]:
    return [word.lower() for word in WORD.findall(_plain(name))]


@cache
def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


@cache
def _words() -> dict[str, str]:
    return {word: what for what, words in TOLD_BY.items() for word in words.split()}


def _by_phrase(words: list[str]) -> str | None:
    said = f" {' '.join(words)} "
    return next((what for what, phrases in PHRASES.items() for one in phrases if f" {one} " in said), None)


def _plain(name: str) -> str:
    """A name without accents: `âge` as `age`."""
    parts = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    return "".join(one for one in parts if not unicodedata.combining(one))
