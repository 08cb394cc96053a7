"""Facilities, homes, shops and employers without a word for their kind behind them: ホームつくし, ユニクロで販売員.

What stands before or behind says that it is a place; the dictionary says that it is more than a common noun.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import HAN, HIRAGANA, KATAKANA
from phi_detector.japanese.context_words import (
    COMMON_ESTABLISHMENTS,
    COMPANY_HEADS,
    ESTABLISHMENT_FIELDS,
    ESTABLISHMENT_KINDS,
    ESTABLISHMENT_VERBS,
    FACILITY_GENERIC,
    FACILITY_HEADS,
    GENERIC_FIRMS,
    HONORIFICS,
    SURE_ESTABLISHMENT_FIELDS,
)
from phi_detector.japanese.morphemes import Morpheme, Word, prefixes
from phi_detector.pattern_rule import PatternRule
from phi_detector.recogniser import Candidate, Source

_OUTSIDE: Final = frozenset({Word.PARTICLE, Word.SYMBOL, Word.BLANK, Word.VERB, Word.COUNTER, Word.NUMBER})
_TELLING: Final = frozenset({Word.PLACE, Word.PROPER, Word.SURNAME, Word.GIVEN_NAME, Word.PERSON})
_KIND_BEGINNINGS: Final = prefixes(ESTABLISHMENT_KINDS)
_FIELD_BEGINNINGS: Final = prefixes(ESTABLISHMENT_FIELDS)
_NOT_INSIDE: Final = ESTABLISHMENT_VERBS | HONORIFICS
_MARKS: Final = frozenset({":", "(", "「", "は", "『", "|", "→"})
_PARTICLES: Final = frozenset({"に", "へ", "で", "から", "より", "の", "を", "にて"})
_BEFORE_A_VERB: Final = _PARTICLES | {" ", "」", "福祉", "職員", "お", "など"}
_LONGEST: Final = 6  # morphemes of a name
_WORK: Final = frozenset(
    {
        "営む",
        "営み",
        "営ま",
        "営ん",
        "転々",
        "勤務",
        "勤め",
        "パート",
        "レジ",
        "販売",
        "店長",
        "店員",
        "社員",
        "運転手",
        "経営",
        "定年",
        "就職",
    }
)
_KANA: Final = re.compile(rf"[{HIRAGANA}]{{3,}}|[{KATAKANA}]{{2,}}")
_RESIDENCE: Final = (
    "(?:リバーサイド|サンライズ|サンシャイン|ハートフル|ハートランド|グランドメゾン|グランメゾン|コープ野村|ヴィラ|シャトー|ライオンズ|サニーサイド|グリーンヒル|"
    "ルミエール|エスポワール|ケアタウン|シルバータウン|メディカルケア|カーサ|メゾン|レジデンス|イオンモール|ららぽーと|ココファン)"
)
_PERHAPS_A_RESIDENCE: Final = (
    "(?:グランド|コープ|パークサイド|パーク|パレス|ガーデン|ビラ|サニー|グリーン(?!車)|フローラル|ロイヤル|ソレイユ|アーバン|スカイ|"
    "レインボー|アメニティ|ベルエア|ハイム)"
)
_HILL: Final = rf"[{HAN}]{{1,4}}(?:[ヶケのが](?:丘|台|原|里|森|杜|浜|谷))?"
_AT_A_START: Final = r"(?:(?<=[\s、。:(「・の])|^)"


def rules() -> tuple[PatternRule, ...]:
    """What a pattern can state of them."""
    address, facility = PhiType.ADDRESS, PhiKind.FACILITY
    return (
        PatternRule(
            re.compile(rf"(?<![A-Za-z])J[AR][{HAN}]{{2,8}}|{_RESIDENCE}{_HILL}"),
            address,
            0.93,
            facility,
        ),
        PatternRule(
            re.compile(rf"{_PERHAPS_A_RESIDENCE}{_HILL}"),
            address,
            0.7,
            facility,
        ),
        PatternRule(
            re.compile(rf"道の駅\s?「?[{HAN}{HIRAGANA}{KATAKANA}]{{2,8}}?(?=[」のでにへかよ、。\s]|$)"),
            address,
            0.93,
            facility,
        ),
        PatternRule(
            re.compile(rf"{_AT_A_START}[{HIRAGANA}]{{2,6}}(?:苑|荘|園|の[家里郷丘森園杜])(?![{HAN}])", re.MULTILINE),
            address,
            0.93,
            facility,
            _not_a_phrase,
        ),
        PatternRule(
            re.compile(
                rf"{_AT_A_START}(?:[{HIRAGANA}]{{2,6}}|[{HAN}]{{1,3}})整形(?=[でにへをの、。]|から|より)", re.MULTILINE
            ),
            address,
            0.8,
            facility,
            _not_a_phrase,
        ),
        PatternRule(
            re.compile(
                r"(?:日赤|阪大|東大|京大|名大|九大|慶應|慶応|東北大|昭和大|帝京大|済生会|徳洲会|厚生連|聖路加|順天堂|慈恵医大|慈恵|がん研|癌研|女子医大|日医大|東京医大|東医大|"
                rf"(?<![{HAN}])[{HAN}]{{1,3}}(?:医大|市民|市立|中央|日赤|労災|厚生)(?=より転|から転|へ転|に転|へ搬|に搬|より紹|から紹|へ紹|に紹))"
                rf"(?=[でにへをの、。\s]|から|より)"
            ),
            address,
            0.8,
            facility,
        ),
        PatternRule(
            re.compile(
                rf"(?P<v>[{HAN}]{{2,6}}(?:小|(?<![院療服続学校工車]中)中|高))(?=[\s(の]{{0,2}}[1-6一二三]年(?:生|\s?[\dA-H]組))"
            ),
            address,
            0.8,
            facility,
            _a_school,
        ),
        PatternRule(
            re.compile(
                rf"[{HAN}]{{2,6}}[都道府県市区町村](?:高齢者?支援|障害?福祉|障がい福祉|生活福祉|介護保険|健康増進|子育て支援|保険年金|生活保護|地域福祉|福祉)"
                r"(?:課|係|室|部|センター)"
            ),
            address,
            0.85,
            facility,
        ),
        PatternRule(
            re.compile(
                r"(?:[本新別旧東西南北中]館|[A-H]館|[A-H東西南北]棟)\s?(?:B?\d{1,2}|[一二三四五六七八九十])(?:階|F)"
            ),
            address,
            0.85,
            facility,
        ),
        PatternRule(
            re.compile(
                rf"第[一二三四五六七八九十](?:{'|'.join(sorted(COMPANY_HEADS, key=len, reverse=True))})(?![{HAN}])"
            ),
            address,
            0.93,
            facility,
        ),
        PatternRule(re.compile(r"第\s?(?:\d{1,2}|[一二三四五六七八九十])\s?病棟"), address, 0.94, facility),
        PatternRule(
            re.compile(
                r"(?<![A-Za-z\d])(?:[A-Z]{1,4}CU|[A-Z]?\d[A-Z]?)[\s-]{1,2}(?:Bed|bed|ベッド|No\.?)?\s?\d{1,3}\s?番?(?:床|ベッド)"
            ),
            address,
            0.94,
            facility,
        ),
    )


_PHRASE: Final = re.compile(
    "(?:その|この|どの|あの|われ|これ|それ|どこ|すべて|いつ|ほか|など|また|まず|なお|ただ|もし|すぐ|さらに|ように|ために|から|まで|ない|いる|した|"
    "ように|より|では|には|ので|のみ|ほど|ため|よう|こと|もの|とき|ところ)"
)


def _not_a_phrase(text: str, begin: int, _: int) -> float:
    return 0.0 if _PHRASE.match(text, begin) else 1.0


_IN_PROGRESS: Final = re.compile(
    "(?:入院|通院|治療|加療|内服|服用|継続|投与|療養|在学|通学|登校|休学|妊娠|術|経過|小児|最|血圧)[小中高]$"
)


def _a_school(text: str, begin: int, end: int) -> float:
    return 0.0 if _IN_PROGRESS.search(text, begin, end) else 1.0


def find_establishments(morphemes: Sequence[Morpheme]) -> Iterator[Candidate]:
    """Names behind a word for their kind or a field, and names before what one does at such a place."""
    for index, morpheme in enumerate(morphemes):
        kind = _longest(morphemes, index, ESTABLISHMENT_KINDS, _KIND_BEGINNINGS)
        if kind:
            yield from _behind(morphemes, index, _behind_mark(morphemes, kind, frozenset({"「", " ", ":"})), 0.93)
        field = _longest(morphemes, index, ESTABLISHMENT_FIELDS, _FIELD_BEGINNINGS)
        if field and field < len(morphemes) and _marked(morphemes, index, field):
            first = _behind_mark(morphemes, field, _MARKS | {" "})
            yield from _behind(morphemes, first, first, 0.75)
        if morpheme.surface in ESTABLISHMENT_VERBS:
            yield from _before(morphemes, index)


def _marked(morphemes: Sequence[Morpheme], index: int, field: int) -> bool:
    """Whether a mark stands behind a field; a blank, where the field says by itself that a name comes."""
    if morphemes[field].surface in _MARKS:
        return True
    return (
        morphemes[field].surface == " "
        and "".join(m.surface for m in morphemes[index:field]) in SURE_ESTABLISHMENT_FIELDS
    )


def _longest(morphemes: Sequence[Morpheme], index: int, words: frozenset[str], beginnings: frozenset[str]) -> int:
    """The end of the longest of ``words`` that begins at ``index``; 0 if none does."""
    surface, found = "", 0
    for position in range(index, min(index + 5, len(morphemes))):
        surface += morphemes[position].surface
        if surface not in beginnings:
            break
        if surface in words:
            found = position + 1
    return found


def _behind_mark(morphemes: Sequence[Morpheme], index: int, marks: frozenset[str]) -> int:
    for _ in range(2):
        if index < len(morphemes) and morphemes[index].surface in marks:
            index += 1
    return index


def _behind(morphemes: Sequence[Morpheme], first: int, begin: int, score: float) -> Iterator[Candidate]:
    """The name that begins at ``begin``; with its kind, which begins at ``first``."""
    end = _behind_ordinal(morphemes, begin)
    while end < len(morphemes) and end - begin < _LONGEST and _inside(morphemes[end]):
        end += 1
    if end > begin and _names_one(morphemes[begin:end], company=True):
        yield _found(morphemes, first, end, score)


def _before(morphemes: Sequence[Morpheme], verb: int) -> Iterator[Candidate]:
    """The name before ``に勤務``, ``から転院``, ``で販売員``."""
    end = verb
    while end and verb - end < 3 and morphemes[end - 1].surface in _BEFORE_A_VERB:
        end -= 1
    begin = end
    while begin and end - begin < _LONGEST and _inside(morphemes[begin - 1]):
        begin -= 1
    if begin < end and begin > 1 and _behind_ordinal(morphemes, begin - 2) == begin:
        begin -= 2
    if (
        end > begin
        and not all(part.personal for part in morphemes[begin:end])
        and _names_one(morphemes[begin:end], company=True)
    ):
        working = morphemes[verb].surface in _WORK and any(part.word in _TELLING for part in morphemes[begin:end])
        yield _found(morphemes, begin, end, 0.93 if working else 0.7)


def _behind_ordinal(morphemes: Sequence[Morpheme], index: int) -> int:
    """Behind the 第一 of 第一交通; ``index`` where there is none."""
    ordinal = (
        index + 1 < len(morphemes) and morphemes[index].surface == "第" and morphemes[index + 1].word is Word.NUMBER
    )
    return index + 2 if ordinal else index


def _inside(morpheme: Morpheme) -> bool:
    surface = morpheme.surface
    return (
        morpheme.word not in _OUTSIDE
        and surface not in _NOT_INSIDE
        and (morpheme.word is not Word.OTHER or _KANA.fullmatch(surface) is not None)
    ) or surface == "・"


def _names_one(parts: Sequence[Morpheme], *, company: bool = False) -> bool:
    """Whether this is more than common nouns: a proper one, an unknown one, one in kana, or a company's."""
    if company and len(parts) > 1 and parts[-1].surface in COMPANY_HEADS:
        return any(part.surface not in GENERIC_FIRMS for part in parts[:-1])
    if any(part.surface in COMMON_ESTABLISHMENTS for part in parts[-1:]):
        return False
    for part in parts:
        surface = part.surface
        if surface in FACILITY_GENERIC or surface in FACILITY_HEADS or surface in COMMON_ESTABLISHMENTS:
            continue
        if part.word in _TELLING or (not part.known and not surface.isascii()) or _KANA.fullmatch(surface):
            return True
    return False


def _found(morphemes: Sequence[Morpheme], begin: int, end: int, score: float) -> Candidate:
    return Candidate(
        morphemes[begin].begin, morphemes[end - 1].end, PhiType.ADDRESS, score, PhiKind.FACILITY, Source.GAZETTEER
    )
