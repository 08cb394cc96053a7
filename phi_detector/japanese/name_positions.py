"""Where somebody's name stands, whatever it looks like: before 課長, behind 当直, beside a name, as a signature.

A surname may be a common noun (植木), one character (岬, 生) or katakana that no list has. The position alone says too
little: these candidates count only where the model has at least an inkling (``recogniser``).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.japanese.characters import HAN, HIRAGANA, KATAKANA
from phi_detector.japanese.context_words import (
    FACILITY_GENERIC,
    FACILITY_HEADS,
    FUNCTION_WORDS,
    LEADS,
    NO_NAME_AT_ALL,
    NOT_A_FIELD_VALUE,
    NOT_NAMED,
    ROLES,
)
from phi_detector.recogniser import Candidate, Source

_SCORE: Final = 0.6
_WRITTEN: Final = rf"(?:[{HAN}]{{1,4}}|[{KATAKANA}]{{2,10}})"
_ANY: Final = rf"(?:[{HAN}]{{1,4}}(?![{HAN}])|[{KATAKANA}]{{2,10}}(?![{KATAKANA}])|[{HIRAGANA}]{{2,4}}(?![{HIRAGANA}]))"
_ALONE: Final = rf"(?<![{HAN}{KATAKANA}])"
_END: Final = (
    r"(?=[\s、。,.・/():;「」|│→~]|$|さん|さま|くん|ちゃん|[はがへにとでもをの様氏]|"
    r"より|から|先生|医師|看護師|Dr|Ns|両名)"
)
_TITLE: Final = (
    "(?:先生|医師|看護師|准看護師|師長|主任|[副看護]{0,3}部長|医長|科長|教授|准教授|"
    "講師|助教|院長|所長|園長|施設長|課長|係長|店長|社長|技師|助産師|保健師|薬剤師|"
    "弁護士|司法書士|行政書士|社労士|相談員|支援員|指導員|心理士|栄養士|介護士|療法士|"
    "保育士|教諭|刑事|巡査|警部補|隊長|隊員|モニター|秘書|通訳|ケアマネ|ヘルパー|民生委員|"
    "(?:M|P)?SW|Dr|DR|Ns|NS|PT|OT|ST|CW|CM|RN|ME|CE|"
    "CRC)"
)
_DOING: Final = "(?:同行|同席|付き?添い?|了解|立ち?会い?|両名|代診|拝(?=[\\s。]|$)|記(?=[。\\s]|$))"
_KIN: Final = (
    "(?:義?[父母兄弟姉妹]|祖[父母]|[叔伯][父母]|[長次三四五二][男女]|一女|一男|息子|娘|[夫妻嫁婿孫姪甥]|配偶者|いとこ|従兄弟|従姉妹|婚約者|"
    "友人|同僚|上司|隣人|大家)"
)
_GRANDCHILD: Final = re.compile(r"(?:^|[^\w])(?P<v>孫)[ \n]?$")  # also a surname, Sun
_WHO: Final = (
    r"(?:当直医?|日直医?|非常勤|オンコール|主治医|担当医?|執刀医?|術者|助手|麻酔医?|器械出し|外回り|受け?持ち?|研修医|指導医|専攻医|責任医師|分担医師|"
    r"読影|確認|承認|撮影|記載者?|記録者?|聴取者?|説明者?|報告者?|作成者?|入力者?|実施者|担当者|管理者|対応者?|受付|施行医?|鑑査|調剤|監査|診察医?|紹介医|前医|"
    r"日勤|夜勤|準夜|深夜|早番|遅番|実習生|隊長|技師|助産師|看護師|保健師|薬剤師|師長|主任|警察|地域連携|スーパーバイザー|"
    r"(?<![A-Za-z])(?:PT|OT|ST|(?:M|P)?SW|CM|CW|CRC|Ns|NS|RN|Dr|DR|ME|CE)\.?)"
)
_IN_PLACE: Final = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"{_ALONE}(?P<v>{_WRITTEN})(?=\s?{_TITLE})",
        rf"{_ALONE}(?P<v>{_WRITTEN})(?=\s?{_DOING})",
        rf"{_WHO}[\s:・(]{{1,3}}(?P<v>{_ANY}){_END}",
        rf"(?:当直医?|非常勤|主治医|担当医|研修医|オンコール)(?P<v>{_WRITTEN}){_END}",
        rf"{_KIN}(?:[の(・:]|\s|、)?(?P<v>{_ANY}){_END}",
        rf"(?<![{HAN}{KATAKANA}{HIRAGANA}])(?P<v>{_ANY})(?=\s?\({_KIN})",
        rf"[^\s]{{2}} {{2,40}}(?P<v>{_ANY})$",
        rf"。\s?(?P<v>{_ANY})$",
        rf"(?:^|\n)\d{{1,2}}/\d{{1,2}}\s(?P<v>{_ANY})(?=\s?[:(])",
        rf"→\s?(?P<v>{_WRITTEN})(?=\s?[:)\s])",
        rf"[「、](?P<v>{_ANY})(?=って呼|と呼ば|が来な|に会い|に言われ|、(?P=v))",
    )
)
_BESIDE: Final = re.compile(rf"\s?[・/、]\s?(?P<v>{_ANY}){_END}")
_BEFORE: Final = re.compile(rf"(?P<v>{_WRITTEN})\s?[・/、]\s?$")
_GIVEN: Final = re.compile(
    rf"(?:[ \u3000]{{1,2}}(?P<g>{_ANY})(?=[\s(),、。・|│]|$|様|さん|氏|先生|{_TITLE})"
    rf"|(?P<d>[{HAN}]{{1,2}}|[{HIRAGANA}]{{2,4}})(?=[\s(),、。|│]|$|様|さん|氏|弁護士|先生))"
)
_FAMILY: Final = re.compile(_WRITTEN)
_FURTHEST_BEFORE: Final = 14
_COMMON_END: Final = re.compile(
    "[科部室課棟院医師員者護係局会所日時分年月歳回後前中上下間内外的性化症炎癌薬剤液食便尿痛無有済]$"
)
_NOBODY: Final = (
    NOT_NAMED | LEADS | ROLES | NOT_A_FIELD_VALUE | NO_NAME_AT_ALL | FACILITY_GENERIC | FACILITY_HEADS | FUNCTION_WORDS
)


def find_positions(text: str) -> Iterator[Candidate]:
    """Whatever stands where a name does, in offsets of ``text``."""
    for pattern in _IN_PLACE:
        for match in pattern.finditer(text):
            yield from _candidate(text, *match.span("v"))


def beside(text: str, names: Iterable[Candidate]) -> Iterator[Candidate]:
    """Who stands beside one of ``names`` in a series, and the given name behind a family name."""
    for name in names:
        grandchild = _GRANDCHILD.search(text, max(0, name.begin - 3), name.begin)
        if grandchild:
            yield replace(name, begin=grandchild.start("v"))
        following = _BESIDE.match(text, name.end)
        if following:
            yield from _candidate(text, *following.span("v"))
        before = max(0, name.begin - _FURTHEST_BEFORE)
        previous = _BEFORE.search(text[before : name.begin])
        if previous:
            yield from _candidate(text, before + previous.start("v"), before + previous.end("v"))
        given = _GIVEN.match(text, name.end)
        if given and _FAMILY.fullmatch(text, name.begin, name.end):
            yield from _candidate(text, *given.span("g" if given["g"] else "d"))


def _candidate(text: str, begin: int, end: int) -> Iterator[Candidate]:
    word = text[begin:end]
    if word not in _NOBODY and not (len(word) > 1 and _COMMON_END.search(word)):
        yield Candidate(begin, end, PhiType.NAME, _SCORE, source=Source.GAZETTEER)
