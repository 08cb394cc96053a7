"""Check digits of Japanese numbers. They raise a score; a number that fails may be mistyped and still identifies."""


def individual_number_holds(digits: str) -> bool:
    """Whether 12 digits are a consistent マイナンバー.

    総務省令85号5条: 11 minus (sum of Pn x Qn modulo 11), a remainder of 0 or 1 giving 0; Pn is the n-th digit from the
    right of the first 11, Qn is n + 1 up to the sixth and n - 5 from the seventh.
    """
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(digits[:11]), 1))
    remainder = total % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def insurance_number_holds(digits: str) -> bool:
    """Whether 6, 7 or 8 digits are a consistent 保険者番号, 公費負担者番号 or 受給者番号.

    保険者番号等設定要領: weights 2, 1, 2 ... from the right of all but the last digit, digits of the products summed,
    10 minus the last digit of the sum.
    """
    if len(digits) not in {6, 7, 8} or not (digits.isascii() and digits.isdigit()):
        return False
    total = 0
    for position, digit in enumerate(reversed(digits[:-1])):
        product = int(digit) * (2 if position % 2 == 0 else 1)
        total += product // 10 + product % 10
    return int(digits[-1]) == (10 - total % 10) % 10
