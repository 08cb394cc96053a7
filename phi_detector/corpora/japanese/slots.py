"""What stands where a template says ``{slot}``: a text, and what kind of PHI it is, if it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.corpora.japanese import figures, localities, terms
from phi_detector.corpora.japanese.cast import Cast
from phi_detector.corpora.japanese.dictionary import Sort, dictionary_words
from phi_detector.corpora.japanese.people import hiragana, occupation, person, surname_of_anyone
from phi_detector.corpora.japanese.word_lists import sections, words


@dataclass(frozen=True, slots=True)
class Filling:
    """The text of a slot; ``type`` is None where it is no PHI."""

    text: str
    type: PhiType | None = None
    kind: PhiKind = PhiKind.UNKNOWN


Slot = Callable[[Random, Cast], Filling]


def fill(name: str, rng: Random, cast: Cast) -> Filling:
    """Fill the slot ``name``; raises KeyError for a slot that nobody defined."""
    return _SLOTS[name](rng, cast)


def _name(text: Callable[[Random, Cast], str]) -> Slot:
    return lambda rng, cast: Filling(text(rng, cast), PhiType.NAME)


def _place(text: Callable[[Random, Cast], str], kind: PhiKind) -> Slot:
    return lambda rng, cast: Filling(text(rng, cast), PhiType.ADDRESS, kind)


def _figure(text: Callable[[Random], str], type_: PhiType, kind: PhiKind = PhiKind.UNKNOWN) -> Slot:
    return lambda rng, _: Filling(text(rng), type_, kind)


def _plain(text: Callable[[Random], str]) -> Slot:
    return lambda rng, _: Filling(text(rng))


def _word(name: str) -> Slot:
    return lambda rng, _: Filling(rng.choice(words(name)))


def _dictionary(sort: Sort, everyday: str = "") -> Slot:
    """A word of the dictionary, or as often one of an own list of everyday words."""

    def pick(rng: Random, _: Cast) -> Filling:
        if everyday and rng.random() < 0.6:
            return Filling(rng.choice(words(everyday)))
        return Filling(rng.choice(dictionary_words(sort))[0])

    return pick


def _digits(count: int) -> Slot:
    return _figure(lambda rng: figures.digits(rng, count), PhiType.ID)


def _doctor(rng: Random, cast: Cast) -> str:
    someone = rng.choice(cast.doctors)
    return cast.full(someone) if rng.random() < 0.75 else someone.family


def _facility(rng: Random, cast: Cast) -> str:
    return rng.choice(cast.facilities) if rng.random() < 0.7 else localities.facility(rng)


def _romaji(rng: Random, cast: Cast) -> str:
    family, given = rng.choice((cast.patient, *cast.others)).romaji
    return rng.choice(
        (
            f"{family.upper()} {given}",
            f"{family} {given}",
            f"{given} {family}",
            f"{family.upper()} {given.upper()}",
            f"{family}, {given}",
        )
    )


def _foreign(rng: Random, cast: Cast) -> str:
    if cast.patient.foreign and rng.random() < 0.5:
        return cast.full(cast.patient)
    origin = rng.choice(("vietnamese", "nepali", "brazilian", "filipino", "western", "south_asian", "southeast"))
    someone = person(rng, origin)
    return rng.choice(
        (
            f"{someone.family}・{someone.given}",
            f"{someone.given}・{someone.family}",
            f"{someone.family} {someone.given}",
            someone.given.split("・")[0],
        )
    )


def _age(rng: Random, cast: Cast) -> str:
    return str(cast.age if rng.random() < 0.5 else rng.randint(1, 99))


def _fullname(group: str) -> Callable[[Random, Cast], str]:
    return lambda rng, cast: cast.full(rng.choice(getattr(cast, group)))


def _disease(rng: Random) -> str:
    chance = rng.random()
    if chance < 0.35:
        return terms.disease(rng)
    return rng.choice(words("diseases") if chance < 0.8 else words("eponyms"))


def _dose(rng: Random) -> str:
    unit = rng.choice(("mg", "mg", "μg", "g", "mL", "単位", "錠", "mg/日", "γ"))
    return f"{rng.choice((1, 2, 2.5, 5, 10, 20, 25, 50, 100, 250, 500, 1000))}{unit}"


_DEPARTMENTS: Final = (
    "内科",
    "外科",
    "循環器内科",
    "消化器内科",
    "呼吸器内科",
    "脳神経外科",
    "整形外科",
    "小児科",
    "産婦人科",
    "精神科",
    "皮膚科",
    "泌尿器科",
    "眼科",
    "耳鼻咽喉科",
    "放射線科",
    "麻酔科",
    "救急科",
    "腎臓内科",
    "糖尿病・内分泌内科",
    "血液内科",
    "神経内科",
    "心臓血管外科",
    "形成外科",
    "リハビリテーション科",
    "緩和ケア科",
    "総合診療科",
    "消化器外科",
)
_NATIONS: Final = (
    "ベトナム",
    "ネパール",
    "ブラジル",
    "フィリピン",
    "中国",
    "韓国",
    "インド",
    "ペルー",
    "アメリカ",
    "バングラデシュ",
    "インドネシア",
    "ミャンマー",
    "日本",
)
_KANJI_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"


_VOWELS: Final = "aeiou"


def _latin(rng: Random) -> str:
    """An abbreviation or a term in Latin letters, as charts are full of: any letters, no name."""
    if rng.random() < 0.4:
        return _letters(rng, rng.randint(1, 5))
    consonants = "bcdfghjklmnprstvwyz"
    word = "".join(
        rng.choice(consonants) + rng.choice(_VOWELS) + rng.choice(("", "", "n", "r", "s", "t", "l"))
        for _ in range(rng.randint(1, 4))
    )
    return rng.choice((word, word, word.capitalize(), word.upper(), word[:4] + _letters(rng, 1)))


def _letters(rng: Random, count: int) -> str:
    return "".join(rng.choices(_KANJI_LETTERS, k=count))


_SLOTS: Final[Mapping[str, Slot]] = {
    # people
    "pt": _name(lambda rng, cast: cast.full(cast.patient)),
    "pt_sp": _name(lambda rng, cast: f"{cast.patient.family}  {cast.patient.given}"),
    "pt_f": _name(lambda rng, cast: cast.patient.family),
    "pt_g": _name(lambda rng, cast: cast.patient.given),
    "kana": lambda rng, cast: Filling(cast.kana(cast.patient), PhiType.NAME, PhiKind.KANA),
    "hira": lambda rng, cast: Filling(hiragana(cast.kana(cast.patient)), PhiType.NAME, PhiKind.KANA),
    "kana_f": lambda rng, cast: Filling(
        rng.choice((cast.patient, *cast.others)).family_kana, PhiType.NAME, PhiKind.KANA
    ),
    "other_full_kana": lambda rng, cast: Filling(cast.kana(rng.choice(cast.others)), PhiType.NAME, PhiKind.KANA),
    "dr": _name(_doctor),
    "dr_f": _name(lambda rng, cast: rng.choice(cast.doctors).family),
    "ns": _name(_fullname("nurses")),
    "ns_f": _name(lambda rng, cast: rng.choice(cast.nurses).family),
    "rel": _name(lambda rng, cast: rng.choice(cast.relatives).given),
    "rel_full": _name(_fullname("relatives")),
    "other_full": _name(_fullname("others")),
    "other_f": _name(
        lambda rng, cast: rng.choice(cast.others).family if rng.random() < 0.5 else surname_of_anyone(rng)
    ),
    "romaji": _name(_romaji),
    "romaji_f": _name(lambda rng, cast: rng.choice((person(rng), *cast.doctors)).romaji[0]),
    "romaji_g": _name(lambda rng, cast: person(rng).romaji[1].split(" ")[0]),
    "foreign": _name(_foreign),
    # places
    "addr": _place(lambda rng, cast: cast.address, PhiKind.STREET),
    "address": _place(
        lambda rng, cast: cast.address if rng.random() < 0.5 else localities.address(rng), PhiKind.STREET
    ),
    "address_zip": _place(
        lambda rng, cast: f"{rng.choice(('〒', '〒 ', ''))}{figures.postal_code(rng)} {cast.address}", PhiKind.STREET
    ),
    "address_zip_plain": _place(
        lambda rng, cast: f"{figures.postal_code(rng)} {localities.address(rng)}", PhiKind.STREET
    ),
    "city": _place(lambda rng, cast: localities.place(rng), PhiKind.PLACE),
    "city_short": _place(lambda rng, cast: localities.municipality(rng)[1], PhiKind.PLACE),
    "sudden_place": _place(lambda rng, cast: rng.choice(dictionary_words(Sort.PLACE))[0], PhiKind.PLACE),
    "town": _place(lambda rng, cast: localities.town_address(rng), PhiKind.STREET),
    "town_short": _place(lambda rng, cast: rng.choice(words("towns")), PhiKind.PLACE),
    "station": _place(lambda rng, cast: rng.choice(words("towns")) + "駅", PhiKind.PLACE),
    "fac": _place(_facility, PhiKind.FACILITY),
    "home": _place(lambda rng, cast: localities.home(rng), PhiKind.FACILITY),
    "school": _place(lambda rng, cast: localities.school(rng), PhiKind.FACILITY),
    "co": _place(lambda rng, cast: localities.company(rng), PhiKind.FACILITY),
    "bank": _place(lambda rng, cast: localities.municipality(rng)[1].split("市")[0], PhiKind.FACILITY),
    "ward": _place(
        lambda rng, cast: localities.ward(rng) if rng.random() < 0.8 else localities.care_ward(rng), PhiKind.FACILITY
    ),
    "room": _place(lambda rng, cast: localities.room(rng), PhiKind.FACILITY),
    "room_no": _place(lambda rng, cast: str(rng.randint(201, 1215)), PhiKind.FACILITY),
    # dates and ages
    "d": _figure(figures.any_date, PhiType.DATE),
    "md": _figure(figures.short_date, PhiType.DATE),
    "dob": _figure(figures.birth_date, PhiType.DATE, PhiKind.BIRTH_DATE),
    "age": lambda rng, cast: Filling(_age(rng, cast), PhiType.AGE),
    "age_m": _figure(lambda rng: str(rng.randint(1, 11)), PhiType.AGE),
    "age_d": _figure(lambda rng: str(rng.randint(0, 28)), PhiType.AGE),
    # numbers
    "mrn": lambda rng, cast: Filling(cast.record_number, PhiType.ID, PhiKind.MEDICAL_RECORD_NUMBER),
    "insurer": _figure(lambda rng: figures.digits(rng, rng.choice((8, 8, 6))), PhiType.ID, PhiKind.INSURER_NUMBER),
    "insured": _figure(figures.insured, PhiType.ID, PhiKind.INSURED_SYMBOL_NUMBER),
    "mynumber": _figure(
        lambda rng: rng.choice(("", " ", "-")).join(figures.digits(rng, 4) for _ in range(3)),
        PhiType.ID,
        PhiKind.INDIVIDUAL_NUMBER,
    ),
    "num7": _digits(7),
    "num10": _digits(10),
    "num_short": _figure(lambda rng: figures.digits(rng, rng.randint(5, 9)), PhiType.ID),
    "num_short2": _figure(lambda rng: f"{rng.randint(10, 99)}-{figures.digits(rng, 4)}", PhiType.ID),
    "pathno": _figure(
        lambda rng: f"{rng.choice('HSCP')}{rng.randint(18, 26)}-{figures.digits(rng, rng.choice((4, 5)))}", PhiType.ID
    ),
    "serial": _figure(figures.serial, PhiType.ID),
    "lot": _figure(lambda rng: f"{_letters(rng, 1)}{figures.digits(rng, 6)}", PhiType.ID),
    "licence": _figure(lambda rng: figures.digits(rng, 12), PhiType.ID),
    "passport": _figure(lambda rng: f"{_letters(rng, 2)}{figures.digits(rng, 7)}", PhiType.ID),
    "rescard": _figure(lambda rng: f"{_letters(rng, 2)}{figures.digits(rng, 8)}{_letters(rng, 2)}", PhiType.ID),
    "policy": _figure(figures.policy, PhiType.ID),
    "device_no": _figure(figures.device_number, PhiType.ID),
    "plate": _figure(figures.plate, PhiType.ID),
    # contacts
    "tel": _figure(figures.telephone, PhiType.PHONE_OR_FAX),
    "mobile": _figure(figures.mobile, PhiType.PHONE_OR_FAX),
    "fax": _figure(figures.telephone, PhiType.PHONE_OR_FAX, PhiKind.FAX),
    "ext": _figure(lambda rng: figures.digits(rng, 4), PhiType.PHONE_OR_FAX),
    "ext3": _figure(lambda rng: figures.digits(rng, rng.choice((3, 4, 4))), PhiType.PHONE_OR_FAX),
    "mail": _figure(figures.mail, PhiType.EMAIL),
    "url": _figure(figures.url, PhiType.URL),
    "job": _figure(occupation, PhiType.PROFESSION),
    # no PHI
    "kin": lambda rng, cast: Filling(rng.choice(cast.kin)),
    "sex": _plain(lambda rng: rng.choice(("男性", "女性", "男性", "女性", "女児", "男児"))),
    "sex1": _plain(lambda rng: rng.choice(("男", "女", "男性", "女性", "M", "F"))),
    "dep": _plain(lambda rng: rng.choice(_DEPARTMENTS)),
    "nation": _plain(lambda rng: rng.choice(_NATIONS)),
    "wd": _plain(figures.weekday),
    "yr": _plain(lambda rng: str(rng.randint(1975, 2026))),
    "n": _plain(lambda rng: str(rng.randint(1, 250))),
    "s": _plain(lambda rng: str(rng.randint(1, 9))),
    "m": _plain(lambda rng: f"{rng.randint(0, 59):02}"),
    "f": _plain(lambda rng: f"{rng.uniform(0.1, 42):.1f}"),
    "latin": _plain(_latin),
    "english": _plain(lambda rng: rng.choice(sections("english")["sentences"])),
    "sign": _plain(lambda rng: rng.choice(("+", "-", "±", "2+", "3+", "++"))),
    "roman": _plain(lambda rng: rng.choice(("I", "II", "III", "IV", "Ⅱ", "Ⅲ", "A", "B"))),
    "unit": _plain(
        lambda rng: rng.choice(
            (
                "mg",
                "mg/dL",
                "mL",
                "%",
                "mmHg",
                "点",
                "回",
                "時間",
                "分",
                "日",
                "週",
                "か月",
                "cm",
                "kg",
                "L/分",
                "単位",
                "個",
            )
        )
    ),
    "dose": _plain(_dose),
    "noun": _dictionary(Sort.NOUN, "common_nouns"),
    "action": _dictionary(Sort.ACTION, "common_actions"),
    "adjective": _dictionary(Sort.ADJECTIVE),
    "adverb": _dictionary(Sort.ADVERB, "common_adverbs"),
    "pronoun": _dictionary(Sort.PRONOUN),
    "conjunction": _dictionary(Sort.CONJUNCTION),
    "verb": _dictionary(Sort.VERB),
    "country": _dictionary(Sort.COUNTRY),
    "dis": _plain(_disease),
    "anatomy": _word("anatomy"),
    "role": _word("role_words"),
    "device": _word("devices"),
    "epo": _word("eponyms"),
    "drug": _plain(lambda rng: rng.choice(words("drugs")) if rng.random() < 0.55 else terms.drug(rng)),
    "sym": _word("symptoms"),
    "lab": _word("labs"),
    "proc": _plain(lambda rng: rng.choice(words("procedures")) if rng.random() < 0.7 else terms.disease(rng)),
}
