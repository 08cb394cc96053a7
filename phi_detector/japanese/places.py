"""Addresses, facilities, schools, employers, wards and rooms."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import DASH, HAN, HIRAGANA, KANJI_DIGIT, KATAKANA
from phi_detector.japanese.context_words import (
    EPONYM_HEADS,
    FACILITY_GENERIC,
    FACILITY_HEADS,
    FACILITY_LEADING,
    GENERAL_PLACES,
    PLACE_SUFFIXES,
)
from phi_detector.japanese.foreseen import foreseen
from phi_detector.japanese.morphemes import Morpheme, Word, prefixes
from phi_detector.pattern_rule import PatternRule
from phi_detector.recogniser import Candidate, Source

_PREFECTURE: Final = (
    "(?:北海道|東京都|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|"
    "奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_NAME: Final = rf"[{HAN}{HIRAGANA}{KATAKANA}]"
_NUMBERS: Final = (
    rf"(?:\d{{1,5}}|[{KANJI_DIGIT}]{{1,4}})(?:丁目|番地の?|番|号|の|ノ|[{DASH}]|線|条|区|地割|\s)?"
    rf"(?:\s?(?:第?\d{{1,5}}|[{KANJI_DIGIT}]{{1,3}})(?:丁目|番地の?|番|号|の|ノ|[{DASH}]|線)?){{0,5}}"
)
_BUILDING: Final = (
    rf"(?:[\s,、]{{0,2}}[{HAN}{KATAKANA}A-Za-z・'&.]{{2,22}}?(?:\s?[IVⅠⅡⅢ]{{1,3}}|\s?[A-Z\d{DASH}]{{0,6}}(?:号?棟|館))?\s?"
    rf"(?:第?[A-Z]?-?\d{{1,4}}\s?(?:号室?|室|階|F)|(?<!\d)[A-Z]?-?\d{{3,4}}(?!\d|年|歳|[/.-]\d)))?"
)
_TAIL: Final = rf"(?:{_NAME}{{0,14}}?{_NUMBERS}(?:{_BUILDING})?)"
_KANA_MUNICIPALITY: Final = (
    "さいたま|つくばみらい|つくば|いわき|うるま|あきる野|みどり|かほく|たつの|ひたちなか|みやま|うきは|えびの|いちき串木野|南さつま|にかほ|かすみがうら|"
    "つがる|むつ|おいらせ|さくら|あわら|いなべ|みよし|さぬき|東かがわ|ふじみ野|ときがわ|いすみ|かつらぎ|みなべ|つるぎ|みやこ|よこて|隠岐の島"
)
_MUNICIPALITY: Final = rf"(?:[{HAN}{KATAKANA}]{{1,6}}?|{_KANA_MUNICIPALITY})(?:市|区|郡|町|村)"
_TOWN: Final = (
    rf"(?:[{HAN}{KATAKANA}]|(?<=[{HAN}{KATAKANA}])[がのつ](?=[{HAN}])"
    rf"|(?:ひばり|おもろ|つつじ|みなと|すずかけ)(?=[がまち{HAN}]))"
)


def rules() -> tuple[PatternRule, ...]:
    """What of a place a pattern can state without a dictionary."""
    address, street, ward = PhiType.ADDRESS, PhiKind.STREET, PhiKind.FACILITY
    return (
        PatternRule(re.compile(rf"{foreseen(_PREFECTURE)}(?:{_MUNICIPALITY}){{1,3}}{_TAIL}?"), address, 0.97, street),
        PatternRule(re.compile(foreseen(_PREFECTURE)), address, 0.6, PhiKind.PLACE),
        PatternRule(
            re.compile(
                rf"(?:現?住\s{{0,4}}所|居住地|自宅住所|所在地|本籍地?|住居|帰省先|転居先)\s?[:|│]?\s{{0,4}}(?:〒?\s?\d{{3}}-?\d{{4}}\s{{0,3}})?(?P<v>{_NAME}{{2,24}}{_TAIL}?)(?=[\s、。,()|│]|$)"
            ),
            address,
            0.93,
            street,
            _not_an_empty_field,
        ),
        PatternRule(
            re.compile(rf"(?:{_MUNICIPALITY}){_NAME}{{0,10}}?{_NUMBERS}(?:{_BUILDING})?(?<=[\d号室番地目棟階F])"),
            address,
            0.7,
            street,
            _street_number,
        ),
        PatternRule(re.compile(rf"{_TOWN}{{1,10}}\d{{1,2}}丁目{_NUMBERS}?(?:{_BUILDING})?"), address, 0.85, street),
        PatternRule(
            re.compile(
                r"(?<![A-Za-z\d.])(?:[東西南北新旧本別中AB](?:館|棟)?)?\s?(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:\s?(?:階|F)\s?|-)?[東西南北中A-H]?(?:病棟|棟)(?![^\s]?建)"
            ),
            address,
            0.9,
            ward,
        ),
        PatternRule(
            re.compile(
                rf"(?:[都道府県市区町村国]立|公立|私立|国立病院機構)(?!の[{HAN}])[{HAN}{HIRAGANA}{KATAKANA}]{{1,14}}?"
                r"(?:病院|医療センター|センター|診療所|小学校|中学校|高校|高等学校|大学|保育園|こども園|幼稚園|学校)(?![一-龥々])"
            ),
            address,
            0.93,
            ward,
        ),
        PatternRule(re.compile(r"(?<![A-Za-z\d.])(?:[東西南北新旧本別]|[A-E]\d?)\s?病棟"), address, 0.85, ward),
        PatternRule(
            re.compile(r"(?<![A-Za-z\d.])[東西南北新旧本別中A-H](?:棟|館)\s?-?\d{3,4}(?:号室?|室|床)?(?!\d)"),
            address,
            0.93,
            ward,
        ),
        PatternRule(
            re.compile(
                r"(?<![A-Za-z\d])(?:[A-Z]{1,4}CU|\d{1,2}[A-Z]|[A-Z]\d{1,2})[\s-]{0,2}(?:病棟)?\s?(?:Bed|bed|ベッド|No\.?)?\s?\d{1,4}"
                r"(?:-\d{1,2})?\s?(?:床|号室?|番床?|ベッド)"
            ),
            address,
            0.94,
            ward,
        ),
        PatternRule(
            re.compile(
                r"(?<![A-Za-z\d])(?:[A-Z]{1,4}CU)[\s-]{0,2}(?:Bed|bed|ベッド|No\.?)?\s?\d{1,3}(?:-\d{1,2})?(?![\d./年月日時人件例%])"
            ),
            address,
            0.85,
            ward,
        ),
        PatternRule(
            re.compile(r"病棟\s?(?P<v>\d{3,4}(?:-\d{1,2})?)(?:号室?|床)?(?!\d|[年人件例./])"), address, 0.93, ward
        ),
        PatternRule(
            re.compile(
                rf"(?:(?<=[\s、。:(「・の])|^)[{HIRAGANA}]{{2,7}}(?:こども|ファミリー|レディース|メンタル|ホーム|総合)?"
                r"(?:クリニック|医院|小児科|内科|眼科|皮膚科|皮フ科|脳神経外科|循環器科|胃腸科|呼吸器科|消化器科|デンタル|整形外科|歯科|耳鼻科|耳鼻咽喉科|産婦人科|心療内科|泌尿器科|外科|薬局|診療所|接骨院|鍼灸院)",
                re.MULTILINE,
            ),
            address,
            0.8,
            ward,
            _hiragana_name,
        ),
        PatternRule(
            re.compile(
                rf"[{HAN}]{{1,7}}(?:市役所|区役所|町役場|村役場|県庁|保健所|福祉事務所|児童相談所|年金事務所|労働基準監督署|税務署|警察署|消防署|郵便局)"
                rf"(?:\s?[{HAN}]{{2,12}}(?:課|係|窓口))?"
            ),
            address,
            0.8,
            ward,
        ),
        PatternRule(
            re.compile(
                r"「(?P<v>[^」\n]{2,14})」(?=(?:に|へ|から|より|で)?(?:の)?(?:入所|入居|通所|通園|通院|転院|利用|退所|紹介|搬送|通っ|勤務|入院|ショート|デイ))"
            ),
            address,
            0.93,
            ward,
        ),
        PatternRule(
            re.compile(
                r"(?:緩和ケア|地域包括ケア|回復期リハビリ(?:テーション)?|療養|救命救急|救急|周産期|母子|急性期|認知症治療|結核|感染症|循環器|消化器|"
                r"呼吸器|脳卒中|小児|産科|精神科?|内科|外科|整形外科)(?:センター)?病棟(?:\d{1,2}階)?(?!医|看護)"
            ),
            address,
            0.94,
            ward,
        ),
        PatternRule(re.compile(r"(?<![\d.])[A-Z]?\d{2,4}(?:-\d{1,2})?\s?号(?:室|床)(?:\s?\d床)?"), address, 0.9, ward),
        PatternRule(
            re.compile(
                r"(?<![A-Za-z])(?:[Rr]oom|Rm\.?)(?:\s?(?:No\.?|#|:))?\s?(?P<v>[A-Z]?\d{2,4}[A-Z]?(?:-\d{1,2})?)(?![\d.]\d|[A-Za-z\d])"
            ),
            address,
            0.93,
            ward,
        ),
        PatternRule(
            re.compile(
                r"(?:病室|部屋|ベッド|病床|居室)(?:番号)?[\s:|│]{1,4}(?P<v>[A-Z]?\d{2,4}(?:-[\dA-D]{1,2})?)(?!\d)"
            ),
            address,
            0.85,
            ward,
        ),
    )


_NO_CLINIC: Final = re.compile(
    "(?:かかりつけ|または|および|まずは|ならびに|もしくは|あるいは|すぐに|いつも|そのほか|その他|ほかの|など|これまで|それまで|ただし|なお|まず|さらに|この|その|どこか)"
)


def _hiragana_name(text: str, begin: int, _: int) -> float:
    return 0.0 if _NO_CLINIC.match(text, begin) else 1.0


_EMPTY: Final = re.compile("(?:及び|並び|および|同|不明|不定|なし|無し|未|電話|変更|非公開|省略|別紙|確認)")


def _not_an_empty_field(text: str, begin: int, _: int) -> float:
    return 0.0 if _EMPTY.match(text[begin : begin + 4]) else 1.0


def _street_number(text: str, begin: int, end: int) -> float:
    span = text[begin:end]
    return 1.0 if re.search(r"\d-\d|丁目|番地|番\d", span) else 0.5


_TELLING_HEADS: Final = frozenset(
    {"病院", "医院", "クリニック", "診療所", "薬局", "園", "学校", "ステーション", "苑", "荘"}
)
_HEAD_BEGINNINGS: Final = prefixes(FACILITY_HEADS)
_INSIDE_FACILITY: Final = frozenset({"・", "ー", "-", "&", "'"})


def find_facilities(morphemes: Sequence[Morpheme]) -> Iterator[Candidate]:
    """Names of facilities, schools, employers: a head such as 病院 and what distinguishes it before."""
    index = 0
    while index < len(morphemes):
        end = _head(morphemes, index)
        if end:
            first = _start_of_facility(morphemes, index)
            if first < index and any(_distinguishes(morpheme) for morpheme in morphemes[first:index]):
                certain = any(
                    m.word in {Word.PLACE, Word.SURNAME, Word.PROPER, Word.PERSON, Word.GIVEN_NAME} or not m.known
                    for m in morphemes[first:index]
                )
                yield Candidate(
                    morphemes[first].begin,
                    morphemes[end - 1].end,
                    PhiType.ADDRESS,
                    0.9 if certain else (0.65 if morphemes[end - 1].surface in _TELLING_HEADS else 0.5),
                    PhiKind.FACILITY,
                    Source.GAZETTEER,
                )
            index = end
        else:
            index += 1


def _head(morphemes: Sequence[Morpheme], index: int) -> int:
    """The end of the head of a facility's name that begins at ``index``, 0 if none does. The longest wins."""
    surface, found = "", 0
    for position in range(index, min(index + 5, len(morphemes))):
        surface += morphemes[position].surface
        if surface not in _HEAD_BEGINNINGS:
            break
        if surface in FACILITY_HEADS:
            found = position + 1
    return found


def _start_of_facility(morphemes: Sequence[Morpheme], head: int) -> int:
    first, length = head, 0
    while first > 0:
        part = morphemes[first - 1]
        inside = (
            part.word not in {Word.PARTICLE, Word.SYMBOL, Word.BLANK, Word.VERB, Word.OTHER}
            or part.surface in _INSIDE_FACILITY
        )
        if part.surface == "の" and first - 1 > 0 and not morphemes[first].known:
            inside = True
        if not inside or length + len(part.surface) > 24 or "\n" in part.surface:
            break
        length += len(part.surface)
        first -= 1
    while first < head and (
        morphemes[first].surface in FACILITY_LEADING or morphemes[first].word in {Word.SYMBOL, Word.COUNTER}
    ):
        first += 1
    return first


def _distinguishes(morpheme: Morpheme) -> bool:
    return morpheme.surface not in FACILITY_GENERIC and morpheme.word not in {
        Word.NUMBER,
        Word.COUNTRY,
        Word.SYMBOL,
        Word.COUNTER,
    }


def find_places(morphemes: Sequence[Morpheme]) -> Iterator[Candidate]:
    """Names of places that the dictionary knows, with the administrative word behind them."""
    index = 0
    while index < len(morphemes):
        if morphemes[index].word is not Word.PLACE:
            index += 1
            continue
        end = index + 1
        suffixed = False
        while end < len(morphemes) and end - index < 10:
            part = morphemes[end]
            if part.surface in PLACE_SUFFIXES or part.word is Word.PLACE:
                suffixed = suffixed or part.surface in PLACE_SUFFIXES
                end += 1
            else:
                break
        following = morphemes[end] if end < len(morphemes) else None
        surface = "".join(part.surface for part in morphemes[index:end])
        first = index
        if suffixed and index and morphemes[index - 1].surface in {"東", "西", "南", "北", "新", "上", "下"}:
            first = index - 1
        if (
            (following is None or following.surface not in EPONYM_HEADS)
            and surface not in GENERAL_PLACES
            and len(surface) >= 2
        ):
            alone = following is None or following.word in {Word.PARTICLE, Word.SYMBOL, Word.BLANK, Word.VERB}
            score = 0.85 if suffixed else (0.55 if alone else 0.35)
            yield Candidate(
                morphemes[first].begin, morphemes[end - 1].end, PhiType.ADDRESS, score, PhiKind.PLACE, Source.GAZETTEER
            )
        index = end
