"""Dates in both calendars, in every form that Japanese charts write. A year alone may stay (164.514(b)(2)(i)(C))."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import DASH, KANJI_DIGIT
from phi_detector.pattern_rule import PatternRule

_ERA: Final = "(?:明治|大正|昭和|平成|令和)"
_ERA_LETTER: Final = r"(?<![A-Za-z0-9])[MTSHR]\.?\s?"
_N: Final = rf"(?:\d{{1,2}}|[{KANJI_DIGIT}]{{1,3}})"  # a month or a day
_ERA_YEAR: Final = (
    rf"\s?(?:元|\d{{1,3}}|[{KANJI_DIGIT}百]{{1,4}})\s?"  # three digits: legacy systems count on, 昭和100年
)
_YEAR: Final = rf"(?:(?:18|19|20)\d\d|[一二][{KANJI_DIGIT}]{{3}})"
_MONTH: Final = r"(?:1[0-2]|0?[1-9])"
_DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])"
_MARK: Final = rf"\s?[./{DASH}]\s?"
_ENGLISH_MONTH: Final = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    "Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_PART_OF_MONTH: Final = "(?:上旬|中旬|下旬|初旬|初め|始め|半ば|末日?)"
_WEEKDAY: Final = r"\s?\((?:[月火水木金土日](?:曜日?)?|祝|[月火水木金土日]・祝)\)"


def rules() -> tuple[PatternRule, ...]:
    """Every rule of dates, the surest first."""
    date = PhiType.DATE
    return (
        PatternRule(
            re.compile(
                rf"(?:生年月日|誕生日|生\s?年\s?月\s?日|DOB)[\s:|│]{{0,4}}(?:西暦)?\s?"
                rf"(?P<v>(?:{_ERA}{_ERA_YEAR}|{_ERA_LETTER}\d{{1,2}}|{_YEAR}|\d{{2}})"
                rf"(?:年\s?|{_MARK}){_N}(?:月\s?|{_MARK}){_N}日?)"
            ),
            date,
            0.99,
            PhiKind.BIRTH_DATE,
        ),
        PatternRule(
            re.compile(rf"{_ERA}{_ERA_YEAR}年\s?{_N}\s?月(?:\s?{_N}\s?日|\s?{_PART_OF_MONTH})?"),
            date,
            0.98,
        ),
        PatternRule(re.compile(rf"(?P<v>{_ERA}{_ERA_YEAR}年)\s?生(?:まれ)?"), date, 0.9, PhiKind.BIRTH_DATE),
        PatternRule(re.compile(rf"(?P<v>{_YEAR}\s?年)\s?生まれ"), date, 0.9, PhiKind.BIRTH_DATE),
        PatternRule(re.compile(rf"{_ERA}{_ERA_YEAR}{_MARK}{_MONTH}(?:{_MARK}{_DAY})?(?!\d)"), date, 0.97),
        PatternRule(re.compile(rf"{_ERA_LETTER}(?:\d{{1,2}}|元)\s?年\s?{_N}\s?月(?:\s?{_N}\s?日)?"), date, 0.97),
        PatternRule(re.compile(rf"{_ERA_LETTER}\d{{1,2}}{_MARK}{_MONTH}{_MARK}{_DAY}(?![\d.])"), date, 0.95),
        PatternRule(re.compile(rf"(?<![A-Za-z0-9])[SHR]\.?\d{{2}}[./]{_MONTH}(?![\d./])"), date, 0.7),
        PatternRule(re.compile(rf"(?<![A-Za-z0-9])R\.?\d[./]{_MONTH}(?![\d./])"), date, 0.7),
        PatternRule(re.compile(rf"(?<!\d){_YEAR}\s?年\s?{_N}\s?月(?:\s?{_N}\s?日|\s?{_PART_OF_MONTH})?"), date, 0.98),
        PatternRule(re.compile(rf"(?<![\d.])(?:19|20)\d\d{_MARK}{_MONTH}{_MARK}{_DAY}(?![\d.])"), date, 0.97),
        PatternRule(re.compile(rf"(?<![\d./])(?:19|20)\d\d\s?[/.]\s?{_MONTH}(?![\d./])"), date, 0.85),
        PatternRule(re.compile(rf"(?<![\d./])'?\d\d[/.]{_MONTH}[/.]{_DAY}(?![\d./%])"), date, 0.9),
        PatternRule(re.compile(r"(?<![\d-])'?\d\d-(?:1[0-2]|0[1-9])-(?:3[01]|[12]\d|0[1-9])(?![\d-])"), date, 0.7),
        PatternRule(
            re.compile(r"(?<![\dA-Za-z-])(?:19[2-9]|20[0-3])\d(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9])(?![\d-])"),
            date,
            0.8,
        ),
        PatternRule(
            re.compile(
                rf"(?<![A-Za-z]){_ENGLISH_MONTH}\.?\s?\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s?(?:19|20)\d\d)?(?![\d.])"
            ),
            date,
            0.93,
        ),
        PatternRule(
            re.compile(rf"(?<![\d.])\d{{1,2}}\s?-?{_ENGLISH_MONTH}\.?(?:\s?,?-?(?:19|20)\d\d)?(?![A-Za-z\d])"),
            date,
            0.93,
        ),
        PatternRule(re.compile(rf"(?<![\d/.]){_MONTH}/{_DAY}/(?:19|20)\d\d(?![\d/])"), date, 0.97),
        PatternRule(re.compile(rf"(?<!\d)(?<!\d年){_MONTH}\s?月\s?{_DAY}\s?日"), date, 0.97),
        PatternRule(re.compile(rf"(?<![{KANJI_DIGIT}])[{KANJI_DIGIT}]{{1,2}}月[{KANJI_DIGIT}]{{1,3}}日"), date, 0.97),
        PatternRule(
            re.compile(
                rf"(?:昨年|今年|来年|去年|一昨年|翌年|同年|前年)?の?(?<![\d/.]){_MONTH}月(?:{_PART_OF_MONTH}|頃|ごろ|(?![号齢経間]))"
            ),
            date,
            0.75,
            evidence=_month_alone,
        ),
        PatternRule(
            re.compile(r"(?:同月|同|翌月?|前月|今月|先月|当月|来月)(?P<v>\d{1,2}日)(?![間目分数後前毎])"), date, 0.8
        ),
        PatternRule(
            re.compile(
                rf"(?<![\d第約計./月年])(?P<v>{_DAY}日)(?={_WEEKDAY}|(?:の?(?:朝|夜|夕|昼|深夜|未明|午前|午後))|(?:に|より|から)?(?:入院|退院|手術|転院|来院|受診|搬送|転棟|帰宅|永眠))"
            ),
            date,
            0.7,
        ),
        PatternRule(
            re.compile(r"(?<![\d/.\-A-Za-z^])(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])(?![\d/%A-Za-z]|[.\-]\d)"),
            date,
            0.8,
            evidence=stroke_is_date,
        ),
        PatternRule(
            re.compile(rf"(?<=\()(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])(?=[\s)~,、]|{_WEEKDAY})"),
            date,
            0.75,
            evidence=stroke_is_date,
        ),
    )


_MONTH_OF_WHAT: Final = re.compile(r"(?:[かヶカヵケ箇ヵ]|[\d.]|第|生後|約|計|全)\s?$")
_DATE_BEHIND: Final = re.compile(
    rf"{_WEEKDAY}|\s?(?:に|より|から|まで|以降|以前|付|頃|ごろ|朝|夕|夜|昼|深夜|未明|午前|午後|AM|PM|入院|退院|手術|術|受診|来院|当日|施行|"
    r"採血|採取|撮影|検査|実施|開始|終了|転院|転棟|再診|予約|予定|外来|往診|訪問|提出|投与|抜|挿入|TEL|電話|CT|MRI|MR|US|XP|Xp|"
    r"GF|GIF|CF|EGD|の|は|には|時点|現在|深部|~|:|\d{1,2}:\d\d|\s\d{1,2}時)"
)
_FRACTION_BEFORE: Final = re.compile(
    r"(?:MMT|筋力|Levine|レバイン|レヴァイン|NRS|VAS|[Gg]rade|グレード|スケール|雑音|握力|食事?|摂取|主食|副食|主|副|全粥|粥|常食|朝|昼|夕|"
    r"FIM|視力|GCS|点|得点|スコア|score|ADL|BI|MMSE|HDS-R|HDS|ROM|陽性|反射|上肢|下肢|(?<![A-Za-z])[CPTV]|stage|Stage|比|倍|約|の|各|リンパ節|LN|n=|p?N[\dl][a-c]?|"
    r"[Rr]t\.?|[Ll]t\.?|右|左|胸部|血圧|BP|bp|ＢＰ|度|型|断端|核異型|希釈|生食|残尿|分割|分|コントロール|コア|\)/)[はがを]?[\s:=(]{0,2}$"
)
_FRACTION_BEHIND: Final = re.compile(
    r"\s?(?:量|割|程度摂|摂取|回(?![目診復])|mg|ml|mL|点(?![滴眼検])|錠|杯|本(?![人日院科症])|滴(?!下)|個(?![室人別])|倍|例(?!会)|周(?!術)|"
    r"面(?![会談接])|側(?![臥弯])|弱(?!視)|強(?!い)|の(?:量|摂取|確率|力)|に減量|へ減量|生食|TPN|[ATV](?![A-Za-z])|陽性|視野|/|×|x\d|"
    r"[カか]月|ヶ月|以下|以上|セット|胎(?!児)|頭(?![部痛皮重])|頂|横指|椎|減|min|分(?![娩割離])|秒|時間|肋間|収縮期)"
)
_TIMES_BEFORE: Final = re.compile(r"(?:前回|前々回|今回|次回|初回|最終|直近)\s?\(?$")
_DATE_BEFORE: Final = re.compile(
    r"(?:since|on|from|until|till|by|discharged?|admitted|seen|due|next|last|f/u|D/C)\s$", re.IGNORECASE
)


def _month_alone(text: str, begin: int, _: int) -> float:
    return 0.0 if _MONTH_OF_WHAT.search(text[max(0, begin - 3) : begin]) else 1.0


def stroke_is_date(text: str, begin: int, end: int) -> float:
    """``4/1``: the first of April, or one part in four. What stands around decides; at a line's start it is a date."""
    before, behind = text[max(0, begin - 10) : begin], text[end : end + 12]
    if is_fraction(text, begin, end):
        return 0.0
    if _DATE_BEHIND.match(behind) or _DATE_BEFORE.search(before) or _TIMES_BEFORE.search(before):
        return 1.0
    if before.strip(" ・*#■□●○◆[(|│") == "" or before.rstrip(" ").endswith("\n"):
        return 1.0
    first, _mark, second = text[begin:end].partition("/")
    impossible = int(first) <= int(second) <= 10  # 2/6, 3/5: as likely a fraction
    if impossible and before.endswith("("):
        return 0.0
    return 0.55 if impossible else 0.85


def is_fraction(text: str, begin: int, end: int) -> bool:
    """Whether what stands around makes parts of a whole of ``1/2``: a dose, a strength, a stage."""
    before, behind = text[max(0, begin - 10) : begin], text[end : end + 12]
    return _FRACTION_BEHIND.match(behind) is not None or _FRACTION_BEFORE.search(before) is not None
