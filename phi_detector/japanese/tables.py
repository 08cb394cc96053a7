"""Columns of tables: where most cells of a column hold names, the others do; and what its head says, its cells are.

A cell alone says little (``1069``, ``つばめ``, ``65``); a column says what it is by its other cells or by its head.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.japanese.characters import HAN, HIRAGANA, KATAKANA
from phi_detector.japanese.context_words import FACILITY_GENERIC, NOT_A_FIELD_VALUE, NOT_NAMED
from phi_detector.recogniser import Candidate, Source
from phi_detector.tables import Cell, even_tables

_BY_VOTES: Final = 0.7
BY_HEAD: Final = 0.8  # the head of the column says so
_FEWEST_ROWS: Final = 3
_FEWEST_VOTES: Final = 2
_MOST_ROWS: Final = 500
_FURTHEST: Final = 60  # characters before a cell that a candidate in it may begin
_SHARE: Final = {PhiType.NAME: 0.6, PhiType.ADDRESS: 0.6, PhiType.ID: 0.3, PhiType.AGE: 0.3, PhiType.PHONE_OR_FAX: 0.4}
_HEADS: Final = {
    PhiType.ID: re.compile(
        r"(?:患者|カルテ|受付|整理|受診|登録|検体|製造|ロット|標本|伝票|証|ケース|症例|管理|予約|会員|"
        r"職員|社員|学籍|照会|事例|追跡|機番|記号)?\s?(?:番号|ID|No\.?|NO\.?|№|コード番号)|"
        r"整理|chart|MRN|Chart(?: No\.?)?|accession|カルテ|受付|機番|S/N|Lot|LOT|ロット|シリアル",
        re.IGNORECASE,
    ),
    PhiType.AGE: re.compile(r"年齢|年|齢|歳|AGE|Age|age|満年齢"),
    PhiType.PHONE_OR_FAX: re.compile(
        r"電話(?:番号)?|TEL|Tel|tel|連絡先.{0,6}|内線|PHS|携帯|FAX|contact", re.IGNORECASE
    ),
    PhiType.NAME: re.compile(
        r"(?:患者|ご?利用者|入所者|入居者|お|保護者|児童|生徒|被験者|申請|家族)?(?:氏名|名前|様)|患者名|"
        r"患者|ご?利用者|(?:主治|担当|紹介|指示|執刀|麻酔|当直)医|"
        r"担当者?|受持ち?|医師|カナ|フリガナ|ﾌﾘｶﾞﾅ|NAME.{0,12}|name.{0,20}|記[載録]者|実施者|確認者?|"
        r"受領者?|出庫者?|入力者?|代表者?|連絡者|Dr\.?|REQ DR|KP"
    ),
    PhiType.ADDRESS: re.compile(
        r"施設名?|病院名?|医療機関名?|転院先|紹介元|紹介先|受診先|搬送先|搬入先|依頼元|通院先|病棟|病室|"
        r"部屋|室|室名|住所|居住地|事業所名?|勤務先|学校名?|所属|居室|"
        r"ward|room|RM|bed|where(?: now)?|FROM|会場|出身|前医|かかりつけ|薬局",
        re.IGNORECASE,
    ),
}
_CELLS: Final = {
    PhiType.ID: re.compile(r"#?[A-Za-z]{0,5}-?\d[\dA-Za-z]*(?:[-/.][\dA-Za-z]+){0,4}"),
    PhiType.AGE: re.compile(r"(?P<v>\d{1,3})(?:\s?(?:歳|才|[MF男女]|mo?))?"),
    PhiType.PHONE_OR_FAX: re.compile(r"\+?[\d()\-\s]{3,18}"),
    PhiType.NAME: re.compile(
        rf"[{HAN}{KATAKANA}{HIRAGANA}ｦ-ﾟ・]{{1,12}}(?:[ 　][{HAN}{KATAKANA}{HIRAGANA}ｦ-ﾟ・]{{1,8}})?"
    ),
    PhiType.ADDRESS: re.compile(
        rf"(?=.*(?:[{HAN}{KATAKANA}{HIRAGANA}]{{2}}|\d))[{HAN}{KATAKANA}{HIRAGANA}\dA-Za-z・\-]{{2,20}}"
    ),
}
_NO_ID: Final = re.compile(r"\d{1,3}|\d{1,2}[/:]\d{1,2}|\d{1,4}/\d{1,2}/\d{1,2}|\d+\.\d+|\d{4}-\d{2}-\d{2}")
_NO_PLACE: Final = re.compile(
    r"\d{1,2}[/:]\d{1,2}|\d+\.?\d*|.*[有無済未可否×○]|外来|入院|通院|自宅|在宅|院内|他院|当院|透析|"
    r"救急|同上|〃|不明|手術室|健診|病棟|.{0,4}科|.*[たてすいるう]"
)
_NOBODY: Final = NOT_NAMED | NOT_A_FIELD_VALUE | FACILITY_GENERIC


def find_in_columns(text: str, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Cells of the columns of ``text`` that ``found`` or a head speaks for, in its offsets."""
    near = _Near(found)
    for table in even_tables(text, most_rows=_MOST_ROWS):
        if len(table) < _FEWEST_ROWS:
            continue
        headed = any(head.fullmatch(cell.text) for cell in table[0] for head in _HEADS.values())
        for column in zip(*table, strict=True):
            said = _said(column)
            kind = said or _voted(column, near)
            if kind is None:
                continue
            for cell in column[1:] if headed else column:
                span = _value(cell, kind)
                if span and not near.of(cell):
                    yield Candidate(*span, kind, BY_HEAD if said else _BY_VOTES, source=Source.GAZETTEER)


class _Near:
    """Candidates by where they stand: a table of thousands of cells asks for each of them."""

    def __init__(self, found: Sequence[Candidate]) -> None:
        self._found = sorted(found, key=lambda one: one.begin)
        self._begins = [one.begin for one in self._found]

    def of(self, cell: Cell) -> Sequence[Candidate]:
        """Those that overlap a cell."""
        first = bisect_left(self._begins, cell.begin - _FURTHEST)
        behind = bisect_left(self._begins, cell.end)
        return [one for one in self._found[first:behind] if one.end > cell.begin]


def _said(column: Sequence[Cell]) -> PhiType | None:
    """What the head of a column says that it holds."""
    for kind, head in _HEADS.items():
        if head.fullmatch(column[0].text) and (kind is not PhiType.ID or _is_no_count(column[1:])):
            return kind
    return None


def _voted(column: Sequence[Cell], near: _Near) -> PhiType | None:
    """What most of the cells of a column are known to be."""
    filled = [cell for cell in column[1:] if cell.text]
    if len(filled) < _FEWEST_ROWS - 1:
        return None
    votes: Counter[PhiType] = Counter()
    for cell in (cell for cell in column if cell.text):
        votes.update({one.type for one in near.of(cell) if one.type in _SHARE and _holds(one, cell)})
    for kind, number in votes.most_common(1):
        if number >= _FEWEST_VOTES and number >= _SHARE[kind] * len(filled):
            return kind
    return None


def _holds(one: Candidate, cell: Cell) -> bool:
    return 2 * (min(one.end, cell.end) - max(one.begin, cell.begin)) > len(cell.text)


def _is_no_count(cells: Sequence[Cell]) -> bool:
    """Whether these are numbers of something, not 1, 2, 3."""
    return not all(len(cell.text) <= 2 for cell in cells)


def _value(cell: Cell, kind: PhiType) -> tuple[int, int] | None:
    matched = _CELLS[kind].fullmatch(cell.text)
    if matched is None or cell.text in _NOBODY:
        return None
    if kind is PhiType.ID and _NO_ID.fullmatch(cell.text):
        return None
    if kind is PhiType.ADDRESS and _NO_PLACE.fullmatch(cell.text):
        return None
    if kind is PhiType.AGE:
        return cell.begin + matched.start("v"), cell.begin + matched.end("v")
    return cell.begin, cell.end
