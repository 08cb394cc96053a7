"""Names in Latin letters within Japanese: with a title, a credential, a relation, or in Japanese syllables.

Nothing else: a Japanese chart is full of Latin words, and hardly one of them is a name.
"""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import HAN, KATAKANA
from phi_detector.japanese.context_words import ENGLISH_LIKE_ROMAJI, HEADINGS
from phi_detector.pattern_rule import PatternRule

_WORD: Final = r"[A-Z][a-z'\-]{1,20}"
_NAME: Final = rf"{_WORD}(?:\s{_WORD}|\s[A-Z]\.){{0,3}}"
_SHOUTED: Final = r"[A-Z]{2,14}(?:\s[A-Z][A-Za-z]{1,14}){1,3}"
_CREDENTIAL: Final = r"(?:RN|MD|PhD|NP|PA|PharmD|PT|OT|ST|MSW|SW|CM|CW|PSW|Ns|Dr)"
_RELATION: Final = (
    "(?:夫|妻|長女|長男|次女|次男|三女|三男|母|父|兄|弟|姉|妹|娘|息子|祖母|祖父|孫|同|症例|患児|患者|本人|友人|同僚|通訳|婚約者|"
    "担当|主治医|氏名|家族)"
)
_RELATION_IN_ENGLISH: Final = (
    "(?:[Hh]usband|[Ww]ife|[Ss]pouse|[Mm]other|[Ff]ather|[Ss]on|[Dd]aughter|[Bb]rother|[Ss]ister|"
    "[Ff]riend|[Pp]artner|[Ii]nterpreter|[Gg]uardian|[Ss]ponsor|[Cc]aregiver|[Ff]ianc[eé]e?|[Cc]ontact|[Nn]ext of kin|"
    "NOK)"
)
_NOT_THE_NAME: Final = "(?!(?:Course|Day|Stay|Admission|Discharge|Bed|Visit|Note|No|ID)(?![a-z]))"
_KIND_ALONE: Final = re.compile(
    r"(?:(?:International|General|Outpatient|Inpatient|Community|University|Local|Regional|Primary|Travel|Dental|Medical|Public|Private|"
    r"Our|The|This|Home|High|Elementary|Junior|Foreign)\s)+(?:Hospital|Clinic|Pharmacy|Center|Centre|School|University|Hotel)"
)
_FIRST_SYLLABLE: Final = r"(?:[KGSZTDNHBPMR]Y?|SH|CH|J|TS|F|Y|W|KK|TT|SS|PP|TCH|SSH)?"
_SYLLABLES: Final = re.compile(
    rf"(?:{_FIRST_SYLLABLE}(?:[AIUEO]H?(?![AIUEO]H)|OU|UU|OO|EI|II)|N(?![AIUEOY])|M(?=[BPM])){{2,7}}", re.IGNORECASE
)


def rules() -> tuple[PatternRule, ...]:
    """Every rule of Latin names, and of what stands with them."""
    name = PhiType.NAME
    return (
        PatternRule(re.compile(rf"(?<![A-Za-z])(?P<v>{_NAME}),?\s{_CREDENTIAL}(?![A-Za-z])"), name, 0.93),
        PatternRule(
            re.compile(rf"(?<![A-Za-z]){_CREDENTIAL}\.?\s(?P<v>{_NAME})(?![A-Za-z])"),
            name,
            0.93,
            evidence=_not_a_heading,
        ),
        PatternRule(
            re.compile(rf"(?<![A-Za-z]){_CREDENTIAL}\.?\s{_NAME}\s\(?(?P<v>\d{{4}})(?!\d|[年/.-])"),
            PhiType.PHONE_OR_FAX,
            0.93,
        ),
        PatternRule(
            re.compile(rf"{_RELATION}(?:は|の|が|・|:|\(|\s){{0,2}}(?P<v>{_NAME}|{_SHOUTED})(?![A-Za-z])"), name, 0.93
        ),
        PatternRule(
            re.compile(
                rf"(?<![A-Za-z]){_RELATION_IN_ENGLISH}(?:\s?[:(]\s?|\s)"
                rf"(?P<v>{_WORD}(?:\s{_WORD}){{0,2}})(?![A-Za-z])"
            ),
            name,
            0.93,
            evidence=_not_a_heading,
        ),
        PatternRule(
            re.compile(rf"(?<![A-Za-z])(?P<v>{_WORD}(?:\s{_WORD}){{0,2}})\s?\({_RELATION_IN_ENGLISH}\)"),
            name,
            0.93,
            evidence=_not_a_heading,
        ),
        PatternRule(
            re.compile(
                rf"(?<![A-Za-z])(?P<v>{_WORD}(?:\s{_WORD}){{0,2}})(?:-(?:san|sama|kun|chan)(?![a-z])|\s?(?:さん|先生|氏(?!病)))"
            ),
            name,
            0.93,
            evidence=_not_a_heading,
        ),
        PatternRule(
            re.compile(rf"(?:ローマ字|英字|英語表記)[\s:はで]{{1,2}}(?P<v>{_NAME}|{_SHOUTED})(?![A-Za-z])"), name, 0.95
        ),
        PatternRule(
            re.compile(rf"(?<![A-Za-z])by\s(?P<v>{_WORD}(?:\s{_WORD}){{0,2}})(?=\n|$|[,.;、。])"),
            name,
            0.93,
            evidence=_not_a_heading,
        ),
        PatternRule(
            re.compile(
                rf"(?<![A-Za-z])(?:{_WORD}\.?\s|[A-Z]{{2,6}}\s|of\s){{1,4}}"
                rf"(?:Hospital|Clinic|Pharmacy|Medical Cent(?:er|re)|Health Cent(?:er|re)|School|University|"
                rf"Hotel|Nursing Home)(?:\s{_NOT_THE_NAME}{_WORD})?(?![A-Za-z])"
            ),
            PhiType.ADDRESS,
            0.93,
            PhiKind.FACILITY,
            _not_a_kind,
        ),
        PatternRule(
            re.compile(rf"(?<![A-Za-z])(?:Camp|Fort|NAS|MCAS|USNH|NAF|USAG|BMC)\s{_WORD}"),
            PhiType.ADDRESS,
            0.93,
            PhiKind.FACILITY,
        ),
        PatternRule(
            re.compile(r"(?<![A-Za-z\d.])(?:x|ext\.?|extension)\s?(?P<v>\d{4,5})(?![\d.])"), PhiType.PHONE_OR_FAX, 0.9
        ),
        PatternRule(
            re.compile(rf"(?:^|\n)[\d/年月日.: ()月火水木金土]{{3,24}}\s(?P<v>{_WORD})\s?:", re.MULTILINE),
            name,
            0.93,
            evidence=_romaji,
        ),
        PatternRule(
            re.compile(r"(?<![A-Za-z])[A-Za-z]{2,14}[,\s]{1,2}[A-Za-z]{2,14}(?![A-Za-z])"), name, 0.8, evidence=_romaji
        ),
        PatternRule(
            re.compile(
                rf"(?<![A-Za-z])(?:at|from|to|Hotel:|Employer:|School:|Facility:)\s(?P<v>[{HAN}{KATAKANA}]{{2,20}})"
            ),
            PhiType.ADDRESS,
            0.7,
            PhiKind.FACILITY,
        ),
    )


def _not_a_heading(text: str, begin: int, end: int) -> float:
    return 0.0 if text[begin:end].split(maxsplit=1)[0] in HEADINGS else 1.0


def _not_a_kind(text: str, begin: int, end: int) -> float:
    """Whether more than the kind of a facility is said: not International Clinic."""
    return 0.0 if _KIND_ALONE.fullmatch(text, begin, end) else 1.0


def _romaji(text: str, begin: int, end: int) -> float:
    """Words of Japanese syllables, each capitalised: ``YAMADA Taro``, ``Sato, Hanako``."""
    words = text[begin:end].replace(",", " ").split()
    if any(not word[0].isupper() or word.lower() in ENGLISH_LIKE_ROMAJI for word in words):
        return 0.0
    if not all(_SYLLABLES.fullmatch(word) and (len(word) >= 3 or word.isupper()) for word in words):
        return 0.0
    return 1.0 if max(map(len, words)) >= 4 else 0.5
