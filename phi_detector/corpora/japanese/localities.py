"""Invented addresses, facilities, schools, employers: real towns, invented numbers and names."""

from random import Random
from typing import Final

from phi_detector.corpora.japanese.dictionary import Sort, dictionary_words
from phi_detector.corpora.japanese.people import hiragana, person
from phi_detector.corpora.japanese.word_lists import words

_FACILITY_HEADS: Final = (
    "病院",
    "病院",
    "総合病院",
    "クリニック",
    "クリニック",
    "医院",
    "内科",
    "内科クリニック",
    "整形外科",
    "診療所",
    "小児科医院",
    "記念病院",
    "中央病院",
    "市民病院",
    "医療センター",
    "リハビリテーション病院",
    "こどもクリニック",
    "眼科",
    "皮膚科クリニック",
    "訪問看護ステーション",
    "ケアプランセンター",
    "地域包括支援センター",
    "薬局",
    "薬局",
    "調剤薬局",
    "特別養護老人ホーム",
    "デイサービスセンター",
    "介護老人保健施設",
    "レディースクリニック",
    "脳神経外科病院",
    "循環器病センター",
    "メンタルクリニック",
    "歯科医院",
    "ホームクリニック",
    "がんセンター",
)
_CORPORATIONS: Final = (
    "医療法人社団{}会 ",
    "医療法人{}会",
    "社会医療法人{}会 ",
    "社会福祉法人{}会 ",
    "(医){}会 ",
    "独立行政法人国立病院機構 ",
)
_SCHOOLS: Final = (
    "小学校",
    "中学校",
    "高等学校",
    "高校",
    "大学",
    "大学医学部",
    "幼稚園",
    "保育園",
    "こども園",
    "専門学校",
    "工業高校",
    "商業高校",
    "女子大学",
)
_KANJI: Final = "〇一二三四五六七八九"


def municipality(rng: Random) -> tuple[str, str]:
    """Prefecture and municipality."""
    prefecture, _, city = rng.choice(words("municipalities")).partition("/")
    return prefecture, city


def address(rng: Random) -> str:
    """A street address in one of the ways that people write them."""
    prefecture, city = municipality(rng)
    head = rng.choice((prefecture + city, prefecture + city, city, f"{prefecture} {city}"))
    return head + rng.choice(words("towns")) + _numbers(rng) + _building(rng)


def town_address(rng: Random) -> str:
    """An address without its city, as neighbours write it."""
    return rng.choice(words("towns")) + _numbers(rng)


def place(rng: Random) -> str:
    """A town, a city, a district."""
    prefecture, city = municipality(rng)
    bare = city.split("市")[0].split("郡")[-1] if rng.random() < 0.25 else city
    bare = bare.removesuffix("町").removesuffix("村") if bare != city else bare
    return rng.choice(
        (city, city, prefecture + city, bare, city + rng.choice(words("towns")), rng.choice(words("towns")))
    )


def facility(rng: Random) -> str:
    """A hospital, a practice, a pharmacy, a home."""
    head = rng.choice(_FACILITY_HEADS)
    city = municipality(rng)[1]
    short = city.split("市")[0].split("郡")[-1].removesuffix("区").removesuffix("町")
    own = rng.choice(words("facility_names"))
    family = person(rng, rng.choice(("japanese", "composed"))).family
    name = rng.choice(
        (
            short,
            own,
            own,
            family,
            family,
            short + own,
            own + "会",
            city + "立",
            f"{short}{family}",
            "聖" + own,
            _katakana(rng),
            rng.choice(dictionary_words(Sort.NOUN))[0],
            own + "の" + rng.choice("森丘里家郷"),
            _katakana(rng),
        )
    )
    text = name + head
    if rng.random() < 0.15:
        text = rng.choice(_CORPORATIONS).format(own) + text
    if rng.random() < 0.1:
        text = (
            f"{short}{rng.choice(('大学', '医科大学', '市立大学'))}{rng.choice(('医学部附属病院', '病院', '附属病院'))}"
        )
    if rng.random() < 0.12:
        given = person(rng, "japanese")
        mark = rng.choice((given.given_kana, hiragana(given.given_kana), own, family))
        text = mark + rng.choice(
            (
                "小児科",
                "内科",
                "眼科",
                "皮膚科",
                "整形外科",
                "こどもクリニック",
                "歯科",
                "産婦人科",
                "耳鼻科",
                "ファミリークリニック",
                "レディースクリニック",
            )
        )
    if rng.random() < 0.06:
        text = rng.choice(
            ("老健", "特養", "有料老人ホーム", "グループホーム", "ケアハウス", "デイサービス", "ショートステイ")
        ) + rng.choice((own, own + "苑", own + "の里", family))
    if rng.random() < 0.06:
        text = short_facility(rng)
    if rng.random() < 0.1:
        text = home(rng)
    if rng.random() < 0.04:
        text = rng.choice(("県立", "市立", "国立", "公立", "町立")) + _kana_word(rng) + "の" + rng.choice(_PUBLIC_HEADS)
    if rng.random() < 0.05:
        text = f"{own}薬局{rng.choice(words('towns'))}店"
    return text


_LEAST_KANA: Final = 3
_MOST_KANA: Final = 6
_PUBLIC_HEADS: Final = ("医療センター", "病院", "総合医療センター", "療育センター", "学校", "家", "森こども園")


def home(rng: Random) -> str:
    """A home, a lodging, a residence whose name does not say that it is one: 悠々館, こもれびの郷, グリーンヒル柏."""
    short = municipality(rng)[1].split("市")[0].split("郡")[-1].removesuffix("区").removesuffix("町")
    own = rng.choice(words("facility_names"))
    return rng.choice(
        (
            _kana_word(rng),
            _kana_word(rng) + rng.choice(("の里", "の家", "の郷", "の丘", "荘", "苑", "館")),
            rng.choice(dictionary_words(Sort.NOUN))[0] + rng.choice(("館", "苑", "荘", "園", "の里", "の家")),
            rng.choice(words("residences")) + rng.choice((short, own, rng.choice(words("towns")))),
            own + rng.choice(("館", "苑", "の家", "ハウス", "")),
        )
    )


def _kana_word(rng: Random) -> str:
    while True:
        _, reading = rng.choice(dictionary_words(rng.choice((Sort.NOUN, Sort.ADVERB))))
        if _LEAST_KANA <= len(reading) <= _MOST_KANA:
            return hiragana(reading)


_SHORT_FORMS: Final = (
    "医大",
    "大病院",
    "日赤",
    "済生会病院",
    "市民病院",
    "労災病院",
    "徳洲会病院",
    "厚生病院",
    "逓信病院",
    "鉄道病院",
    "県立中央",
    "赤十字病院",
    "医師会病院",
    "共済病院",
)


def short_facility(rng: Random) -> str:
    """A facility as colleagues call it: 関西医大, 長岡日赤, 森クリ."""
    city = municipality(rng)[1]
    short = city.split("市")[0].split("郡")[-1].removesuffix("区").removesuffix("町")
    return rng.choice((short, short, rng.choice(("関西", "東北", "九州", "北陸", "湘南", "山陰")))) + rng.choice(
        _SHORT_FORMS
    )


def school(rng: Random) -> str:
    city = municipality(rng)[1]
    short = city.split("市")[0].split("郡")[-1].removesuffix("区").removesuffix("町")
    name = rng.choice(
        (
            f"{city}立{rng.choice(words('towns'))}",
            short,
            f"{short}第{rng.choice('一二三四五')}",
            rng.choice(words("facility_names")),
            rng.choice(dictionary_words(Sort.NOUN))[0],
            f"県立{short}",
        )
    )
    return name + rng.choice(_SCHOOLS)


def company(rng: Random) -> str:
    name = rng.choice(
        (
            rng.choice(words("company_names")),
            person(rng, "japanese").family + rng.choice(("工務店", "商事", "建設", "製作所", "運送", "酒造", "鉄工所")),
            _katakana(rng) + rng.choice(("", "電子", "システム", "ホールディングス")),
            rng.choice(dictionary_words(Sort.NOUN))[0],
            rng.choice(words("company_fronts")) + rng.choice(words("company_ends")),
            municipality(rng)[1].split("市")[0].split("郡")[-1] + rng.choice(words("company_ends")),
        )
    )
    if rng.random() < 0.3:
        name += municipality(rng)[1].split("市")[0].split("郡")[-1] + rng.choice(("", "工場", "支店", "営業所", "本社"))
    return rng.choice(
        (name, f"株式会社{name}", f"{name}株式会社", f"(株){name}", f"有限会社{name}", f"{name}(株)", f"合同会社{name}")
    )


def ward(rng: Random) -> str:
    floor, side = rng.randint(2, 12), rng.choice("東西南北")
    return rng.choice(
        (
            f"{floor}階{side}病棟",
            f"{floor}{side}病棟",
            f"{side}{floor}病棟",
            f"{floor}階病棟",
            f"{side}棟{floor}階",
            f"{floor}{rng.choice('ABC')}病棟",
            f"{rng.choice('新本南')}館{floor}階病棟",
        )
    )


_CARE: Final = (
    "緩和ケア",
    "地域包括ケア",
    "回復期リハビリ",
    "療養",
    "救急",
    "周産期",
    "小児",
    "精神科",
    "認知症治療",
    "循環器",
    "外科",
    "内科",
    "感染症",
)


def care_ward(rng: Random) -> str:
    """A ward called by its kind of care."""
    return rng.choice(_CARE) + rng.choice(("病棟", "病棟", f"病棟{rng.randint(2, 9)}階", "センター病棟"))


def room(rng: Random) -> str:
    number = rng.randint(201, 1215)
    if rng.random() < 0.25:
        unit = rng.choice(
            ("ICU", "HCU", "SCU", "NICU", "GCU", "CCU", "EICU", "3W", "4E", "5S", "6N", "A", "B", "W", "E", "PCU")
        )
        return unit + rng.choice(
            (
                f"-{number % 60}",
                f" {number % 30}床",
                f"{number}",
                f" {number}",
                f" {number}-{number % 4 + 1}",
                f" Bed {number % 40}",
                f" bed{number % 30}",
            )
        )
    return rng.choice(
        (
            f"{number}号室",
            f"{number}号室",
            f"{number}号",
            f"{number}-{rng.randint(1, 4)}床",
            f"{number}号室{rng.randint(1, 4)}床",
        )
    )


def _katakana(rng: Random) -> str:
    return rng.choice(
        (
            "サン",
            "ネオ",
            "アクア",
            "ライフ",
            "メディ",
            "ハート",
            "グリーン",
            "オリーブ",
            "ソレイユ",
            "フローラ",
            "ウェル",
            "リンク",
        )
    ) + rng.choice(("ケア", "ライト", "パス", "クロス", "ステージ", "ホープ", "テック", "ビレッジ", "コート", ""))


def _numbers(rng: Random) -> str:
    one, two, three = rng.randint(1, 12), rng.randint(1, 40), rng.randint(1, 30)
    big = rng.randint(100, 5999)
    return rng.choice(
        (
            f"{one}丁目{two}番{three}号",
            f"{one}-{two}-{three}",
            f"{one}-{two}-{three}",
            f"{one}丁目{two}-{three}",
            f"{big}番地",
            f"{big}番地{three}",
            f"{big}-{three}",
            f"{one}の{two}の{three}",
            f"{two}番{three}号",
            f"{one}丁目",
            f"{_KANJI[one % 10 or 1]}丁目{two}番{three}号",
            f"{one}ー{two}ー{three}",
            f"{big}",
        )
    )


def _building(rng: Random) -> str:
    if rng.random() < 0.55:
        return ""
    name = rng.choice(words("buildings"))
    if rng.random() < 0.5:
        name += rng.choice(words("towns"))
    number = rng.randint(101, 1405)
    return (
        rng.choice((" ", "", " "))
        + name
        + rng.choice(
            (
                f"{number}",
                f"{number}号室",
                f"{number}号",
                f" {number}号室",
                f" {number}",
                f"{rng.choice('ABC')}-{number}",
                f"{rng.randint(1, 9)}号棟{number}",
            )
        )
    )
