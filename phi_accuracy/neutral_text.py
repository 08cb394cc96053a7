"""What may be found or left without being right or wrong, wherever it stands in a note.

Safe Harbor keeps the year and geography from the state upwards, 164.514(b)(2)(i)(B) and (C). Weekdays, the time of day
beside a date, and departments that every hospital has, tell nothing alone: a detector that takes them along does no
harm worth counting.
"""

from __future__ import annotations

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_accuracy.annotated_text import AnnotatedText

_ENGLISH: Final = (
    r"(?<![\d./:-])(?:1[89]|20)\d\d(?![\d/:-])(?:'s|s)?",
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b",
    r"\b(?:Wisconsin|Ohio|Tennessee|Oregon|Illinois|Texas|California|Minnesota|Washington state|United States)\b",
    r"\b(?:Heart Failure Clinic|Cardiac Device Clinic|Division of Rheumatology|Medical Records|Transfer Center)\b",
)
_JAPANESE: Final = (
    r"(?:明治|大正|昭和|平成|令和)(?:元|[0-90-9]{1,2}|[一二三四五六七八九十]{1,3})年(?![0-90-9一二三四五六七八九十]{1,3}月)",
    r"(?<![\d/.])(?:1[89]|20)\d\d年(?!\d{1,2}月)(?:度|頃|代)?",
    r"[((][月火水木金土日][))]|[月火水木金土日]曜日?",
    r"(?:日本|中国|韓国|ベトナム|ネパール|ブラジル|フィリピン|アメリカ|米国)(?:人|国籍|籍|語|出身)?",
    r"(?:循環器|呼吸器|消化器|肝臓|整形|脳神経|精神|心療|産婦人|皮膚|小児|眼|歯|耳鼻咽喉|泌尿器|麻酔|救急)(?:内科|外科|科)(?:部長)?",
    r"(?:病理|検査|地域連携|地域医療連携)(?:部|室)",
)
_ANYWHERE: Final = re.compile("|".join((*_ENGLISH, *_JAPANESE)), re.IGNORECASE)
_TIME: Final = re.compile(
    r"[ T@(,]{1,2}(?:at )?\d{1,2}[::時]?\d{2}(?::\d\d|分)?(?: ?[ap]\.?m\.?)?(?: ?-0500)?"
    r"|[ T]*\d{1,2}時(?:\d{1,2}分)?(?:頃)?",
    re.IGNORECASE,
)


def with_neutral_text(note: AnnotatedText) -> AnnotatedText:
    """The note with every such stretch marked neutral that is not inside a gold span."""
    held = bytearray(len(note.text) + 1)
    for span in note.gold:
        held[span.begin : span.end] = b"\x01" * (span.end - span.begin)
    found = [match.span() for match in _ANYWHERE.finditer(note.text)]
    found += [
        match.span() for span in note.gold if span.type is PhiType.DATE and (match := _TIME.match(note.text, span.end))
    ]
    neutral = {*note.neutral, *((begin, end) for begin, end in found if not any(held[begin:end]))}
    return AnnotatedText(note.text, note.gold, tuple(sorted(neutral)))
