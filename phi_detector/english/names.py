# ruff: noqa: E501 - a pattern is read best as one line
"""Names of people: behind titles, labels and relatives, before credentials, in registers, and by lists of names."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english import eponyms, listed_names, words
from phi_detector.english.capitals import NAME_WORD, NOT_NAMES, UPPER, is_name_like, name_end
from phi_detector.labelled_pattern import LabelledPattern, Words
from phi_detector.recogniser import Candidate

_TITLE = LabelledPattern(
    r"Dr|Drs|Mr|Mrs|Ms|Mx|Miss|Prof|Professor|Rev|Reverend|Fr(?=\.)|Father|Sr|Sister|Br|Pastor|Rabbi|Imam|Sgt|Sergeant|Capt|Captain|Lt|Lieutenant|Col|"
    r"Colonel|Maj|Major|Gen|Cpl|Pvt|Officer|Ofc|Ofcr|Deputy|Trooper|Chaplain|Deacon|Coach|Principal|Paramedic|Detective|Judge|Hon|Nurse|Doctor|Madam|Sir|Dame|Lord|Lady|Don|Doña|Sra|Sr(?=[.])|Herr|Frau|Mme|Dra|"
    r"DR|MR|MRS|MS|MISS|PROF|REV",
    r"(?:\.[ ]{0,2}|[ ]{1,3})(?:(?:and|&)[ ](?:Mrs|Mr|Dr)\.?[ ]{1,2})?",
    before=r"(?<!\w)",
    whole=True,
    cased=True,
)
_LABEL = LabelledPattern(
    r"(?:(?:patient|pt|client|member|subscriber|resident|legal|full|last|first|middle|maiden|family|given|preferred|mother'?s?|father'?s?|guardian|provider|"
    r"physician|doctor|contact|insured|guarantor|employee|responsible party|caller|sender|recipient|contact person|nurse|donor|subject)(?:'s)?[ ]?)?name(?:[ ]?\([a-z ,/]{1,24}\))?|patient|pt|attending(?: physician| md| provider| surgeon)?|(?:referring|"
    r"consulting|ordering|primary care|requesting|admitting|treating|covering|supervising|discharging|interpreting|reading|performing|family|emergency|ed|er)(?:[ ](?:physician|provider|md|doctor|dr|surgeon|clinician|pcp|nurse|practitioner|radiologist|pathologist))|"
    r"pcp|physician|provider|surgeon|(?:first |second |co-?)?assistant(?: surgeon)?|anesthesiologist|anesthetist|crna|resident|fellow|intern|radiologist|pathologist|cardiologist|"
    r"technologist|technician|sonographer|therapist|psychologist|psychiatrist|counselor|social worker|case manager|care manager|coordinator|nurse|rn|lpn|midwife|pharmacist|interpreter|scribe|"
    r"emergency contact|next of kin|nok|contact|guarantor|spouse|husband|wife|mother|father|son|daughter|guardian|caregiver|informant|historian|hcp|health care proxy|healthcare proxy|poa|dpoa|power of attorney|"
    r"author|signed|signature|reviewer|author of note|cc|c\.c\.|bcc|to|from|attn|attention|copies(?: to)?|copy to|sender|recipient|re|subject|regarding|patient/client|insured|subscriber|policy ?holder|employer contact|"
    r"consultant|consults?|absent|present|attendees|attended by|excused|req(?:\.|uest)? by|referred by|seen by|requested by|ordered by|read by|dictated by|transcribed by|entered by|reported by|performed by|interpreted by|prepared by|collected by|verified by|reviewed by|approved by|"
    r"electronically signed|e-?signed|authenticated by|accompanied by|assisted by|assistants?|staff|team|witness(?:ed by)?|verifier|dictating(?: provider)?|user|by|d|t|md",
    r"[ ]{0,3}(?::|\||=|#)[ ]{0,10}",
    whole=True,
)
_SIGNED = LabelledPattern(
    r"(?:electronically |digitally |e-?)?(?:signed|authenticated|verified|dictated|transcribed|reviewed|reported|performed|interpreted|read|cosigned|co-signed|attested|entered|written|approved|prepared|ordered|requested|"
    r"referred|seen|examined|evaluated|followed|assisted|accompanied|finalized|released|authored|documented|completed|administered|collected|discussed|reviewed with|discussed with|spoke|case discussed|called|paged|notified|informed|contacted|consulted)"
    r"(?: and (?:signed|approved|verified|reviewed))?[ ](?:by|with|to)|sincerely|regards|best regards|kind regards|warm regards|warmly|respectfully|respectfully submitted|yours truly|yours sincerely|yours faithfully|thank you|thanks|many thanks|dear|hello|hi|hey|attn|"
    r"named|known as|a\.?k\.?a\.?|called|goes by|name is|i am|this is|my name is|speaking with|spoke with|spoke to|met with|per|cc|on behalf of|care of|c/o|under the care of|followed by|established with|follow up with|follow-up with|appointment with",
    r"[ ]{0,2}[:,]?[ ]{1,4}",
    whole=True,
)
_SIGNED_BY_HAND = re.compile(r"/(?<![A-Za-z].)[sS]/[ ]{0,2}[:,]?[ ]{1,4}")
_RELATIVE = LabelledPattern(
    r"daughter|son|wife|husband|mother|father|mom|dad|sister|brother|aunt|uncle|niece|nephew|cousin|grandson|granddaughter|grandmother|grandfather|grandma|grandpa|granddad|stepson|stepdaughter|stepmother|stepfather|"
    r"mother-in-law|father-in-law|son-in-law|daughter-in-law|sister-in-law|brother-in-law|friend|girlfriend|boyfriend|partner|fiance|fiancee|fiancé|fiancée|neighbor|neighbour|roommate|caregiver|guardian|twin|twins|baby|infant|boss|landlord|"
    r"ex-husband|ex-wife|ex|sponsor|facilitators?|sitter|housemate|peer|stepbrother|stepsister|godmother|godfather|fosterer|foster mother|foster father|probation officer|parole officer|spouse|child|children|kids|dog|interpreter|caseworker|aide",
    r"(?i:(?:[ ]and[ ][a-z]{3,12})?(?:,[ ]{1,2}|[ ]{1,3}\(?|[ ]is[ ]|[ ]named[ ]|[ ]\())",
    whole=True,
)
_CREDENTIAL: Final = (
    r"(?:M\.?D\.?|D\.?O\.?|R\.?N\.?|B\.?S\.?N\.?|M\.?S\.?N\.?|N\.?P\.?|F\.?N\.?P\.?(?:-?B?C)?|P\.?A\.?(?:-C)?|Ph\.?D\.?|Psy\.?D\.?|L\.?C\.?S\.?W\.?|L\.?M\.?S\.?W\.?|M\.?S\.?W\.?|D\.?D\.?S\.?|D\.?M\.?D\.?|D\.?P\.?M\.?|Pharm\.?D\.?|R\.?Ph\.?|"
    r"F\.?A\.?C\.?[SPC]\.?|M\.?P\.?H\.?|C\.?R\.?N\.?A\.?|A\.?P\.?R\.?N\.?|D\.?N\.?P\.?|L\.?P\.?N\.?|P\.?T\.?|D\.?P\.?T\.?|O\.?T\.?R?(?:/L)?|CCC-SLP|SLP|R\.?D\.?|R\.?T\.?|RRT|CNM|CNA|MBBS|M\.?B\.?B\.?S\.?|FRCS|FRCP|MRCP|LMFT|LPC|LMHC|CMA|EMT(?:-P)?|O\.?D\.?|Au\.?D\.?|Esq\.?|MSc|D\.?C\.?|ARNP|ACNP|CNS|III|Jr)"
)
_BEFORE_CREDENTIAL = re.compile(
    rf"(?<![\w'-])(?P<v>(?:{NAME_WORD}|[{UPPER}]\.?)(?:[ ]{{1,2}}(?:{NAME_WORD}|[{UPPER}]\.?|de|la|van|der|von|den|bin|al|del|da|dos|St\.)){{0,4}}|{NAME_WORD},[ ]{NAME_WORD}(?:[ ][{UPPER}]\.?)?)(?=[ ]?,[ ]{{0,2}}{_CREDENTIAL}(?![\w])|[ ]{{1,2}}(?:MD|DO|RN|NP|PA-C|PhD|LCSW|DDS|LPN|CRNA|APRN|DNP|DPT|PharmD|FACS)(?![\w]))"
)
_REGISTER = re.compile(
    rf"(?<![\w'-])(?P<last>{NAME_WORD}(?:[ ]{NAME_WORD})?),[ ]{{0,3}}(?P<first>{NAME_WORD})(?P<rest>(?:[ ]{{1,2}}(?:{NAME_WORD}|[{UPPER}](?![\w])\.?)){{0,2}})"
)
_CARET = re.compile(rf"(?<![\w^])(?P<v>{NAME_WORD}\^{NAME_WORD}(?:\^[\w.]{{0,20}}){{0,3}})")
_INITIALS = LabelledPattern(
    "initials?|d|t|dictated|transcribed|scribe|rn|tech",
    rf"[ ]?[:/][ ]?(?P<v>[{UPPER}]{{2,4}}(?:/[A-Za-z]{{2,4}})?)(?![\w:])",
    whole=True,
)
_NAMELESS_LABELS = re.compile(
    r"(?i)(?:to|from|re|subject|by|absent|present|attendees|excused|user|cc|d|t|contact|pt|patient|staff|team|provider|nurse|md|regarding|signed|consults?|historian|informant)[ ]*[:|=#][ ]*$"
)
_LINE_START = re.compile(r"(?:^|\n)[ \t|*#-]*$")


def find_names(text: str, flat: str, where: Words) -> Iterator[Candidate]:
    """Candidates in a text whose case is restored; ``flat`` is the same without line ends."""
    yield from _titled(flat, where)
    yield from _labelled(text, flat, where)
    yield from _behind_signature(flat, where)
    yield from _relatives(flat, where)
    yield from _credentialed(flat)
    yield from _registers(text, flat)
    yield from listed_names.find_listed_names(flat)
    yield from _initials(flat, where)
    for match in _CARET.finditer(text):
        yield _name(match.start(), match.end(), 0.95)


_IS_CREDENTIAL = re.compile(_CREDENTIAL)
_TRAILING_CREDENTIALS = re.compile(rf"(?:[ ]?,?[ ]{{1,2}}(?:{_CREDENTIAL}))+[.,]?$")


def without_roles(text: str, begin: int, end: int) -> tuple[int, int]:
    """The name alone, without degrees behind it, roles before it and the heading of the next line.

    "Anna Kowalczyk, RN" is Anna Kowalczyk, "aide Rosa" is Rosa.
    """
    degrees = _TRAILING_CREDENTIALS.search(text[begin:end])
    end = begin + degrees.start() if degrees else end
    parts = list(re.finditer(r"[^\s,.:;/()-]+", text[begin:end]))
    while parts and words.folded(parts[0].group()) in _ROLES:
        parts.pop(0)
    while parts and (_is_role(parts[-1].group()) or _heads_line(text, begin + parts[-1].start(), parts[-1].group())):
        parts.pop()
    if not parts:
        return begin, begin
    first, last = parts[0].start(), parts[-1].end()
    untouched = not re.search(r"\w", text[begin + last : end])
    return begin + first, end if untouched else begin + last


def _is_role(word: str) -> bool:
    plain = words.folded(word)
    return plain in _ROLES or (plain in NOT_NAMES and len(plain) > 2)


def _heads_line(text: str, begin: int, word: str) -> bool:
    """An ordinary word that begins the line behind a name."""
    return text[:begin].rstrip(" ").endswith("\n") and words.folded(word) in words.words() and not _is_person(word)


_ROLES = words.listed("roles")


def _name(begin: int, end: int, score: float) -> Candidate:
    return Candidate(begin, end, PhiType.NAME, score, PhiKind.PERSON)


_TITLE_AND_WORD = re.compile(
    r"(?i)(?:nurse|officer|deputy|chaplain|deacon|coach|principal|paramedic|trooper|detective|judge|doctor|sister|father|pastor|captain|major|general|lady|lord|miss|madam|sergeant|colonel|don)"
)


def _titled(flat: str, where: Words) -> Iterator[Candidate]:
    """Behind "Dr." any word is a name; behind "Nurse" not an ordinary one: "Nurse Anesthetist"."""
    for match in _TITLE.finditer(flat, where):
        end = name_end(flat, match.end(), first_is_certain=not _TITLE_AND_WORD.match(match.group()))
        if end is not None and not eponyms.is_eponym(flat, match.end(), end):
            yield _name(match.end(), end, 0.97)


def _labelled(text: str, flat: str, where: Words) -> Iterator[Candidate]:
    """Behind "Name:" stands a name; behind "To:" and "cc:" perhaps: there a word must not be an ordinary one."""
    for match in _LABEL.finditer(text, where):
        begin = match.end()
        weak = bool(_NAMELESS_LABELS.search(match.group()))
        register = _REGISTER.match(flat, begin)
        if (
            register
            and not _IS_CREDENTIAL.fullmatch(register.group("first"))
            and not eponyms.is_term(words.folded(register.group("first")))
            and (not weak or _is_person(register.group("first")) or is_name_like(register.group("last")))
        ):
            yield _name(begin, register.end(), 0.97)
            continue
        if _TITLE.match(flat, begin):
            continue
        end = name_end(flat, begin, first_is_certain=not weak)
        if end is not None and eponyms.is_term(words.folded(flat[begin:end].split(maxsplit=1)[0])):
            continue  # "meds per son: Eliquis"
        if end is not None and "\n" not in text[begin:end].rstrip() and not (weak and _all_ordinary(flat[begin:end])):
            yield _name(begin, end, 0.9 if weak else 0.96)
            yield from _further_names(flat, end)
        elif end is not None and not weak:
            yield _name(begin, end, 0.9)


_LIST_GOES_ON = re.compile(rf"(?:,[ ]?{_CREDENTIAL}){{0,3}}[ ]?(?:[;,/&]|and)[ ]{{1,3}}")


def _further_names(flat: str, end: int) -> Iterator[Candidate]:
    """The list goes on: "cc: Jane Roe, MD; John Doe, MD"."""
    for _ in range(5):
        gap = _LIST_GOES_ON.match(flat, end)
        if gap is None:
            return
        following = name_end(flat, gap.end(), first_is_certain=False)
        if following is None or _all_ordinary(flat[gap.end() : following]):
            return
        yield _name(gap.end(), following, 0.7)
        end = following


def _behind_signature(flat: str, where: Words) -> Iterator[Candidate]:
    for match in chain(_SIGNED.finditer(flat, where), _SIGNED_BY_HAND.finditer(flat)):
        begin = match.end()
        register = _REGISTER.match(flat, begin)
        if (
            register
            and not _IS_CREDENTIAL.fullmatch(register.group("first"))
            and (_is_person(register.group("first")) or is_name_like(register.group("last")))
        ):
            yield _name(begin, register.end(), 0.93)
            continue
        end = name_end(flat, begin, first_is_certain=False)
        if end is None or eponyms.is_eponym(flat, begin, end):
            continue
        name = flat[begin:end]
        if not _all_ordinary(name):
            known = any(_is_person(word) for word in name.split())
            yield _name(begin, end, 0.93 if known or " " in name else 0.6)


_AND = re.compile(r",?[ ]and[ ]")


def _relatives(flat: str, where: Words) -> Iterator[Candidate]:
    for match in _RELATIVE.finditer(flat, where):
        end = name_end(flat, match.end(), first_is_certain=False)
        if end is None or eponyms.is_eponym(flat, match.end(), end):
            continue
        name = flat[match.end() : end]
        if not _all_ordinary(name) or _is_person(name.split()[0]):
            yield _name(match.end(), end, 0.92 if _is_person(name.split()[0]) else 0.75)
            second = _AND.match(flat, end)
            behind = name_end(flat, second.end(), first_is_certain=False) if second else None
            if second and behind and not _all_ordinary(flat[second.end() : behind]):
                yield _name(second.end(), behind, 0.85)


def _credentialed(flat: str) -> Iterator[Candidate]:
    for match in _BEFORE_CREDENTIAL.finditer(flat):
        begin, end = match.span("v")
        kept = list(re.finditer(r"[^\s,]+", flat[begin:end]))
        while len(kept) > 1 and (words.folded(kept[0].group()) in NOT_NAMES or not _possible(kept[0].group())):
            kept.pop(0)
        if all(_IS_CREDENTIAL.fullmatch(part.group()) or re.fullmatch(r"[IVX]+", part.group()) for part in kept):
            continue
        if words.folded(kept[0].group().rstrip(".")) not in NOT_NAMES:
            yield _name(begin + kept[0].start(), end, 0.95)


def _registers(text: str, flat: str) -> Iterator[Candidate]:
    """Family name first, as in "Doe, Jane A", where a list or the head of a line says that it is a name."""
    for match in _REGISTER.finditer(flat):
        first, last = match.group("first"), match.group("last")
        if _IS_CREDENTIAL.fullmatch(first):
            continue
        if words.folded(first) in NOT_NAMES or words.folded(last.split()[-1]) in NOT_NAMES:
            continue
        begin, shouted = match.start(), _is_shouted(first, last)
        if shouted and not last.isupper():
            last = last.split()[-1]
            begin = match.end("last") - len(last)
        head = bool(_LINE_START.search(text[max(0, match.start() - 12) : match.start()]))
        known = _is_person(first) or words.folded(last) in words.last_names()
        ordinary = words.folded(first) in words.words() or any(words.folded(w) in words.words() for w in last.split())
        score = (
            0.9
            if head and known and not ordinary
            else 0.75
            if known and not ordinary
            else 0.6
            if (head or shouted) and not ordinary
            else 0.2
        )
        middle = match.group("rest")
        if score > 0.3:
            end = (
                match.end()
                if not middle or re.fullmatch(rf"[ ]{{1,2}}[{UPPER}]\.?", middle) or is_name_like(middle.split()[0])
                else match.end("first")
            )
            yield _name(begin, end, score)


def _is_shouted(first: str, last: str) -> bool:
    """Told by capitals: "HUERTA, LUZ" in a line of small letters; "BHB, ABG" has no vowels to shout."""
    return all(
        word.isupper() and len(word) > _SHORT and _VOWEL.search(word) for word in (first, last.rsplit(maxsplit=1)[-1])
    )


_SHORT = 2
_VOWEL = re.compile(r"[AEIOUY]")


def _initials(flat: str, where: Words) -> Iterator[Candidate]:
    for match in _INITIALS.finditer(flat, where):
        yield _name(*match.span("v"), 0.6)


def _possible(word: str) -> bool:
    plain = words.folded(word.rstrip("."))
    return len(plain) <= 2 or plain not in words.words() or plain in words.first_names() or plain in words.last_names()


def _is_person(word: str) -> bool:
    plain = words.folded(word.rstrip(".'"))
    return (plain in words.first_names() or plain in words.further_names()) and plain not in NOT_NAMES


def _all_ordinary(name: str) -> bool:
    return all(not is_name_like(word.strip(".,'\"()")) or len(word) < 2 for word in name.split())
