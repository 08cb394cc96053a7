"""The reading of a wrapped text: every character leads back to where it came from."""

from hypothesis import given
from hypothesis import strategies as st

from phi_detector.japanese.morphemes import Analyser
from phi_detector.japanese.reading import joined

PARAGRAPH = "経過は良好で食事摂取も進んでおり本日より歩行訓練を開始した後も症状の再燃なく経過している次第である" * 2


def wrapped(text: str, width: int) -> str:
    return "\n".join(text[begin : begin + width] for begin in range(0, len(text), width))


@given(st.integers(15, 45))
def test_given_a_paragraph_wrapped_at_any_width_when_read_then_it_is_one_line_again(width: int) -> None:
    full = PARAGRAPH[: len(PARAGRAPH) // width * width]  # the last line may be short: it ends the paragraph either way

    assert joined(wrapped(full, width)).text == full


def test_given_a_list_when_read_then_its_lines_stay_lines() -> None:
    text = "主訴:発熱\n既往歴:高血圧症、脂質異常症、心房細動、陳旧性心筋梗塞、慢性腎臓病\n・降圧薬\n・抗凝固薬\n"

    assert joined(text).text == text


def test_given_a_full_line_before_an_entry_with_a_date_when_read_then_the_entry_begins_a_line() -> None:
    text = f"{PARAGRAPH[:40]}折り返し03-2491-3396\n11/16 10:02 産業医より診断書の問い合わせあり、返答済み、記録\n"

    assert joined(text * 2).text == text * 2


def test_given_a_line_that_ends_inside_a_word_when_read_then_the_word_is_whole() -> None:
    goes_on = Analyser().goes_on

    assert (
        joined("主治医は中\n村先生、担当はサン\nトスさん\n", goes_on).text == "主治医は中村先生、担当はサントスさん\n"
    )


def test_given_lines_of_whole_words_when_read_then_they_stay_lines() -> None:
    text = "循環器内科\n外来予約\n胸部レントゲン\n心電図\n"

    assert joined(text, Analyser().goes_on).text == text


def test_given_a_full_line_that_ends_with_a_date_before_a_line_with_the_time_when_read_then_both_stay_lines() -> None:
    text = f"{PARAGRAPH[:40]}確定2015/11/18\n15:10)に報告、返答済み、記録した。読影室より電話連絡済みである\n"

    assert joined(text * 2).text == text * 2


@given(st.text(alphabet="山田髙𠮷がー1２a \n。・:", max_size=200))
def test_given_any_text_when_read_then_offsets_ascend_and_point_at_the_same_character(text: str) -> None:
    reading = joined(text)

    assert len(reading.text) == len(reading.origin)
    assert list(reading.origin) == sorted(set(reading.origin))
    assert all(
        text[at] == character or (text[at], character) in {("髙", "高"), ("𠮷", "吉"), ("ー", "-")}
        for at, character in zip(reading.origin, reading.text, strict=True)
    )
