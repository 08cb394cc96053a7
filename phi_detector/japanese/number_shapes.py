"""Numbers with a rare label or none, but a form of their own: 令和3年(ワ)第12号, 死76-0615, 835号車, ゼッケン 1723."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.japanese.characters import HAN, HIRAGANA, KATAKANA
from phi_detector.japanese.foreseen import foreseen
from phi_detector.pattern_rule import PatternRule

_ERA: Final = r"(?:令和|平成|昭和|令|平|昭|[RHS])\s?(?:\d{1,2}|元)\s?年?\s?"
_LABEL: Final = (
    r"(?:車両|車番|公用車|送迎車|救急車|検診車|[線X]車|車|便名|便|整理|受付|受理|収受|相談受理|事例|"
    r"症例|ケース|台帳|伝票|請求|誓約書?|同意書?|予約|発行|発送|照会|"
    r"コース|棚|保管棚?|金庫|ロッカー|鍵|キー|ラベル|タイムカード|カード|バッジ|名札|ゼッケン|タグ|"
    r"トリアージ(?:タグ)?|防犯登録|事前登録|登録記号|登録|信号符字|コールサイン|"
    r"部隊?|救急隊|無線|ロット|貸出機|代替機|本体|装置|機番|予備|キット|菌株送付|送付|注文|決済|承認|"
    r"証券|証明書?|通知|インシデント|ヒヤリ|報告|届|IR|NST|JOB|ジョブ|チケット|INCIDENT|"
    r"被験者|被検者|サイト|施設|搬送|事故|検体|標本|ブロック|プレパラート|スライド|USB|資産|備品|管理|"
    r"追跡|荷物|書留|簡易書留|特定記録|お問い合わせ|通番|連番|"
    r"保険医(?:登録)?|施用者(?:免許)?|技術認定|認定|ライセンス|証|医籍|学籍|学生証|端末|PC|部品|"
    r"フィルム|CD|ディスク|返却|貸出|取扱|決裁(?:文書)?|文書|書類|事件|申立|調停|判定|"
    r"会員|組合員|船舶|機体|フライト|座席券|搭乗券|航空券|自動車|ナンバー|X線|レントゲン|撮影|EEG)"
)
_NUMBER: Final = r"(?:番号|番|記号|符号|No\.?|NO\.?|№|#|ID|コード)?"
_VALUE: Final = (
    rf"(?P<v>(?:[{HAN}]{{1,3}}-?)?(?:[A-Z]{{1,5}}-?\d[\dA-Z]*(?:-[\dA-Z]+){{0,4}}|"
    rf"\d{{2,6}}(?:-[\dA-Z]{{2,8}}){{1,4}}|\d{{4,12}}))"
)
_END: Final = r"(?![\dA-Za-z]|-\d|[.:/]\d|\s?(?:円|年|月|日|時|分|名|人|件|例|mg|mL|kg|cm|mm|%|点|単位|回|歳))"
_LAWS: Final = (
    r"(?:法律|政令|省令|府令|告示|規則|条例|条約|訓令|規程|法|令|様式|別表|別紙|別添|資料|議案|議題|会議|附則|記|号外|"
    r"(?:医政|医薬|薬食|薬生|薬機|保医|保険|健感?|老発?|老老|障障?|障|社援|雇児|子発|基|職|総務|消防|"
    r"文科|府|環)[^\s]{0,4}発)"
)
_NO_SIGN: Final = frozenset(
    "甲乙約計各第全平年週月日朝昼夕夜前後高低中左右上下他又及最毎体血脈身目基正範図表章節式問例注版条項号巻頁点数量比率差値幅径長度温圧病約人名歳約超以未満凡概延総合"
)


def rules() -> tuple[PatternRule, ...]:
    """Every rule of forms and of rarer labels."""
    number = PhiType.ID
    return (
        PatternRule(
            re.compile(rf"{_ERA}\([{HAN}{KATAKANA}{HIRAGANA}]{{1,4}}\)\s?第?\s?\d{{1,6}}(?:\s?号)?"), number, 0.97
        ),
        PatternRule(
            re.compile(
                rf"(?<![{HAN}\d])(?!{_LAWS}第|[甲乙丙丁]第|"
                rf"[^第]{{0,5}}番号第)(?P<v>[{HAN}]{{1,6}}第\s?\d{{1,6}}(?:-\d{{1,6}})?号)(?![様俸機車室被館病工証])"
            ),
            number,
            0.85,
            evidence=_is_registered,
        ),
        PatternRule(
            re.compile(
                rf"(?<![{HAN}{HIRAGANA}{KATAKANA}\dA-Za-z])(?!{_LABEL}\d|内線|"
                rf"電話)[{HAN}]{{1,2}}\d{{2}}-\d{{2,5}}(?![\d.-]|[%℃]|[年月日時分歳名人件例mkc])"
            ),
            number,
            0.85,
            evidence=_is_no_range,
        ),
        PatternRule(
            re.compile(rf"(?<![{HAN}\dA-Za-z])[{HAN}]{{1,2}}-\d{{2,4}}(?![\d.-]|[年月日時分歳名人件例mkc%])"),
            number,
            0.6,
            evidence=_is_no_range,
        ),
        PatternRule(re.compile(r"(?:事例|症例|被験者|登録例)\s{0,4}(?P<v>第\s?\d{2,5}\s?例)"), number, 0.93),
        PatternRule(re.compile(r"(?<![\dA-Za-z])(?P<v>\d{2,4}\s?号車)"), number, 0.85),
        PatternRule(
            re.compile(rf"(?<![{KATAKANA}A-Za-z]){foreseen(_LABEL)}\s?{_NUMBER}[ \t　:|│(「]{{0,4}}{_VALUE}{_END}"),
            number,
            0.85,
            evidence=_is_no_range,
        ),
    )


_RANGE: Final = re.compile(r"(\d+)-(\d+)")
_MEASURED: Final = re.compile(r"\d+")


def _is_registered(text: str, begin: int, end: int) -> float:
    """Whether a number of more than one digit is told: 薬第8166号, not 別第2号."""
    digits = sum(character.isdigit() for character in text[begin:end])
    return 1.0 if digits >= 3 else 0.4


def _is_no_range(text: str, begin: int, end: int) -> float:
    """Whether this is a number with a dash in it, not from ... to: 37-70 may be either, 0615 begins with a nought."""
    value = text[begin:end]
    if value[0] in _NO_SIGN:
        return 0.0
    found = _RANGE.search(value)
    if found is None:
        return 1.0
    low, high = found.groups()
    if len(low) <= 2 and len(high) <= 2 and low[0] != "0" and high[0] != "0":
        return 0.6 if int(low) < int(high) else 1.0
    return 1.0
