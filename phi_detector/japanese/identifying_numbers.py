"""Numbers of people, providers, policies and devices: label-driven, because most have no shape of their own.

A check digit raises the score where there is one. It never drops a labelled number (個人情報保護法2条2項: the whole
identification code goes).
"""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import DASH, HAN, HIRAGANA, KATAKANA
from phi_detector.japanese.check_digits import individual_number_holds, insurance_number_holds
from phi_detector.japanese.foreseen import foreseen
from phi_detector.pattern_rule import PatternRule

_SEPARATOR: Final = r"[\s:|│=#.(]{0,6}(?:は|が|No\.?|NO\.?|no\.?|第)?[\s:#.]{0,3}"
_VALUE: Final = (
    rf"(?P<v>(?:[A-Za-z{HIRAGANA}{KATAKANA}]{{0,5}}[{DASH}]?)\d[\dA-Za-z]{{0,20}}"
    rf"(?:\s?[{DASH}/・]\s?[\dA-Za-z]{{1,12}}){{0,5}}(?:\s\d{{3,8}}){{0,3}})"
)
_SUFFIX: Final = r"(?:番号|ナンバー|コード|[ 　]?(?:No|NO|no|ID|Id)\.?)"

_RECORD: Final = (
    r"(?:患者|カルテ|診療録|診察券|診療券|受診者|外来|入院|症例|病歴|利用者|入所者|入居者|登録者|個人|受診券|患者登録)"
    rf"\s?{_SUFFIX}|(?:患者|カルテ|利用者|受診者)ID|ID{_SUFFIX}|(?<![A-Za-z])(?:ID|MRN|Pt\.?\s?ID)(?=[\s:|│#.]{{1,4}}|は|\d)"
)
_PAPER: Final = (
    r"(?:受付|検体|検査|オーダー|標本|病理|細胞診|組織診|依頼|処方箋|処方せん|処方|伝票|文書|書類|予約|会員|登録|アクセッション|撮影|照射|手術|"
    r"紹介状?|申請|申込|請求|注文|問合せ|問い合わせ|管理|整理|剖検|採取|バーコード|治験|被験者|識別|匿名化|研究対象者|UMIN|jRCT|臨床研究)"
    rf"\s?{_SUFFIX}|(?:Accession|accession|ACC|検体|標本)\s?(?:No|NO|#|ID|number)?\.?(?=[\s:#])"
)
_INSURANCE: Final = (
    r"(?:公費(?:負担者?|受給者?)?|負担者|受給者|受給者証|医療証|介護保険(?:被保険者)?(?:証)?|被保険者(?:証)?(?:等)?|後期高齢者(?:医療)?(?:被保険者)?|"
    r"国民健康保険|健康保険証?|保険証|資格確認書|生活保護受給者?|生保|医療券|自立支援医療(?:受給者)?|特定疾患(?:受給者)?|特定医療費受給者証?|"
    r"難病(?:受給者)?|小児慢性|労災保険?|労働保険|雇用保険(?:被保険者)?|自賠責|証券|契約|労災|自賠責証明書|年金証書)"
    r"(?:の)?\s?(?:番号|No\.?|コード|証番号)"
)
_LICENCE: Final = (
    r"(?:運転免許証?|免許証?|免許|旅券|パスポート|在留カード|特別永住者証明書|住民票コード|基礎年金|年金|健康保険組合員|組合員|マイナ保険証|"
    r"医籍|医師|医籍登録|医師登録|医師免許|薬剤師|薬剤師登録|看護師|看護師登録|看護師免許|保健師|助産師|技師|臨床検査技師|診療放射線技師|麻薬施用者(?:免許)?|"
    r"麻薬免許|麻薬(?:施用)?|専門医|指定医|保険医|保険医登録|登録販売者|介護支援専門員(?:登録)?|ケアマネ(?:ジャー)?登録|免許登録|"
    r"職員|社員|学籍|従業員|医師|医療機関|保険医療機関|事業所|薬局|施設|法人|障害者手帳|身体障害者手帳|療育手帳|精神障害者保健福祉手帳|"
    r"母子健康?手帳|母子手帳|被爆者健康手帳|お薬手帳|救急隊|出動|隊|車両|登録|ナンバー|自動車登録|車台|クレジットカード|カード|口座|顧客|お客様|契約者|会社)"
    r"(?:登録)?(?:の)?\s?(?:番号|No\.?|NO\.?|コード|ID)"
)
_DEVICE: Final = (
    r"(?:シリアル|製造|機器|機番|装置|ロット|デバイス|機体|型番|本体|植込み?|リード|ジェネレータ|レンズ|インプラント|個体識別|UDI|ペースメーカ手帳)"
    r"\s?(?:番号|No\.?|NO\.?|ナンバー|コード)|シリアル|(?<![A-Za-z])(?:S/N|SN|LOT|Lot|lot|UDI|DI|Serial(?:\s?No\.?)?|Ser\.?\s?No\.?)(?=[\s:#.]{1,3})"
)
_IN_ENGLISH: Final = (
    r"(?<![A-Za-z])(?:(?:Policy|Plan|Member(?:ship)?|Group|Subscriber|Claim|Auth(?:orization)?|Certificate|Insurance|Guarantor|Passport|Visa|"
    r"DoD|SSN|MRN|TRICARE|Tricare|Medicare|Medicaid|Chart|Reference|Booking)\s?(?:ID|No\.?|no\.?|[Nn]umber|#|Nr\.?|Code)?|(?:Account|Acct|Case|Employee|Study|Subject|Visit|"
    r"Encounter|Order|Rx|Licen[sc]e|Ref|Patient|Pt)\s?(?:ID|No\.?|no\.?|[Nn]umber|#))(?:\s?\([^()\n]{1,12}\))?"
)
_ACCOUNT: Final = r"(?:普通(?:預金)?|当座(?:預金)?|貯蓄(?:預金)?|口座(?:番号)?|記号番号|通帳記号|ゆうちょ)"


def rules() -> tuple[PatternRule, ...]:
    """Every rule of numbers, the surest first."""
    number = PhiType.ID
    dash = rf"[{DASH}\s]?"
    insured = PhiKind.INSURED_SYMBOL_NUMBER
    return (
        PatternRule(
            re.compile(
                rf"(?:個人番号|マイナンバー(?:カード)?(?:番号)?|My\s?Number){_SEPARATOR}(?P<v>\d{{4}}{dash}\d{{4}}{dash}\d{{4}}|\d{{9,13}})(?!\d)",
                re.IGNORECASE,
            ),
            number,
            0.99,
            PhiKind.INDIVIDUAL_NUMBER,
        ),
        PatternRule(
            re.compile(rf"保険者番号(?:等)?{_SEPARATOR}(?P<v>\d(?:\s?\d){{4,8}})(?!\d)"),
            number,
            0.99,
            PhiKind.INSURER_NUMBER,
        ),
        PatternRule(
            re.compile(
                rf"記号(?:\s?[・/及びとー]{{0,2}}\s?番号)?{_SEPARATOR}(?P<v>[A-Za-z0-9{HAN}{HIRAGANA}{KATAKANA}{DASH}]{{1,14}}?)(?=[\s,、・|│/)]{{0,4}}番号|[\s・,、/{DASH}]{{1,3}}\d)"
            ),
            number,
            0.9,
            insured,
            _not_a_word,
        ),
        PatternRule(
            re.compile(
                rf"記号\s?(?:[・/及びとー]{{0,2}}\s?番号)?{_SEPARATOR}[A-Za-z0-9{HAN}{HIRAGANA}{KATAKANA}{DASH}]{{1,14}}[\s・,、/|│{DASH}]{{0,4}}(?:番号)?[\s:|│]{{0,4}}(?P<v>\d{{1,10}}(?:[{DASH}]\d{{1,8}})?)"
            ),
            number,
            0.95,
            insured,
        ),
        PatternRule(
            re.compile(
                rf"記号\s?[・/及びと]{{0,2}}\s?番号{_SEPARATOR}(?P<v>[A-Za-z0-9{HAN}{HIRAGANA}{KATAKANA}]{{1,12}}\s?[・\s/{DASH}]\s?\d{{1,10}}(?:\s?[(\s{DASH}]?\s?(?:枝番)?[\s:]?\d{{2}}\)?)?)"
            ),
            number,
            0.97,
            insured,
        ),
        PatternRule(re.compile(rf"枝番(?:号)?\)?{_SEPARATOR}(?P<v>\d{{1,2}})(?!\d)"), number, 0.95, insured),
        PatternRule(
            re.compile(rf"{foreseen(_RECORD)}{_SEPARATOR}{_VALUE}"),
            number,
            0.97,
            PhiKind.MEDICAL_RECORD_NUMBER,
            _has_two_digits,
        ),
        PatternRule(
            re.compile(rf"{foreseen(_INSURANCE)}{_SEPARATOR}{_VALUE}"), number, 0.97, evidence=_insurance_check
        ),
        PatternRule(re.compile(rf"{foreseen(_LICENCE)}{_SEPARATOR}{_VALUE}"), number, 0.96, evidence=_has_two_digits),
        PatternRule(re.compile(rf"{foreseen(_PAPER)}{_SEPARATOR}{_VALUE}"), number, 0.95, evidence=_has_two_digits),
        PatternRule(
            re.compile(
                rf"{foreseen(_IN_ENGLISH)}\s?[:#.]?\s?(?P<v>[A-Z0-9][A-Z0-9]{{0,12}}(?:[{DASH}/][A-Z0-9]{{1,12}}){{0,4}}(?:\s\d{{3,8}}){{0,2}})(?![a-z])"
            ),
            number,
            0.95,
            evidence=_has_four_digits,
        ),
        PatternRule(re.compile(rf"{foreseen(_DEVICE)}{_SEPARATOR}{_VALUE}"), number, 0.93, evidence=_has_two_digits),
        PatternRule(
            re.compile(rf"{_ACCOUNT}[\s:|│)]{{0,4}}(?P<v>\d{{5}}-\d{{1,8}}(?:-\d)?|\d{{6,8}})(?!\d)"), number, 0.95
        ),
        PatternRule(re.compile(r"第\s?[A-Za-z]?\d[\d-]{3,13}\s?号"), number, 0.9),
        PatternRule(
            re.compile(
                rf"(?:[{HAN}]{{1,4}}|[{HIRAGANA}]{{1,3}})\s?\d{{3}}\s?[{HIRAGANA}]\s?(?:\d{{1,2}}-\d{{2}}|[・.]{{1,3}}\d{{1,3}}|\d{{1,4}})(?![\d-])"
            ),
            number,
            0.9,
        ),  # 品川 500 さ 12-34
        PatternRule(
            re.compile(rf"(?<![\d\-A-Za-z])\d{{4}}[{DASH}\s]\d{{4}}[{DASH}\s]\d{{4}}(?:[{DASH}\s]\d{{4}})?(?![\d-])"),
            number,
            0.85,
        ),
        PatternRule(
            re.compile(r"(?<![\d\-.A-Za-z])\d{12}(?![\d.-])"),
            number,
            0.95,
            PhiKind.INDIVIDUAL_NUMBER,
            _individual_number_check,
        ),
        PatternRule(re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{7,8}(?:[A-Z]{2})?(?![A-Za-z0-9])"), number, 0.8),
        PatternRule(re.compile(r"(?<![A-Za-z0-9\-./])[A-Za-z]{1,4}-?\d{2}-?\d{4,6}(?![\w.-])"), number, 0.7),
        PatternRule(
            re.compile(r"(?<![A-Za-z0-9\-./,])[A-Za-z]{0,3}-?\d{6,16}(?![\d.,]|[A-Za-z%])"),
            number,
            0.6,
            evidence=_not_a_quantity,
        ),
        PatternRule(re.compile(r"(?<![\d\-./A-Za-z])\d{2,5}-\d{4,7}(?:-\d{1,6})?(?![\d./-])"), number, 0.6),
        PatternRule(re.compile(r"(?<![\d\-./A-Za-z])\d{3,8}-\d{1,3}(?:-\d{1,6})(?![\d./-])"), number, 0.5),
        PatternRule(re.compile(r"(?<=#)\d{5,12}(?!\d)"), number, 0.7),
        PatternRule(
            re.compile(
                rf"(?:専門医|認定医|指定医|指導医|認定看護師)\s?(?:番号|No\.?)?\s?[(:]?\s?(?P<v>(?:[{HAN}]{{1,3}})?\d{{3,8}})(?![\d年名人床件/])"
            ),
            number,
            0.93,
        ),
        PatternRule(
            re.compile(rf"(?<=[\s:])(?:[{HAN}]{{1,3}}\d{{0,4}}|\d{{2}}-\d{{2}})\s?・\s?\d{{3,8}}(?![\d.])"),
            number,
            0.93,
            insured,
        ),  # 記号・番号 of a health insurance society
        PatternRule(
            re.compile(
                r"(?<![A-Za-z0-9\-./])(?=[A-Z]{1,4}\d)(?=[A-Z0-9]{9,14}(?![A-Za-z0-9\-.]))[A-Z]+\d{2,9}[A-Z]?\d{2,9}"
            ),
            number,
            0.7,
            evidence=_has_six_digits,
        ),
    )


def _has_two_digits(text: str, begin: int, end: int) -> float:
    return 1.0 if sum(character.isdigit() for character in text[begin:end]) >= 2 else 0.5


def _has_six_digits(text: str, begin: int, end: int) -> float:
    return 1.0 if sum(character.isdigit() for character in text[begin:end]) >= 6 else 0.0


def _has_four_digits(text: str, begin: int, end: int) -> float:
    return 1.0 if sum(character.isdigit() for character in text[begin:end]) >= 4 else 0.0


def _insurance_check(text: str, begin: int, end: int) -> float:
    return 1.0 if insurance_number_holds(text[begin:end]) else 0.98


def _individual_number_check(text: str, begin: int, end: int) -> float:
    return 1.0 if individual_number_holds(text[begin:end]) else 0.7


def _not_a_quantity(text: str, begin: int, end: int) -> float:
    """Cells and copies come in hundreds of thousands: 150000/uL."""
    behind = text[end : end + 3].lstrip()
    if behind.startswith(("/", "個", "円", "単位", "万", "人", "コピー", "IU", "U", "m", "k", "μ", "µ", "×")):
        return 0.0
    digits = text[begin:end].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-")
    return 0.5 if digits.endswith("000") else 1.0


_WORDS: Final = frozenset({"番号", "等", "及び", "なし", "不明"})


def _not_a_word(text: str, begin: int, end: int) -> float:
    return 0.0 if text[begin:end] in _WORDS else 1.0
