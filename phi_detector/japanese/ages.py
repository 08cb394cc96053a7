"""Ages: the number alone, as Comprehend Medical reports it."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.pattern_rule import PatternRule

_LIMIT: Final = r"(?!\s?(?:以上|未満|以下|以降の[小成]))"  # "6歳未満には投与しない" is nobody's age


def rules() -> tuple[PatternRule, ...]:
    """Every rule of ages."""
    age = PhiType.AGE
    return (
        PatternRule(
            re.compile(rf"(?<![\d.])(?P<v>\d{{1,3}})\s?(?:歳|才|齢){_LIMIT}"), age, 0.97, evidence=nobody_of_many
        ),
        PatternRule(re.compile(r"(?P<v>[〇一二三四五六七八九十百]{1,4})(?:歳|才)"), age, 0.95),
        PatternRule(re.compile(r"\d{1,2}歳と?\s?(?P<v>\d{1,2})\s?[かヶカヵケ箇]?月"), age, 0.9),
        PatternRule(
            re.compile(r"生後\s?(?P<v>\d{1,3})\s?(?:[かヶカヵケ箇]?月|日|週|時間)(?!以内|以降|以上|未満|から\d|まで)"),
            age,
            0.95,
        ),
        PatternRule(re.compile(r"(?:日|月|週)齢[\s:]{0,2}(?P<v>\d{1,3})"), age, 0.9),
        PatternRule(re.compile(r"(?<![\d.])(?P<v>\d{1,3})\s?(?:[かヶカヵケ箇]月|週|日)(?:齢|児)"), age, 0.9),
        PatternRule(
            re.compile(
                r"(?:年齢|ネンレイ|(?<!未)満|享年|年令|行年|(?<![A-Za-z])(?:Age|AGE))[\s:|│]{0,3}"
                rf"(?P<v>\d{{1,3}})(?![\d.:]|[年月日時分]){_LIMIT}"
            ),
            age,
            0.95,
        ),
        PatternRule(
            re.compile(r"(?<![\d./-])(?P<v>[1-9]\d)\s?代(?:\s?[前後中]半|\s?の?(?:男|女|患者|で|に|から|より|頃))"),
            age,
            0.75,
        ),
        PatternRule(re.compile(r"(?<![\d./-])(?P<v>\d{1,3})[\s-]?years?[\s-]old", re.IGNORECASE), age, 0.95),
        PatternRule(
            re.compile(r"(?<![\d./-])(?P<v>\d{2,3})\s?(?:y\.?\s?/?o\.?|yrs?)(?![a-z])", re.IGNORECASE), age, 0.9
        ),
        PatternRule(
            re.compile(
                r"(?<![\d.,/\-A-Za-z¥$€])(?P<v>\d{2,3})\s?(?=[♂♀]|(?:男|女)(?:性|児)?(?![子子たち])|[MF](?![A-Za-z0-9]|/[a-z]))"
            ),
            age,
            0.7,
        ),
        # "Abdi, Mohamud   42/M", "70   M    宿泊", "21 y   F", "Case A, 5 y, HLHS"
        PatternRule(
            re.compile(r"(?<=[\s,(])(?P<v>\d{1,3})(?= {0,4}/ {0,2}[MF](?![A-Za-z0-9/])| {2,5}[MF](?![A-Za-z0-9/]))"),
            age,
            0.75,
        ),
        PatternRule(re.compile(r"(?<=[\s(])(?P<v>[1-9]\d{0,2}) ?[yY](?=\s{1,3}[MF](?![A-Za-z0-9])| {2})"), age, 0.8),
        PatternRule(re.compile(r"(?:氏|さん|様|くん|ちゃん) ?(?P<v>[1-9]\d?) ?[yY](?![A-Za-z])"), age, 0.85),
        PatternRule(re.compile(r"(?<=, )(?P<v>\d{1,3}) ?y(?=[,)])"), age, 0.8),
        PatternRule(re.compile(r"AS {1,4}\[?0(?P<v>[1-9]\d)Y(?!\w)"), age, 0.8),  # DICOM's age string (PS3.5 6.2)
        PatternRule(re.compile(r"(?<![A-Za-z])[MF]\s(?P<v>\d{2,3})(?=\s*$|\s*\n|[、,)])", re.MULTILINE), age, 0.9),
        PatternRule(re.compile(r"(?:男|女)性?\s?[・,、/(]\s?(?P<v>\d{2,3})(?=\s?[),、。\s])"), age, 0.6),
    )


_OF_MANY: Final = re.compile(
    r"(?:中央値|平均値?|平均年齢|範囲|年齢層|年齢幅)\s?(?:は|が|:)?\s?(?:\d{1,3}\s?[~\-〜±]\s?)?$"
)


def nobody_of_many(text: str, begin: int, _: int) -> float:
    """An age of many people is nobody's: 中央値31歳, 範囲6~88歳."""
    return 0.0 if _OF_MANY.search(text, max(0, begin - 14), begin) else 1.0
