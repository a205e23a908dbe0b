"""Words in which a shorter one may hide: those of job titles, industries and messages."""

from __future__ import annotations

import re
from functools import cache

from scorelang import stdlib
from scorelang.values import fold

# Common English words of job titles, departments, industries, companies and what people write to a company. Collected
# by hand, to stand beside the title lists of the standard library: only whole words that nobody would take for a form
# of the shorter word in them.
COMMON = """
academic acceptance access accessories account accountant accounting accounts achievement acquisition action active
activities actor administration administrative administrator adoption advance advertising advisor advisory aerospace
affairs agency agent agreement agriculture airline airport alliance allocation ambassador america american analysis
analyst analytics animation answer apartment apparel applicant application appointment apprentice approval architect
architecture area around article artificial artist asset assignment assistance assistant associate association assurance
attorney auction audience audio audit auditor author authority automation automotive available award background
bakery balance banker banking barrister basic beauty benefits beverage bicycle bilingual billing biology board booking
bookkeeper brand breakfast broadcast broker budget builder building business buyer calculator calendar campaign
campus candidate capability capacity capital captain care career cargo carpenter cashier catalogue catering central
certificate certification challenge champion change channel charge charity chemical chemist chemistry children china
church circle citizen civil claims classic cleaning clerk client climate clinic clinical clothing cloud coach
collaboration collection college commerce commercial commission committee commodity communication communications
community company comparison compensation competition complaint compliance component computer concept concierge
conference connection conservation consultant consulting consumer contact content contest contract contractor
contribution control controller cook cooking cooperation coordination coordinator copywriter corporate corporation
correspondent cosmetics council counselor country courier course court craft creative creator credit crew critical
crop culture curator customer cyber dairy database dealer dean debt decision decorator defense delivery demand
democracy demographic dental dentist department deployment deputy design designer desk detective developer development
device diagnostic dietitian digital diploma diplomat direction director directory disclosure discount discovery
discussion dispatcher distribution distributor district diversity division doctor document documentation domain
domestic donation download driver drug economics economist economy ecosystem editor editorial education educator
efficiency electric electrical electrician electronics elementary embassy emergency employee employer employment energy
enforcement engagement engine engineer engineering enterprise entertainment entrepreneur environment environmental
equipment equity estate estimator europe european evaluation event examination example excellence exchange executive
exhibition expansion experience experiment expert explanation export extension external fabric facilities facility
factory faculty farmer fashion federal feedback fiction field film finance financial fintech fire fitness fleet florist
food foreign forest foundation founder franchise free freelance freight friend fulfillment function fundraising
furniture future gallery game gardener garment general geography global goods government graduate grant graphic grocery
ground group growth guidance hardware harvest head headquarters health healthcare heating heritage higher hiring history
holiday home homework hospital hospitality hotel household housing human hygiene identity illustration implementation
import improvement incident include income incubator independent index india individual industrial industry information
infrastructure initiative innovation inspection inspector installation institute institution instruction instructor
instrument insurance integration intelligence interaction interest interface interior intermediate internal
international internet interpreter interview inventory investigation investigator investment investor invoice italy
janitor jewelry journal journalist judge junior justice kitchen knowledge laboratory landscape language latest launch
laundry lawyer leader leadership learning leasing lecturer legal legislation leisure lending liaison library license
lifestyle lighting line literature loan local logistics luxury machine machinery macro magazine mail maintenance
management manager manufacturer manufacturing marine maritime market marketing marketplace master material mathematics
mechanic mechanical media mediation medical medicine member membership merchandise merchant metal microsoft midwife
military mining minister mobile mobility model modeling monitoring mortgage motor museum music musician national
natural navigation negotiation network networking news newspaper nonprofit notary nurse nursing nutrition observation
occupational office officer oncology online operation operations operator optical optimization option orchestra order
organic organization organizer outdoor outsourcing owner packaging painter paper paralegal paramedic parent partner
partnership patent patient payment payroll pension people performance permanent personal personnel petroleum pharmacist
pharmacy philosophy phone photographer photography physical physician physics pilot pipeline planner planning plant
plastics platform plumber podcast police policy political politics portfolio position postal potential power practice
practitioner precious president prevention pricing principal printing private process processing procurement producer
product production productivity professional professor program programmer progress project promotion property proposal
protection provider province psychologist public publication publicist publisher publishing purchase purchasing quality
quantitative question railway rapporteur reception receptionist recipe recovery recreation recruiter recruitment
recycling redirect referral refining reform region registration regulation regulatory rehabilitation relation relations
relationship relocation renewable rental repair report reporter representative republic research researcher reservation
resident resource resources response restaurant retail retention retirement revenge revenue review risk robotics routing
safety salesforce sample satisfaction school science scientist secretary sector security segment selection semiconductor
seminar senior service services settlement shareholder shipping shop social society software solar solicitor solution
solutions source spacious special specialist sponsor sport sports staff standard start startup state station statistics
steward storage store strategic strategist strategy structure student studio subscription success supervisor supplier
supply support surgeon surgery surveyor sustainability switchboard system systems talent taxation teacher teaching team
technical technician technology telecom telecommunications telephone television temperature template tenant territory
textile theatre therapist therapy ticket tobacco tourism trade trader traffic trainer training transaction transcript
transfer transformation transit translation translator transport transportation travel treasurer treasury treatment
trust tutor undergraduate underwriter union university update upgrade urban usage utilities utility vacation vaccine
validation valuation value vehicle vendor venture verification veterinary video village visitor visual voice volunteer
warehouse warranty waste water wealth website wedding welfare wellness wholesale wildlife window wireless workflow
workforce workplace workshop writer writing
"""

# A word that begins a longer one, and has nothing to do with it. A longer word that begins otherwise needs no table.
BEGINNINGS = {
    "ad": ("administrator", "advisor"),
    "art": ("article", "artificial"),
    "camp": ("campaign", "campus"),
    "car": ("career", "cargo", "carpenter"),
    "intern": ("internal", "international", "internet"),
    "just": ("justice",),
    "pat": ("patent", "patient"),
    "port": ("portfolio",),
    "pro": ("procurement", "product"),
    "sec": ("sector",),
    "temp": ("temperature", "template"),
}

# What may stand before a word of three letters or more in a word that means one of its kind: "fintech", "codirector".
KINDS_OF = """
ad agri agro bio clean co deep dev e ed en fin foot free hard health home in insur legal mar med micro multi nano neo
non prop pre re reg rev sec self semi soft sub super team tera under up vice web
"""
# What may stand before a word of five letters or more in any form of it: "telemarketing", "subcontractor".
BEFORE_ANY = "anti bio co inter micro mid multi non post pre self semi sub super tele under vice"
# What may follow it there.
ENDINGS = ("", "s", "es", "in", "innen")
WORD = re.compile(r"[^\W\d_]+")


@cache
def longer_words() -> tuple[str, ...]:
    """All those words, folded: common ones that stand in titles, then the other common ones, then titles."""
    common = {fold(word) for word in COMMON.split()}
    titles = {fold(word) for word in _title_words()}
    return tuple(sorted(common | titles, key=lambda word: (word not in common, word not in titles, len(word), word)))


def _title_words() -> frozenset[str]:
    text = stdlib.read("std/titles") or ""
    return frozenset(word for quoted in re.findall(r'"([^"]*)"', text) for word in WORD.findall(quoted))


@cache
def acronyms() -> frozenset[str]:
    """The acronyms among the titles of the standard library, folded."""
    return frozenset(fold(word) for word in _title_words() if 2 <= len(word) <= 4 and word.isupper())


def hides_in(part: str, *, is_acronym: bool = False) -> tuple[str, ...]:
    """The words that hold a part and mean something else: "cto" is in "director".

    `part` is folded; one that is more than a single word hides in none. A word that begins with the part is a form of
    it ("engineer", "engineering"), unless `BEGINNINGS` says otherwise or the part is an acronym ("coo", "cook"), typed
    as one or known as a title. One that ends with a part of three letters or more may be a kind of it ("fintech"), and
    with five it is one ("teamleiter"), as is one whose end is a word that begins with it ("manag", "teammanager"), and
    a longer acronym ("VP", "SVP").
    """
    if not WORD.fullmatch(part):
        return ()
    is_acronym = is_acronym or part in acronyms()
    words = (word for word in longer_words() if part in word and word not in acronyms())
    return tuple(word for word in words if _is_other(part, word, is_acronym))


def _is_other(part: str, word: str, is_acronym: bool) -> bool:
    if word.startswith(part):
        rest = word[len(part) :]
        return word in BEGINNINGS.get(part, ()) or (is_acronym and rest not in ENDINGS)
    at = word.find(part)
    before, after = word[:at], word[at + len(part) :]
    if len(part) >= 5 and before in BEFORE_ANY.split():
        return False
    if len(part) >= 5 and word[at:] in longer_words():
        return False  # "teammanager" is a "manager"
    is_kind = len(part) >= 5 or (len(part) >= 3 and before in KINDS_OF.split())
    return not (is_kind and after in ENDINGS)
