"""Numbers with the labels of charts, forms and devices."""

import pytest

from tests.phi.japanese.conftest import Finder


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("患者ID:0012345 内科受診。", "0012345"),
        ("患者番号 12-34567-8", "12-34567-8"),
        ("カルテNo.A123456を参照した。", "A123456"),
        ("診察券番号は8842017です。", "8842017"),
        ("│患者ID│30518842│", "30518842"),
        ("保険者番号 06139999", "06139999"),
        ("保険者番号：３３１２００１５", "３３１２００１５"),
        ("公費負担者番号 54136015", "54136015"),
        ("受給者番号 1234567", "1234567"),
        ("介護保険被保険者番号 0000482913", "0000482913"),
        ("運転免許証番号301234567890を確認。", "301234567890"),
        ("旅券番号 TK1234567", "TK1234567"),
        ("在留カード番号 AB12345678CD", "AB12345678CD"),
        ("振込先 普通 1234567", "1234567"),
        ("医籍登録番号 第402060号", "第402060号"),
        ("麻薬施用者免許番号 12-3456", "12-3456"),
        ("ペースメーカー植込み(シリアル番号 PJN204571H)", "PJN204571H"),
        ("病理番号 H24-01234", "H24-01234"),
        ("事故車両は品川500さ12-34であった。", "品川500さ12-34"),
        ("車:練馬 562 あ 1-12(家族が運転)", "練馬 562 あ 1-12"),
        ("補聴器番号CA-7363-44", "CA-7363-44"),
        ("病理医 山田 太郎(専門医 病医2922)", "病医2922"),
        ("健康保険:01078070 記念95・2231", "記念95・2231"),
        ("保険者番号 21393913 / TRICARE RHJ204W04666", "RHJ204W04666"),
    ],
)
def test_given_a_labelled_number_when_read_then_the_whole_number_is_an_id(find: Finder, text: str, number: str) -> None:
    assert (number, "ID") in find(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("被保険者証の記号・番号 千代田い・123456(枝番)01", ["千代田い", "123456", "01"]),
        ("記号 2711 番号 604 枝番 02", ["2711", "604", "02"]),
        ("記号:協会 番号:12345", ["協会", "12345"]),
    ],
)
def test_given_symbol_and_number_of_an_insured_when_read_then_every_part_is_covered(
    find: Finder, text: str, parts: list[str]
) -> None:
    masked = "".join(value for value, kind in find(text) if kind == "ID")

    assert all(part in masked for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "血小板 150000/μL、白血球 12300、CRP 7.4であった。",
        "アムロジピン錠5mg 1錠 分1 朝食後 28日分",
        "ICD-10はI50.9、意識はJCS 10、GCS E4V5M6、SpO2 98%",
        "HbA1c 7.2%、eGFR 45.3、BNP 1234 pg/mL",
        "身長165.2cm、体重58.4kg、BMI 21.4",
        "|腫瘍マーカー|CA19-9|130|U/mL|0-37|",
    ],
)
def test_given_values_doses_and_codes_when_read_then_none_is_an_id(find: Finder, text: str) -> None:
    assert [one for one in find(text) if one[1] == "ID"] == []
