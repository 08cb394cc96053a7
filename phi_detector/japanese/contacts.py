"""Telephone and fax numbers, postal codes."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import DASH, HAN, KANA
from phi_detector.pattern_rule import PatternRule

_LABEL: Final = (
    r"(?:TEL|Tel|tel|電話番号|電話|電|℡|携帯電話|携帯番号|携帯|自宅|連絡先|緊急連絡先|緊急|固定|勤務先|職場|代表|直通|お?問い?合わ?せ先?|"
    r"フリーダイヤル|ホットライン|PHS|ピッチ|Phone|phone)"
)
_FAX: Final = r"(?:FAX|Fax|fax|ファックス|ファクス|ファクシミリ)"
_SEPARATOR: Final = r"(?:番号)?[\s:./|│(は→]{0,4}"
_DASHED: Final = rf"\d{{1,5}}\s?[{DASH}(]\s?\d{{1,4}}\s?[{DASH})]\s?\d{{3,4}}"
_BARE: Final = r"0\d{9,10}"
_LOCAL: Final = rf"\d{{2,4}}[{DASH}]\d{{4}}"
_EXTENSION: Final = r"(?:\s?\(?(?:内線|ext\.?)\s?[:.]?\s?\d{2,6}\)?)?"
_BRACKETED: Final = r"\(?0\d{1,4}\)\s?\d{2,4}(?:-?\d{4})?"
_END: Final = r"(?!\d|-\d)"


def rules() -> tuple[PatternRule, ...]:
    """Every rule of telephones and postal codes."""
    phone = PhiType.PHONE_OR_FAX
    mark = rf"\s?[{DASH}\s.]?\s?"
    return (
        PatternRule(
            re.compile(rf"{_FAX}{_SEPARATOR}(?P<v>\+?\(?(?:{_DASHED}|{_BRACKETED}|{_BARE}|{_LOCAL})){_END}"),
            phone,
            0.99,
            PhiKind.FAX,
        ),
        PatternRule(
            re.compile(
                rf"{_LABEL}{_SEPARATOR}(?P<v>\+?\(?(?:{_DASHED}|{_BRACKETED}|{_BARE}|{_LOCAL}){_EXTENSION}){_END}"
            ),
            phone,
            0.98,
        ),
        PatternRule(
            re.compile(r"(?:内線|PHS|ピッチ|院内電話|ext\.?)(?:番号)?[\s:.(#]{0,3}(?P<v>\d{3,6})(?!\d)"), phone, 0.9
        ),
        PatternRule(
            re.compile(
                r"(?<![\d.,:/\-A-Za-z])(?P<v>\d{3,5})(?=\s?(?:に|へ)\s?(?:報告|連絡|コール|TEL|Tel|電話|CALL|call|架電))"
            ),
            phone,
            0.97,
        ),  # an extension
        PatternRule(
            re.compile(
                rf"(?<![A-Za-z])(?:M?SW|CM|PT|OT|ST|RN|NS|Ns|Dr|ME|CE|CRC|PSW)\.?\s?[{HAN}{KANA}]{{1,5}}(?:[\s・][{HAN}{KANA}]{{1,8}}){{0,3}}\s\(?"
                r"(?P<v>\d{3,5})(?=[.,。、)\n]|\s[^\d\s年月日分時]|$)"
            ),
            phone,
            0.93,
        ),  # an extension
        PatternRule(
            re.compile(rf"(?<![\d+])\+\s?81{mark}\(?0?\)?{mark}\d{{1,4}}{mark}\d{{1,4}}{mark}\d{{3,4}}(?!\d)"),
            phone,
            0.98,
        ),
        PatternRule(
            re.compile(r"(?<![\d\-])\(?(?:\+\s?1|1)?[-\s.]?\(?[2-9]\d\d\)?[-\s.]{1,2}[2-9]\d\d[-\s.]\d{4}(?!\d)"),
            phone,
            0.93,
        ),  # of a visitor from abroad
        PatternRule(re.compile(rf"(?<![\d\-])0[5789]0{mark}\d{{4}}{mark}\d{{4}}{_END}"), phone, 0.97),
        PatternRule(
            re.compile(rf"(?<![\d\-])(?:0120|0800|0570|0990){mark}\d{{2,4}}{mark}\d{{3,4}}{_END}"), phone, 0.97
        ),
        PatternRule(
            re.compile(rf"(?<![\d\-])\(?0\d{{1,4}}\)?\s?[{DASH}(.\s)]\s?\d{{1,4}}\s?[{DASH}).\s]\s?\d{{4}}{_END}"),
            phone,
            0.93,
            evidence=_ten_or_eleven_digits,
        ),
        PatternRule(re.compile(r"(?<![\d\-A-Za-z])0[1-9]\d{8,9}(?![\d-])"), phone, 0.75),
        PatternRule(
            re.compile(rf"〒\s?\d{{3}}\s?[{DASH}]?\s?\d{{4}}(?!\d)"), PhiType.ADDRESS, 0.99, PhiKind.POSTAL_CODE
        ),
        PatternRule(
            re.compile(rf"郵便番号[\s:|│]{{0,4}}(?P<v>\d{{3}}\s?[{DASH}]?\s?\d{{4}})(?!\d)"),
            PhiType.ADDRESS,
            0.99,
            PhiKind.POSTAL_CODE,
        ),
        PatternRule(
            re.compile(
                rf"(?<![\d\-])\d{{3}}[{DASH}]\d{{4}}(?=[\s,、)]{{0,3}}(?:北海道|東京都|京都府|大阪府|[^\s\d、。]{{2,3}}県|[^\s\d、。]{{1,6}}[市区郡]))"
            ),
            PhiType.ADDRESS,
            0.95,
            PhiKind.POSTAL_CODE,
        ),
        PatternRule(
            re.compile(rf"(?<=住所)[\s:|│]{{1,4}}(?P<v>\d{{3}}[{DASH}]\d{{4}})(?![\d-])"),
            PhiType.ADDRESS,
            0.95,
            PhiKind.POSTAL_CODE,
        ),
    )


def _ten_or_eleven_digits(text: str, begin: int, end: int) -> float:
    """A Japanese number has ten digits with its leading 0, a mobile one eleven; a mistyped one may have nine."""
    digits = sum(character.isdigit() for character in text[begin:end])
    return 1.0 if digits in {10, 11} else 0.6
