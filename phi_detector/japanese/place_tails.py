"""What stands behind the name of a place and is part of the same name: 浜見平 弁護士会, 西新田 支部, 大字中沢 SC."""

import re
from dataclasses import replace
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import HAN, HIRAGANA, KATAKANA
from phi_detector.pattern_rule import PatternRule
from phi_detector.recogniser import Candidate

_LEAST: Final = 0.4  # score of a place that is believed to be one
_SIZE: Final = r"(?:中央|第[一二三四五\d]|総合|合同|広域|[東西南北])?"
_LAW: Final = (
    r"(?:(?:家庭|地方|高等|簡易)裁判所|[家地高簡]裁|(?:地方|区|高等)?検察庁|地検|区検|高検|弁護士会|"
    r"司法書士会|法律事務所|公証役場|法務局|保護観察所|拘置所|刑務所|少年院|矯正医療センター)"
)
_OFFICE: Final = (
    r"(?:労働基準監督署|労基署|労働局|税務署|警察署|署|派出所|交番|駐在所|消防署|消防本部|消防局|消防|"
    r"分署|保健所|福祉事務所|児童相談所|児相|年金事務所|"
    r"市役所|区役所|役場|役所|県庁|支庁|振興局|出張所|支所|公民館|図書館|会館|体育館|市民センター|"
    r"教育委員会|社協|社会福祉協議会|ハローワーク|"
    r"入管|税関|検疫所|運転免許センター|精神保健福祉センター|健康福祉センター|保健センター|"
    r"急患センター|夜間急病センター|休日急患|夜間急病|"
    r"地域包括支援センター|包括|血液センター|洋上救急センター|精神医療審査会|介護保険課|構想区域|圏域)"
)
_HEALTH: Final = (
    r"(?:医師会|歯科医師会|薬剤師会|看護協会|病院|医療センター|クリニック|医院|診療所|分院|本院|"
    r"診療センター|健診センター|健診|検診センター|大学|医大|大(?=[学病])|"
    r"日赤|赤十字|労災|厚生|徳洲会|済生会|自衛隊病院|駐屯地|航空基地|基地|医務室|訪看|訪問看護|透析クリニック)"
)
_FIRM: Final = (
    r"(?:工場|支店|支社|営業所|支部|支局|本部|本店|本社|本所|事業所|事業部|製作所|研究所|物流センター|"
    r"倉庫|商店|商店街|商工会議所|商工会|農協|漁協|"
    r"信用金庫|信金|労金|信組|銀行|証券|新聞社?|放送|テレビ|ラジオ|ネット|タクシー|交通|バス|運輸|"
    r"運送|電鉄|葬祭|セレモニー?|セレモ|典礼|斎場|火葬場|霊園|"
    r"ホテル|旅館|温泉|食堂|ゴルフ場|カントリークラブ|CC|GC|SC|IC|JCT|PA|SA|店)"
)
_SITE: Final = (
    r"(?:駅前?|線|港|漁港|空港|埠頭|インター|バイパス|トンネル|橋|峠|海岸|公園|グラウンド|球場|競技場|"
    r"プール|広場|団地|ニュータウン|寺|神社|教会|"
    r"地区|地内|小学校|中学校|高等?学校|高校|小(?=[学1-6]|$)|中(?=[学1-3]|$)|高(?=[校1-3]|$)|幼稚園|"
    r"保育園|こども園|学園|学院|長寿会|老人会|断酒会|家族会|"
    r"町内会|自治会|患者会|福祉会|会(?=[\s　)」、。]|$))"
)
_TAIL: Final = re.compile(
    rf"\s?(?P<v>(?:{_SIZE}(?:{_LAW}|{_OFFICE}|{_HEALTH}|{_FIRM}|{_SITE}))"
    rf"(?:[{HAN}{HIRAGANA}{KATAKANA}]{{2,5}}(?:支部|支店|支所|分室|分院|分署|出張所|営業所|工場|医務室))?)"
    rf"(?![{KATAKANA}]|学|長|内科|療|会[員長])"
)
_TRADE: Final = (
    "製麺|製菓|製紙|製薬|製鋼|鉄工|鉄鋼|工業|工務店|建設|建材|商事|物産|食品|水産|牧場|農園|酒造|醸造|印刷|繊維|縫製|電機|電工|化学|化成|"
    "自動車|不動産|運輸|運送|通運|製作所|造船|木材|林業|石油|電力|ガス|警備|清掃"
)
_KIND_ABROAD: Final = (
    r"(?:Hospital|Clinic|Medical Center|Medical Centre|Infirmary|Air Base|Naval Base|School|University)"
)
_ENDS_LIKE_A_NUMBER: Final = re.compile(r"[\d号室階番床]$")


_GENERAL: Final = (
    "(?:日本|全国|都道府県|県|市|区|町|村|郡市|地域|地区|各|当該|所轄|管轄|最寄り?|近隣|本|同|当|他|東京高等|最高|都|府|道|居住地|住所地|現地|担当|関係|市町村|"
    "都道府県労働局|公立|国立)"
)


def rules() -> tuple[PatternRule, ...]:
    """Courts, bar associations, labour offices: the words before say where, whether or not a list knows the place."""
    return (
        PatternRule(
            re.compile(
                rf"(?<![{HAN}])(?!{_GENERAL}(?:{_LAW}|{_OFFICE}|医師会|看護協会))[{HAN}]{{2,5}}?(?:{_LAW}|労働基準監督署|労基署|税務署|警察署|消防署|医師会|看護協会)"
                rf"(?:[{HAN}]{{2,5}}支部)?(?![長員]|[{HAN}]{{2,}}[長員])"
            ),
            PhiType.ADDRESS,
            0.8,
            PhiKind.FACILITY,
        ),
        PatternRule(
            re.compile(
                rf"(?<![{HAN}])(?!{_GENERAL})[{HAN}]{{2,4}}(?:第[一二三四五六七八九十]|[東西南北]|中央)(?:高等|中|小)学校(?![長員])"
            ),
            PhiType.ADDRESS,
            0.8,
            PhiKind.FACILITY,
        ),
        PatternRule(
            re.compile(
                rf"(?:仕事|勤務先|職場|勤め先|勤務)[::]?\s?(?P<v>[{HAN}{KATAKANA}]{{1,8}}(?:{_TRADE}))(?=[\s、。(]|$)"
            ),
            PhiType.ADDRESS,
            0.95,
            PhiKind.FACILITY,
        ),
        PatternRule(
            re.compile(
                rf"(?<![A-Za-z])(?:[A-Z][A-Za-z'.]+\s){{1,4}}{_KIND_ABROAD}(?:\s[A-Z][a-z]+)?(?=[{HAN}{HIRAGANA}])"
            ),
            PhiType.ADDRESS,
            0.99,
            PhiKind.FACILITY,
        ),
    )


def with_tail(text: str, place: Candidate) -> Candidate:
    """``place`` with what belongs to its name behind it; itself where nothing does."""
    if place.type is not PhiType.ADDRESS or place.score < _LEAST:
        return place
    written = text[place.begin : place.end]
    if written.isascii() or _ENDS_LIKE_A_NUMBER.search(written):
        return place
    tail = _TAIL.match(text, place.end)
    if tail is None or tail.start("v") > place.end:
        return place
    return replace(place, end=tail.end("v"))
