"""Parts of notes that look like names and numbers of people and are none: terms, abbreviations, values, codes."""

# ruff: noqa: E501, SIM905 - one template, one line
import random
import string
from collections.abc import Callable
from typing import Final

from phi_detector.corpora.english.case import city_name
from phi_detector.corpora.english.names import ORIGINS, person

_GENERIC_ENDINGS: Final = "mab nib tinib pril sartan statin olol azole cillin mycin floxacin cycline vir gliptin gliflozin tide parin xaban dipine setron prazole tidine oxetine pramine azepam barbital caine curium profen sone olone terol phylline triptan dronate kinra cept stim ase ine ide one ate ol il um in an".split()
_BRAND_ENDINGS: Final = "ra ix a o el is ex or in an yx eq ia ara iva ista ex-XR zo ta ti va ent oz um al il ez".split()
_EPONYM_NOUNS: Final = "sign test score scale criteria maneuver procedure technique incision approach repair syndrome disease index classification stage grade view line angle ratio formula reflex phenomenon nodes bodies ring ligament space point triangle pouch membrane law cells stain catheter retractor clamp needle drain tube frame brace splint protocol regimen position method graft flap osteotomy nevus tumor cyst ulcer fracture lesion palsy".split()


def _abbreviation(rng: random.Random) -> str:
    letters = "".join(rng.choices(string.ascii_uppercase, k=rng.choice([2, 2, 3, 3, 3, 4, 4, 5])))
    draw = rng.random()
    if draw < 0.1:
        return letters[0].lower() + letters[1:]
    if draw < 0.2:
        return letters + str(rng.randint(1, 20))
    if draw < 0.28:
        return letters + rng.choice(["s", "-1", "/" + letters[:2], "-" + letters[:2], "&" + letters[0]])
    return letters


def _generic_drug(rng: random.Random) -> str:
    return person(rng, "invented").first[:6].lower().replace("'", "") + rng.choice(_GENERIC_ENDINGS)


def _brand(rng: random.Random) -> str:
    name = person(rng, "invented").first[:6].capitalize() + rng.choice(_BRAND_ENDINGS)
    return name + rng.choice(["", "", "", " XR", " ER", " HCT", " SR", "-D", " CR", " Plus"])


def _surname(rng: random.Random) -> str:
    return person(rng, rng.choice(ORIGINS)).last.split("-")[0].split()[-1]


def _eponym(rng: random.Random) -> str:
    name = _surname(rng)
    if rng.random() < 0.25:
        name += f"-{_surname(rng)}"
    draw = rng.random()
    if draw < 0.6:
        return f"{name}{rng.choice(['', '', chr(39) + 's'])} {rng.choice(_EPONYM_NOUNS)}"
    return rng.choice(
        [
            f"no {name}",
            f"{name} negative",
            f"{name} positive",
            f"{name} score {rng.randint(0, 20)}",
            f"{name} {rng.randint(1, 5)}",
            f"{name} grade {rng.randint(1, 4)}",
            f"modified {name}",
            f"({name} type {rng.choice(['I', 'II', 'III'])})",
        ]
    )


def _place_score(rng: random.Random) -> str:
    return f"{city_name(rng)} {rng.choice(['scale', 'score', 'criteria', 'Classification', 'Scale', 'Rule', 'Index', 'grade B', 'consensus', 'protocol', 'staging', 'class II', 'Questionnaire', 'trial', 'Heart Study', 'virus', 'equation'])}"


def _value(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{rng.uniform(0, 20):.1f}",
            f"{rng.uniform(0, 2):.2f}",
            str(rng.randint(1, 400)),
            f"{rng.randint(1, 60) * 1000}",
            f"<{rng.uniform(0, 1):.2f}",
            f">{rng.randint(60, 900)}",
            f"{rng.randint(1, 99)}%",
            f"{rng.randint(1, 300)},{rng.randint(100, 999)}",
            f"1:{rng.choice([40, 80, 160, 320])}",
            f"{rng.randint(1, 9)}.{rng.randint(1, 9)} x 10^{rng.randint(3, 9)}",
            f"{rng.randint(1, 10)}/10",
            f"{rng.randint(0, 5)}/5",
            f"{rng.randint(80, 190)}/{rng.randint(40, 110)}",
            f"{rng.randint(1, 30)}/30",
            f"{rng.randint(1, 12)}+{rng.randint(1, 6)}",
        ]
    )


def _interval(rng: random.Random) -> str:
    low, high = sorted((rng.randint(1, 200), rng.randint(1, 200)))
    return rng.choice(
        [
            f"{low}-{high}",
            f"{low / 10:.1f}-{high / 10:.1f}",
            f"{low} to {high}",
            f"(95% CI {low / 100:.2f}-{high / 100:.2f})",
            f"[{low / 10:.1f}, {high / 10:.1f}]",
            f"p = 0.{rng.randint(1, 99):02}",
            f"n = {rng.randint(10, 9000)}",
            f"{low}-{high} mg",
            f"q{rng.randint(2, 6)}-{rng.randint(7, 12)}h",
            f"{low}-{high} mg/dL",
            f"HR {low / 100:.2f}",
            f"(n={high})",
            f"{rng.randint(1, 12)}-{rng.randint(13, 24)} months",
            f"{rng.randint(1, 6)}-{rng.randint(7, 12)} weeks",
            f"ages {rng.randint(1, 5)}0-{rng.randint(6, 9)}0",
        ]
    )


def _code(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{rng.choice(string.ascii_uppercase)}{rng.randint(10, 99)}.{rng.randint(0, 9)}",
            f"{rng.choice(string.ascii_uppercase)}{rng.randint(10, 99)}.{rng.randint(10, 999)}",
            f"CPT {rng.randint(10000, 99999)}",
            f"{rng.randint(1000, 99999)}-{rng.randint(0, 9)}",
            f"{rng.randint(100, 999)}.{rng.randint(0, 99)}",
            f"DRG {rng.randint(1, 999)}",
            f"HCPCS {rng.choice('GJQAE')}{rng.randint(1000, 9999)}",
            f"T{rng.randint(1, 4)}N{rng.randint(0, 3)}M{rng.randint(0, 1)}",
            f"C{rng.randint(1, 7)}-T{rng.randint(1, 12)}",
            f"L{rng.randint(1, 5)}/S1",
            f"V{rng.randint(1, 6)}",
            f"G{rng.randint(1, 6)}P{rng.randint(0, 5)}",
            f"CD{rng.randint(2, 138)}",
            f"HLA-B{rng.randint(1, 60)}",
            f"p.{rng.choice('RGVLH')}{rng.randint(10, 900)}{rng.choice('QHCX')}",
            f"rs{rng.randint(10000, 9999999)}",
            f"RxNorm {rng.randint(1000, 999999)}",
            f"SNOMED {rng.randint(1000000, 99999999)}",
            f"NDC {rng.randint(1000, 99999)}-{rng.randint(100, 9999)}-{rng.randint(10, 99)}",
            f"21 CFR {rng.randint(10, 900)}.{rng.randint(10, 90)}",
            f"section {rng.randint(1, 20)}.{rng.randint(1, 9)}.{rng.randint(1, 9)}",
            f"doi:10.{rng.randint(1000, 9999)}/x.{rng.randint(100, 999)}",
            f"v{rng.randint(1, 9)}.{rng.randint(0, 9)}.{rng.randint(0, 9)}",
        ]
    )


SLOTS: Final[dict[str, Callable[[random.Random], str]]] = {
    "abbr": _abbreviation,
    "generic": _generic_drug,
    "brand": _brand,
    "eponym": _eponym,
    "place_score": _place_score,
    "value": _value,
    "interval": _interval,
    "anycode": _code,
}

# Sentences and lines for any note.
SENTENCES: Final = """
{generic} {dose} {freq}.
{brand} {dose} {freq}; {generic} {dose} {freq}.
Started on {brand} ({generic}) for {dx}.
Allergies: {brand}, {generic} (hives), {drug}.
{brand} was stopped because of {sym}. Trial of {generic}.
{eponym}.
{exam}; {eponym}.
{eponym}, {eponym}. {abbr} {value}.
Treated per the {place_score} and {place_score}.
{abbr} {value}, {abbr} {value}, {abbr} {value}.
{abbr}: {value}. {abbr}: negative. {abbr} pending.
{abbr}/{abbr} {value}; {abbr} wnl.
{abbr} s/p {abbr}, c/b {abbr}, now on {brand}.
{abbr} consulted. {abbr} notified. {abbr} at bedside. Await {abbr}.
Pt w/ {abbr}, {abbr} and {abbr} p/w {sym}.
{abbr} {anycode}; {anycode}.
{dx} ({anycode}), {dx} ({anycode}).
{test} {anycode}: {finding}.
Titrate {generic} {interval}, max {value} {freq}.
Range {interval}; mean {value} {interval}.
Repeat {abbr} in {n} {span}. Goal {abbr} {interval}.
{brand} inhaler, {brand} patch and {generic} drops.
Prosthesis: {brand} size {value}; {brand} cement. Mesh: {brand}. Suture: 4-0 {brand}.
btw the {abbr} is back, {value}. prev {value}. uh, rest unchanged.
ok to give {generic} now? yes, per protocol. thx
hold {drug} if sbp <{value}, recheck {abbr} {freq}.
lungs cta, {abbr} neg, {eponym} neg, cont {generic}.
Veteran, uninsured, has a lawyer; grandma and auntie help. Mom, dad and stepdad present.
The grandson, the nurse manager, the chaplain and the attending were informed.
Dr. on call and the RN were notified. MD aware. PA at bedside.
""".strip().splitlines()

# Documents that name nobody, as runs of lines.
DOCUMENTS: Final = tuple(
    document.strip().splitlines()
    for document in """
ORDER SET: {dx}
[ ] {generic} {dose} {freq}
[ ] {brand} {dose} {freq}
[x] {test}
[ ] {abbr} {freq}
[x] Vital signs {freq}
[ ] Notify provider if {abbr} {value}, HR {interval}, SBP {interval}
[ ] Diet: {abbr}
[ ] Consult {unit}
[ ] {device}
===
{abbr}     {value}     {interval}     {abbr}
{abbr}     {value}     {interval}     H
{abbr} {abbr}     {value}     {interval}     L
{test}     {finding}
Sodium     {value}     136-145     mmol/L
Hemoglobin     {value}     12.0-16.0     g/dL
Platelet Count     {value}     150-400     K/uL
{eponym}     {value}
{abbr}, serum     {value}     {interval}     ng/mL
===
FLOWSHEET
Time     {abbr}     {abbr}     {abbr}     {abbr}     {abbr}
0800     {value}     {value}     {value}     {value}     {value}
1200     {value}     {value}     {value}     {value}     {value}
1600     {value}     {value}     {value}     {value}     {value}
2000     {value}     {value}     {value}     {value}     {value}
{abbr} gtt     {value}     {value}     {value}
{generic} drip mcg/kg/min     {value}     {value}
Drain #1     {value}     {value}     {device}
===
GUIDELINE SUMMARY
Recommendation 1. Offer {generic} to adults with {dx} ({abbr}, Class I, Level A).
Recommendation 2. {eponym} may be used with the {place_score} (Grade B).
Do not use {brand} in {dx}. The {abbr} trial ({interval}) and the {abbr}-{abbr} study (n = {value}) support {generic}.
Evidence: {interval}; {interval}; RR {value}.
Table 1. {abbr} and {abbr} by {abbr} class {interval}
Figure 2. {eponym} in {dx}
===
Abstract. Background: {dx} is common. Methods: Adults with {dx} received {generic} or placebo {interval}.
Results: {abbr} improved by {value} {interval}. {place_score} fell by {value}.
Conclusions: {generic} reduced {sym} versus {brand}. Registered; funded by industry.
Keywords: {dx}; {generic}; {eponym}; {abbr}
===
CONSENT FOR {proc}
I have been told about my condition, {dx}, and about {proc}. I understand the risks: {sym}, {sym}, bleeding and infection.
I agree to anesthesia and to {device}. My questions were answered. I may change my mind.
Patient signature: ____________________  Date: __________  Time: ______
Witness: ____________________  Interpreter: ____________________
Name (print): ____________________
===
POLICY: {unit} {anycode}
Purpose: To standardize {proc} and the use of {device}. Scope: All RNs, LPNs, RTs, PAs and MDs.
Procedure: 1. Verify two identifiers. 2. Assess {eponym}. 3. Document {abbr} and {abbr} {freq}.
References: {abbr}, {abbr}; {anycode}. Review cycle: 3 years. Owner: Nursing Practice Council.
===
ABOUT YOUR MEDICINE: {brand} ({generic})
{brand} is used for {dx}. Take {dose} {freq}. Common side effects are {sym} and {sym}.
Do not take {brand} with {drug} or {generic}. Tell your doctor about {dx}. Call 911 for {sym}.
Store at room temperature. Keep away from children. Ask Your Pharmacist About {brand}.
===
DIAGNOSES
{anycode} {dx}
{anycode} {dx}
{anycode} {dx}
{anycode} {dx}, unspecified
{anycode} Encounter for {test}
{anycode} {eponym}
===
CHECKLIST: Time out. Site marked. Antibiotic {generic} {dose}. {device}. Fire risk {value}. {eponym}.
Sign in, time out, sign out. Counts correct. Implants: {brand}. EBL {value}. Specimens x{n}.
===
TEMPLATE - Review of systems: {sym}: no. {sym}: yes. {sym}: no.
PHYSICAL: Gen: {abbr}. HEENT: {abbr}, {abbr}. Neck: supple. CV: {abbr}. Lungs: {abbr}. Abd: {abbr}. GU: deferred.
Neuro: {eponym}. Psych: {abbr}. Skin: {eponym}. {scale}. MSK: {exam}.
Attending attestation: I saw and evaluated the patient. I agree with the findings.
===
MULTIDISCIPLINARY ROUNDS: RN, MD, PharmD, RD, SW, CM, PT, OT, SLP, RT present.
Goals: {abbr} {interval}; wean {generic}; {device} out; {abbr} prophylaxis: {brand}.
Barriers: {dx}, {sym}. Dispo: {abbr} vs {abbr}.
""".strip().split("===")
)
