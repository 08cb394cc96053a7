"""Where the name of a place stands, whatever it looks like: みなとから転院, いちごで外用, 汐見の連携室, 新開のスーパー.

Insiders call hospitals, homes and quarters by bare or clipped names that no list has. The position alone says too
little: these candidates count only where the model has a glimpse of PHI (``recogniser``).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import HAN, HIRAGANA, KATAKANA
from phi_detector.japanese.context_words import (
    COMMON_ESTABLISHMENTS,
    FACILITY_GENERIC,
    FACILITY_HEADS,
    FUNCTION_WORDS,
    GENERAL_PLACES,
    HONORIFICS,
    LEADS,
    NOT_A_FIELD_VALUE,
    NOT_NAMED,
    ROLES,
)
from phi_detector.japanese.latin_places import LATIN_PLACE
from phi_detector.recogniser import Candidate, Source

_SCORE: Final = 0.6
_NAME: Final = (
    rf"(?:[{HAN}]{{2,6}}|[{KATAKANA}]{{2,10}}|[{HIRAGANA}]{{2,6}}|"
    rf"[{HAN}]{{1,2}}[のヶケが][{HAN}]{{1,2}}|[{HIRAGANA}]{{2,4}}[{HAN}]{{1,2}}|"
    rf"[{KATAKANA}]{{2,6}}[{HAN}]{{1,2}})"
)
_BEFORE: Final = rf"(?:(?<=[\s、。:(「・→/|○△×★※\]])|(?<=[はがもとやか])(?=[{HAN}{KATAKANA}])|(?<=^))"
_FROM: Final = (
    r"(?:から|より)(?:の)?(?:転院|転入|転送|転棟|紹介|搬送|依頼|電話|連絡|来た|来て|戻|引き継|"
    r"受け入れ|受入|TEL|Tel|FAX|返書|返事|返信|情報|画像|CD|処方|帰|入|移)"
)
_TO: Final = (
    r"(?:に|へ)(?:は)?(?:転院|転送|転入|転所|搬送|紹介|依頼|連絡|照会|電話|TEL|返書|戻|帰|行[っくき]|"
    r"行け|通[っいう]|かか[っり]|入院|入所|入居|移[っりす]|送[っりる]|運ばれ|通院|相談|"
    r"問い合わせ|打診|提出|届|外勤|出張|泊ま|住ん|いた|いる|勤め)"
)
_AT: Final = (
    r"(?:で|にて)(?:は)?(?:透析|入院|手術|オペ|ope|OPE|CT|MRI|PET|EGD|CF|GIF|治療|処方|フォロー|"
    r"follow|f/u|診て|受診|化学療法|出産|分娩|検査|精査|輸血|縫合|リハ|加療|"
    r"外用|内服|点滴|言われ|もら[っい]|買[っい]|受傷|転倒|転ん|倒れ|働|フォロ|実施|撮影|撮っ|告知|"
    r"死亡|看取|胃瘻|透析|診断|指摘|健診|経過)"
)
_OF: Final = (
    r"の(?:透析|デイ|ショート|連携|連携室|地域連携|相談員|MSW|SW|PSW|CM|ケアマネ|救急|外来|当直|"
    r"バイト|窓口|診察券|処方|紹介状|返書|緩和|療養|先生|医師|看護師|職員|社長|"
    r"呼吸器|循環器|消化器|整形|内科|外科|眼科|皮膚科|精神科|小児科|産婦人科|泌尿器|耳鼻科|脳外|神経内科|"
    r"ホテル|旅館|事務所|空港|スーパー|コンビニ|交差点|実家|自宅|家|公民館|郵便局|祭り?|朝市|土手|坂|橋|駅|駅前|病院|ほう|方|"
    r"店|畑|工場|会社|出身|[\d一二三四五六]階|"
    rf"[{HAN}]{{1,4}}(?:先生|医師|Dr|さん|氏|様|看護師|MSW|技師|師長))"
)
_BARE: Final = (
    r"(?:受診|宛て?|経由|在住|生まれ|方面|付近|近く|周辺|行き|泊|着(?=[\s、。])|収容|搬入|転送|"
    r"まで(?:家族|送|迎|往復|来)|育ち|が(?:混|近|満床|遠|いい)|は(?:満床|避け|受け入れ|空床|水没))"
)
_CONTEXT: Final = tuple(
    re.compile(rf"{_BEFORE}(?P<v>{_NAME})(?={what})", re.MULTILINE) for what in (_FROM, _TO, _AT, _OF, _BARE)
)
_NO_PLACE: Final = (
    "(?:Drs?|Mrs?|Ms|Prof|Week|Day|Month|Year|Visit|Cycle|Stage|Step|Grade|Home|Night|Rest|Baseline|Screening|Admission|Discharge|"
    "The|This)(?![a-z])"
)
_LATIN_LABEL: Final = (
    r"(?:at|from|near|via|@|c/o|"
    r"(?:Work|Employer|School|Staying|Facility|Clinic|Hospital|PCP|[Hh]otel|[Ff]ollow-up)\s?[:=]?)"
)
_LATIN_CONTEXT: Final = (
    *(re.compile(rf"(?<![A-Za-z])(?P<v>{LATIN_PLACE})\s?(?={what})") for what in (_FROM, _TO, _AT, _OF)),
    re.compile(rf"(?<![A-Za-z]){_LATIN_LABEL}\s(?!{_NO_PLACE})(?P<v>{LATIN_PLACE}|{_NAME})(?![A-Za-z\d])"),
)
_CLIPPED_BEHIND: Final = (
    r"(?=[\s、。,)」|:/()?→×○△]|$|から|より|まで|って|では|には|との|[でにへのをはがも](?![ぁ-ん]{2}))"
)
_CLIPPED_BEFORE: Final = r"(?:(?<=[\s、。:(「・→/|○△×★※\]])|(?<=[はがもとやか])|(?<=^))"
_COMMON_END: Final = re.compile(
    r"[科部室課係日時分年月歳回後前中上下間内外的性化症炎癌薬剤液食便尿痛無有済様]$|さん$|先生|"
    r"[社課部係園校]長の?$|^(?:うち|隣|後で|ここ|それ|帰り|行き)|^(?:当|他|前|同|本|自|各|今|昨|再|"
    r"別)|(?:こと|ところ|ため|もの|とき|ころ|そこ|ここ|どこ)$"
)
_NOT_A_PLACE: Final = (
    FACILITY_GENERIC
    | FACILITY_HEADS
    | COMMON_ESTABLISHMENTS
    | NOT_A_FIELD_VALUE
    | NOT_NAMED
    | FUNCTION_WORDS
    | GENERAL_PLACES
    | HONORIFICS
    | LEADS
    | ROLES
)
_PUBLIC: Final = re.compile(
    r"^(?:(?:社会)?(?:医療|福祉)法人\S{0,8}?会|特別養護老人ホーム|介護老人保健施設|グループホーム|"
    r"[^\s]{1,4}(?:県|府|都|道)(?!立)|[^\s]{1,5}[市区町村](?![立民])|[国県市町村公私都府]立|国保|"
    r"独立行政法人|国立病院機構)\s?"
)
_KIND: Final = re.compile(
    r"(?:(?:総合|記念|中央|附属|国保|第[一二三])?(?:病院|医療センター|クリニック|診療所|医院)|"
    r"調剤薬局|薬局|(?:小|中|高等|中等教育)学校|苑|園|荘|の(?:家|里|郷|丘|森))$"
)
_SHORTEST_NAME: Final = 4
_MOST_FACILITIES: Final = 40


def find_place_positions(text: str) -> Iterator[Candidate]:
    """Whatever stands where a place does, in offsets of ``text``."""
    for pattern in (*_CONTEXT, *_LATIN_CONTEXT):
        for match in pattern.finditer(text):
            name = match.group("v")
            if name not in _NOT_A_PLACE and not _COMMON_END.search(name):
                yield _place(*match.span("v"))


def find_clipped(text: str, facilities: Iterable[Candidate]) -> Iterator[Candidate]:
    """Bare and clipped forms of ``facilities`` where they stand alone: 市立汐見病院 is 汐見, 県立中央病院 県中."""
    names = {text[one.begin : one.end] for one in facilities}
    forms = {form for name in sorted(names, key=len, reverse=True)[:_MOST_FACILITIES] for form in _clipped(name)}
    forms -= names
    if not forms:
        return
    either = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    for match in re.finditer(rf"{_CLIPPED_BEFORE}(?:{either}){_CLIPPED_BEHIND}", text, re.MULTILINE):
        if match.group() not in _NOT_A_PLACE:
            yield _place(match.start(), match.end())


def _clipped(name: str) -> Iterator[str]:
    """The name without owner and kind, its first two to four characters, its first two with the kind's first."""
    if not _SHORTEST_NAME <= len(name) <= 24 or name.isascii() or any(c.isdigit() for c in name):
        return
    bare = _PUBLIC.sub("", name)
    kind = _KIND.search(bare)
    stem = bare[: kind.start()] if kind else bare
    for whole in {stem, bare}:
        for size in (2, 3, 4, 5):
            if len(whole) >= size:
                yield whole[:size]
        if len(whole) >= 2:
            yield whole
    if kind and len(stem) >= 2:
        yield stem[:2] + kind.group()[0]
        yield stem + kind.group()[0]
    if name[:2] != bare[:2]:
        yield name[:2]
        if stem:
            yield name[0] + stem[0]
            yield name[0] + stem[:2]


def _place(begin: int, end: int) -> Candidate:
    return Candidate(begin, end, PhiType.ADDRESS, _SCORE, PhiKind.FACILITY, Source.GAZETTEER)
