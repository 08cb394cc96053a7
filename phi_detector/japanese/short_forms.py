"""What insiders call a facility: 労災東部病院 is 労災東部, いちご薬局 is いちご."""

import re
from collections.abc import Iterator
from typing import Final

_LEGAL_FORM: Final = re.compile(
    r"^(?:\(?(?:(?:社会|特定)?医療法人|社会福祉法人|医|社福)\)?(?:社団|財団)?[^ 　]{0,6}?会[ 　]?|独立行政法人|"
    r"国立病院機構|株式会社|有限会社|合同会社|\(株\)|\(有\)|特別養護老人ホーム|介護老人保健施設|有料老人ホーム|グループホーム|老健|特養|"
    r"デイサービス(?:センター)?)[ 　]?"
)
_KIND: Final = re.compile(
    r"(?:(?:総合|記念|中央|附属|大学|リハビリテーション|こども|市民|脳神経外科|眼科|整形外科)?病院|(?:総合)?医療センター|"
    r"(?:こども|レディース|ホーム|メンタル|ファミリー|内科|眼科|皮膚科|整形外科)?クリニック|診療所|医院|"
    r"(?:脳神経外科|整形外科|皮膚科|小児科|耳鼻(?:咽喉)?科|産婦人科|泌尿器科|内科|外科|眼科|歯科)(?:医院)?|"
    r"(?:調剤)?薬局(?:[^ ]{1,5}店)?|訪問看護ステーション|ケアプランセンター|地域包括支援センター|"
    r"デイサービス(?:センター)?|小学校|中学校|高等学校|高校|(?:医科)?大学(?:医学部)?|保育園|幼稚園|こども園|製作所|工務店|株式会社|\(株\))$"
)
_SHORTEST: Final = 3
_ORDINARY_ENDS: Final = re.compile(r"[市区町村県]立?$")


def japanese_short_forms(name: str) -> Iterator[str]:
    """The name without its legal form, and without the word that tells its kind."""
    bare = _LEGAL_FORM.sub("", name)
    if bare != name and len(bare) > _SHORTEST:
        yield bare
    kind = _KIND.search(bare)
    short = bare[: kind.start()] if kind else bare
    if kind and len(short) >= _SHORTEST and not _ORDINARY_ENDS.search(short):
        yield short
