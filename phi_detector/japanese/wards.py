"""Wards, rooms, beds and counters by number, in the notations of hospitals: 3西, 5W02, HCU3, 第2面談室, 512-3."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import HAN, HIRAGANA, KATAKANA
from phi_detector.pattern_rule import PatternRule

_ALONE: Final = r"(?<![A-Za-z\d.,/\-+×=%:'])"
_NO_MORE: Final = r"(?![A-Za-z\d]|[./%:+,]\d|-\d)"
_BED: Final = r"(?:[\s-]?(?:\d{3}(?:-\d{1,2})?|\d{2})(?!\d|[年月日時分歳名例件])(?:号室?|番|床)?)?"
_ROOM: Final = (
    r"(?:小|大|中)?(?:面談|相談|会議|家族|当直|仮眠|説明|診察|手術|分娩|初療|処置|血管撮影|撮影|透視|"
    r"講義|カンファ(?:レンス|ランス)?|応接|接見|待合|"
    r"個|特別?|陰圧|保護|透析|治療|検査|採血|採尿|救急|観察|回復|蘇生|授乳|沐浴|病|居|和|リハビリ?|"
    r"心電図|エコー|読影|操作|休憩|更衣|研修|実習|多目的|静養|ライナック|リニアック|アンギオ|研究)"
    r"(?:室|ルーム|ブース|コーナー)"
)
_SITE: Final = (
    rf"(?:{_ROOM}|講堂|病舎|房|舎|工場|食堂|標本庫|倉庫|駐車場|霊安室|カンファ|ブース|ゲート|ロビー|"
    rf"デイルーム|待合|窓口|カウンター)"
)
_UNIT: Final = (
    r"(?:(?:E|S|N|P|G|M|R|B|H|C|I|MF|EI|KC|CI|SI|BC)?[CHSIGN]CU|[A-Z]{1,2}ICU|SCU|NCU|RCU|GCU|LDR|OR|ER|CT|MR|DSA|PET)"
)
_SIDE: Final = "東西南北中"


def rules() -> tuple[PatternRule, ...]:
    """Every rule of wards and rooms."""
    address, ward = PhiType.ADDRESS, PhiKind.FACILITY
    behind = rf"(?![{KATAKANA}]|[年月日時分秒歳才回名例件人個本枚号車度割着番][^室床]|[{HAN}]{{2}}[道向])"
    return (
        PatternRule(
            re.compile(rf"{_ALONE}(?<![{HAN}])[1-9]\d?[{_SIDE}](?:病棟)?{_BED}{behind}(?![{HAN}])"), address, 0.85, ward
        ),
        PatternRule(
            re.compile(rf"{_ALONE}(?<![{HAN}])[東西南北]\d{{1,2}}(?:病棟|階)?{_BED}(?!\d|[条丁番号:.km%年月日時分歳])"),
            address,
            0.7,
            ward,
        ),
        PatternRule(
            re.compile(
                rf"{_ALONE}(?:[1-9]\d?[NSEW](?:\d{{2,3}}|-\d{{3}})?(?:-\d)?{_NO_MORE}(?=[\s、。,)(|:へにのでか→/]|病棟|$)|"
                rf"[2-9][A-D](?=病棟|から|より|[へに](?:転|移|戻|入|搬)))"
            ),
            address,
            0.6,
            ward,
        ),
        PatternRule(
            re.compile(rf"{_ALONE}{_UNIT}[\s-]?\d{{1,2}}(?:番|号|床)?{_NO_MORE}(?=[\s、。,)(|:へにのでかを→/]|$)"),
            address,
            0.6,
            ward,
        ),
        PatternRule(
            re.compile(
                rf"(?:[{HAN}]{{1,4}})?(?:第\s?(?:\d{{1,2}}|[一二三四五六七八九十]){_SITE}|"
                rf"{_SITE}\s?(?:No\.?)?(?:\d{{1,2}}|[A-H①-⑳])(?![\d.:/A-Za-z-]|\s?[年月日時分名人例件個回か])番?)"
            ),
            address,
            0.85,
            ward,
        ),
        PatternRule(
            re.compile(rf"{_ALONE}(?:外来)?\d{{1,2}}(?:診|番診察室|番ブース|番窓口|番ベッド|番床)(?![察療断])"),
            address,
            0.8,
            ward,
        ),
        PatternRule(
            re.compile(
                rf"(?:地下|B)?\d{{1,2}}(?:階|F)[{_SIDE}]?\s?(?:の?(?:[{HAN}{KATAKANA}]{{1,6}})?(?:室|講堂|ホール|"
                rf"ロビー|デイルーム|トイレ|廊下|詰所|医局|談話コーナー|庭園|ラウンジ))"
            ),
            address,
            0.85,
            ward,
        ),
        PatternRule(
            re.compile(
                rf"(?:^|\n)[ \t・■●☐□]{{0,4}}(?P<v>[1-9]\d{{2}}(?:-\d{{1,2}})?)"
                rf"(?=[\s　|:][ \t　|]{{0,3}}[{HAN}{KATAKANA}]{{1,8}}[\s　]?(?:様|"
                rf"さん|氏|くん|ちゃん|殿))"
            ),
            address,
            0.93,
            ward,
        ),
        PatternRule(
            re.compile(
                rf"{_ALONE}(?P<v>[1-9]\d{{2}}(?:-\d{{1,2}})?)(?=\s?(?:号室?)?の\s?[{HAN}{KATAKANA}]{{1,8}}(?:様|"
                rf"さん|氏|くん|ちゃん)|の(?:方|患者さん|人|ご家族))"
            ),
            address,
            0.93,
            ward,
        ),
        PatternRule(
            re.compile(
                rf"{_ALONE}(?P<v>[1-9]\d{{2}}-\d{{1,2}})(?=\s{{1,3}}[{HAN}{KATAKANA}]{{1,8}}(?:\s|様|"
                rf"さん)\s?\d{{2}}\s?[MF歳])"
            ),
            address,
            0.93,
            ward,
        ),
        PatternRule(
            re.compile(rf"{_ALONE}\d{{1,2}}[号]?[棟舎館]\s?\d{{1,4}}\s?(?:号?室|号|房)?(?!\d|[年月日])"),
            address,
            0.85,
            ward,
        ),
        PatternRule(
            re.compile(rf"(?:[{HIRAGANA}{KATAKANA}]{{2,5}}|[{HAN}]{{1,2}})(?:組|ユニット|フロア)(?=[\s)、。の(]|$)"),
            address,
            0.35,
            ward,
        ),
    )
