"""Every rule of English finds what it is for, and leaves alone what only looks like it."""

import pytest

from healthcare_runtime.phi_entity import PhiType
from tests.phi.found import found, masked

FOUND = {
    PhiType.DATE: {
        "Seen on 03/14/2019.": "03/14/2019",
        "Seen on 3/4/19 again.": "3/4/19",
        "Admitted 2019-03-14.": "2019-03-14",
        "On the 3rd of March she fell.": "3rd of March",
        "Surgery March 3rd, 2019.": "March 3rd, 2019",
        "Dated 14-MAR-2019.": "14-MAR-2019",
        "CT on 3/14 was normal.": "3/14",
        "Diagnosed in Mar 2019.": "Mar 2019",
        "He was well in April.": "April",
        "Hospital stay March 3-7, 2019.": "March 3-7, 2019",
        "Cultures 10/10, 10/11 and 10/13 grew": "10/10, 10/11 and 10/13",
        "Vaccine given by Zelphine 2/10.": "2/10",
        "DOB: 04.05.61": "04.05.61",
        "Born on the third of May 1961.": "third of May 1961",
        "Timestamp 20190314 of the study": "20190314",
    },
    PhiType.AGE: {
        "A 48-year-old woman": "48",
        "A 48 y.o. man": "48",
        "An eighty-nine-year-old man": "eighty-nine",
        "Age: 91": "91",
        "57M with chest pain": "57",
        "a 3-month-old infant": "3",
        "I just turned 42": "42",
        "died at age 62 of stroke": "62",
        "her 93rd birthday": "93rd",
    },
    PhiType.ID: {
        "MRN: 00482913": "00482913",
        "Medical record number is 12-34-56": "12-34-56",
        "SSN 123-45-6789": "123-45-6789",
        "last four of SSN 6789 confirmed": "6789",
        "Member ID: XEH123456789": "XEH123456789",
        "Account # 88-2031174-02": "88-2031174-02",
        "NPI 1234567893": "1234567893",
        "DEA AB1234563": "AB1234563",
        "VIN 1HGCM82633A004352": "1HGCM82633A004352",
        "Driver's license D1234567": "D1234567",
        "serial number SN-4471-99812": "SN-4471-99812",
        "from 192.168.10.24 at noon": "192.168.10.24",
        "from 2001:db8::8a2e:370:7334 at noon": "2001:db8::8a2e:370:7334",
        "Medicare 1EG4-TE5-MK73": "1EG4-TE5-MK73",
        "Accession S21-08834": "S21-08834",
        "license plate TRK 4471": "TRK 4471",
        "Insurance: see card (group QZP379)": "QZP379",
        "Tricare Prime QZP204W04666 applies": "QZP204W04666",
        "chart there 0482913-8, merged": "0482913-8",
        "a band with QZP934W11957 on it": "QZP934W11957",
        "Member U7741 0932 01 was found": "U7741 0932 01",
    },
    PhiType.PHONE_OR_FAX: {
        "Call (217) 555-0148 today": "(217) 555-0148",
        "Phone: 217.555.0148 ext. 12": "217.555.0148 ext. 12",
        "Cell +1 217 555 0148": "+1 217 555 0148",
        "call 555-0148": "555-0148",
        "London +44 20 7946 0958": "+44 20 7946 0958",
        "Pager 40417": "40417",
        "Fax 2175550148": "2175550148",
        "TEL:06(6123)4567": "06(6123)4567",
        "Tel. (06)6123-4567, Osaka": "(06)6123-4567",
        "mobile 090-1234-5678": "090-1234-5678",
        "Clinic 03-3123-4567 ext. 21": "03-3123-4567 ext. 21",
        "from Japan: +81 3 1234 5678": "+81 3 1234 5678",
        "please call me on 450 0840": "450 0840",
        "from here 011 49 30 3060449 works": "011 49 30 3060449",
        "Anesthesia    Okonkwo      5-8472\nAdmin": "5-8472",
    },
    PhiType.EMAIL: {
        "write to jane.doe+x@example.co.uk.": "jane.doe+x@example.co.uk",
        "mail: jane [at] example [dot] com now": "jane [at] example [dot] com",
    },
    PhiType.URL: {
        "see https://my.example.org/f/88127.": "https://my.example.org/f/88127",
        "see www.example.com/u/7, please": "www.example.com/u/7",
    },
    PhiType.ADDRESS: {
        "lives at 42 Maple Street, Apt 3B now": "42 Maple Street, Apt 3B",
        "mail to P.O. Box 771": "P.O. Box 771",
        "She is in Springfield, IL 62704": "Springfield, IL 62704",
        "transferred from Mercy General Hospital": "Mercy General Hospital",
        "She was moved to Room 412": "Room 412",
        "Postcode: SW1A 2AA": "SW1A 2AA",
        "zip 02139-4307": "02139-4307",
        "She is in Apt. 360 now": "Apt. 360",
        "PSC 6695, Box 2353": "PSC 6695, Box 2353",
        "APO AP 20849": "APO AP 20849",
        "at 217 Via Roma 131 since": "Via Roma 131",
        "Work excuse for Tidewater Cannery: off": "Tidewater Cannery",
        "seen at Dr. Ames Memorial Hospital today": "Dr. Ames Memorial Hospital",
        "died at Zelphine after a fall": "Zelphine",
        "write to Rural Route 2 Box 118, Quarrow Fork": "Rural Route 2 Box 118, Quarrow Fork",
        "SHE LIVES AT 42 MAPLE STREET, QUARROW BAY, OH 59739": "QUARROW BAY, OH 59739",
    },
    PhiType.NAME: {
        "Dr. Okonkwo-Smith agrees": "Okonkwo-Smith",
        "Patient Name: Xiu Ying Zhang": "Xiu Ying Zhang",
        "DOE, JANE A | F | 04/05/1961": "DOE, JANE A",
        "her daughter Lucy called": "Lucy",
        "Electronically signed by: Anna Kowalczyk, RN": "Anna Kowalczyk",
        "seen by J. P. Ngata today": "J. P. Ngata",
        "Mrs. Long was seen": "Long",
        "PID DOE^JANE^A": "DOE^JANE^A",
        "Present: Kipchoge, Ny'Asia Banks and Hunter": "Ny'Asia Banks",
        "Discussed with Dr. Thomas, Dr. Allen and Dr. Patrick": "Patrick",
        "Chi-Keung Bang, M.B., Ch.B.": "Chi-Keung Bang",
        "Discussed with Dr. Okonkwo (ID) and Imtiaz.": "Imtiaz",
        "Ask for Zelphine or Quarrow at the desk": "Quarrow",
        "Line placed at noon (Zelphine Quarrow/Okonkwo).": "Zelphine Quarrow",
        "Son on the way (Ifeanyi, 217-555-0148).": "Ifeanyi",
        "They wait until Quarrow's wedding is over": "Quarrow",
        "Ambulated twice with PT Anneli, gait belt on": "Anneli",
        "Chaplain Quarrow was paged": "Quarrow",
        "Images reviewed. /Q.Z./ March 3, 2019": "Q.Z.",
        "agree with the above. [Q.Z.]": "Q.Z.",
        "Lives alone. lives w/ ifeanyi now": "ifeanyi",
        "to the lab w/ Ifeanyi and Quarrow.": "Quarrow",
        "Zelphine (6) is here with her aunt": "Zelphine",
        "and off to the room, Vo/Dr. Eberhardt, at noon": "Eberhardt",
        "Veteran QUARROW, ZEL X (68) called": "QUARROW, ZEL X",
        "Dr. Campbell called. campbell again later": "campbell",
    },
    PhiType.PROFESSION: {"She works as a school teacher": "teacher"},
}


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [(kind, text, expected) for kind, cases in FOUND.items() for text, expected in cases.items()],
)
def test_given_an_identifier_then_all_of_it_is_masked_as_its_type(kind: PhiType, text: str, expected: str) -> None:
    begin = text.index(expected)
    assert set(masked(text)[begin : begin + len(expected)]) <= {"█", " ", ","}
    assert any(one in expected or expected in one for type_, one in found(text) if type_ is kind)


@pytest.mark.parametrize(
    "text",
    [
        "Parkinson's disease and Bell's palsy were excluded.",
        "A Foley catheter was placed; Glasgow Coma Scale 15.",
        "Negative Babinski, Romberg and Homans signs.",
        "Strength 5/5 in all extremities, 2/6 systolic murmur.",
        "BP 120/80, HR 72, RR 16, T 98.6.",
        "Metoprolol 25 mg BID, Lasix 40 mg daily.",
        "ICD-10 E11.9, CPT 99213, LOINC 2345-7, SNOMED 44054006.",
        "Symptoms for 5 years, 20 pack-year history.",
        "Diagnosed in 2009 and again in 2014.",
        "Follow up on Monday in the clinic.",
        "If he has trouble breathing call 911.",
        "WBC 12.4, platelets 250000, INR 2.3.",
        "Degenerative change at L4-L5 and C5-C6.",
        "Transferred to the intensive care unit.",
        "Ringer's lactate at 75 mL/hr over 8 hours.",
        "Tests: Lachman, McMurray, Apley, Ober, Thomas, Patrick and Allen were negative.",
        "Instruments: Kelly, Kocher, Allis, Babcock, Mixter and Richardson.",
        "Neer 3-part; Garden III; Gustilo-Anderson IIIB; Schatzker VI; Weber B.",
        "Mann-Whitney U, Kruskal-Wallis and Fisher exact tests were used.",
        "Tell us if you take Kaletra, Prezista, Maalox, Mylanta or Metamucil.",
        "Klebsiella, Serratia, Proteus mirabilis and Acinetobacter were grown.",
        "Certified Registered Nurse Anesthetist will explain the risks.",
        "Applies to those aged 80 or older and to a 72-year-old subgroup.",
        "Registered as NCT02142738. J Clin Oncol 2019;37(28):2518-2527.",
        "Heparin, then apixaban (Eliquis); rosuvastatin (Crestor) nightly.",
        "Strength 4/5, 5/5 and 3/5. Reflexes 1/4, 2/4. Acuity 20/25, 20/40.",
        "PT Eval and Treat. RN Notified. RT Protocol. ID Consult: Continue Zosyn.",
        "Lab: Normal Values. Hospital Course: Uncomplicated. Work: Light Duty.",
        "Findings (Table), (Normal), (Class I), (Weber B), (Garden II).",
        "The patient's mother's house has stairs. The nurse's phone rang.",
        "A 5 Fr sheath was used, per U.S. guidelines, and given T.I.D. by I.V. push.",
        "Kussmaul breathing -> BHB, ABG. Meyerding grade I. Pars intact. Pouch of Douglas dry.",
        "Urine Bence Jones negative. Holmes rebound absent. Foot check with Semmes-Weinstein.",
        "Meds per son: Eliquis, Coreg. Pain at rest 2/10. Hemoglobin (12), platelets (2) as before.",
        "Pupils: P.E.R.R.L., E.O.M. full. Given t.i.d. and N.P.O. after midnight; S. aureus was grown.",
        "Children aged 1 to 60 months; median age 28 months. Policy number 7.14: lines.",
        "HLA-B27 was negative; the tumor had EGFR L858R and then T790M.",
    ],
)
def test_given_what_only_looks_like_phi_then_nothing_is_masked(text: str) -> None:
    assert found(text) == set()


def test_given_a_label_then_a_wrong_check_digit_drops_nothing() -> None:
    assert (PhiType.ID, "1234567890") in found("NPI 1234567890")
    assert (PhiType.ID, "AB1234560") in found("DEA AB1234560")


def test_given_a_title_then_it_is_no_part_of_the_name() -> None:
    assert (PhiType.NAME, "Nguyen") in found("She saw Dr. Nguyen today.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("discharged to Quarrow Memorial Hospita1 on foot", "Quarrow Memorial Hospita1"),
        ("seen lO/12 and again 1l/l9 by the team", "lO/12"),
        ("seen lO/12 and again 1l/l9 by the team", "1l/l9"),
        ("Ms. Quarrow is S0 years of age", "S0"),
        ("signed by 1ngeborg Quarrow, RN", "1ngeborg Quarrow"),
        ("bridge done at the Quarrow CBOC by then", "Quarrow"),
        ("Reviewed, agree with the plan above. S.C.", "S.C."),
        ("stays w/ her bf zelquar, works nights", "zelquar"),
        ("Infant band no. 4548 was checked", "4548"),
        ("the license is md-679877 and the tag zjy 3976 here", "md-679877"),
    ],
)
def test_given_a_misread_or_small_letter_then_the_identifier_is_found_as_a_reader_finds_it(
    text: str, expected: str
) -> None:
    begin = text.index(expected)
    assert set(masked(text)[begin : begin + len(expected)]) <= {"█", " ", ","}


def test_given_a_number_of_a_thing_at_the_end_of_a_word_then_it_is_no_misread_letter() -> None:
    assert found("Phase2 and Group1 took B12; Level1 and Week5 passed.") == set()


def test_given_a_name_that_is_a_word_too_then_its_capital_inside_a_sentence_names_the_person_again() -> None:
    text = "Patient Name: Hunter Quarrow\n\nThe family would like Hunter to stay. Every hunter wears orange.\n"
    assert "Hunter" not in masked(text)
    assert "hunter" in masked(text)


@pytest.mark.parametrize("text", ["H1047R", "seen by H1047R.", "C677T", "7a", "1A. "])
def test_given_a_code_alone_then_reading_it_is_no_error(text: str) -> None:
    found(text)
