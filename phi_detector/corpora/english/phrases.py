"""Sentences and lines of clinical English. ``{slot}`` stands for a part of the case or for a filler."""

# ruff: noqa: E501, C409 - lists are read best as lines
from typing import Final

FILLERS: Final[dict[str, tuple[str, ...]]] = {
    "sym": tuple(
        [
            "chest pain",
            "shortness of breath",
            "abdominal pain",
            "nausea and vomiting",
            "fever",
            "chills",
            "headache",
            "dizziness",
            "fatigue",
            "cough",
            "back pain",
            "leg swelling",
            "palpitations",
            "diarrhea",
            "constipation",
            "confusion",
            "weakness",
            "rash",
            "blurry vision",
            "dysuria",
            "hematuria",
            "night sweats",
            "weight loss",
            "sore throat",
            "syncope",
            "anxiety",
            "insomnia",
            "joint stiffness",
            "numbness in the left hand",
            "difficulty swallowing",
            "poor appetite",
            "low mood",
            "wheezing",
            "heartburn",
        ]
    ),
    "dx": tuple(
        [
            "hypertension",
            "type 2 diabetes mellitus",
            "coronary artery disease",
            "congestive heart failure",
            "COPD",
            "asthma",
            "atrial fibrillation",
            "hyperlipidemia",
            "chronic kidney disease stage 3",
            "GERD",
            "hypothyroidism",
            "pneumonia",
            "urinary tract infection",
            "cellulitis",
            "deep vein thrombosis",
            "pulmonary embolism",
            "major depressive disorder",
            "generalized anxiety disorder",
            "bipolar disorder",
            "osteoarthritis",
            "rheumatoid arthritis",
            "Parkinson's disease",
            "Alzheimer's dementia",
            "Crohn's disease",
            "Graves' disease",
            "Hashimoto's thyroiditis",
            "multiple sclerosis",
            "breast cancer",
            "Hodgkin lymphoma",
            "non-Hodgkin lymphoma",
            "Bell's palsy",
            "Guillain-Barré syndrome",
            "Raynaud's phenomenon",
            "Barrett's esophagus",
            "Wilson's disease",
            "Addison's disease",
            "Cushing's syndrome",
            "Kaposi sarcoma",
            "Marfan syndrome",
            "Down syndrome",
            "Sjögren's syndrome",
            "sleep apnea",
            "acute appendicitis",
            "cholelithiasis",
            "diverticulitis",
            "pancreatitis",
            "cirrhosis",
            "hepatitis C",
            "stroke",
            "TIA",
            "seizure disorder",
            "migraine",
            "anemia",
            "sepsis",
            "osteoporosis",
            "gout",
            "psoriasis",
            "Ménière's disease",
            "Meckel's diverticulum",
            "Baker's cyst",
            "Colles' fracture",
            "Dupuytren's contracture",
            "Wernicke encephalopathy",
            "Tourette syndrome",
            "Huntington disease",
            "Charcot foot",
            "Still's disease",
            "Paget's disease of bone",
            "Henoch-Schönlein purpura",
            "Stevens-Johnson syndrome",
            "Takotsubo cardiomyopathy",
            "Brugada syndrome",
            "Ehlers-Danlos syndrome",
            "Morton's neuroma",
            "Osgood-Schlatter disease",
            "Zenker diverticulum",
            "Peyronie's disease",
            "Lyme disease",
            "Rocky Mountain spotted fever",
            "West Nile virus",
            "Legionnaires' disease",
        ]
    ),
    "drug": tuple(
        [
            "metoprolol",
            "lisinopril",
            "aspirin",
            "atorvastatin",
            "metformin",
            "furosemide",
            "Lasix",
            "Lipitor",
            "omeprazole",
            "Prilosec",
            "albuterol",
            "Advair",
            "warfarin",
            "Coumadin",
            "Eliquis",
            "heparin",
            "Lovenox",
            "insulin glargine",
            "Lantus",
            "Humalog",
            "levothyroxine",
            "Synthroid",
            "gabapentin",
            "Neurontin",
            "sertraline",
            "Zoloft",
            "Prozac",
            "Seroquel",
            "lorazepam",
            "Ativan",
            "Tylenol",
            "ibuprofen",
            "Percocet",
            "oxycodone",
            "morphine",
            "Dilaudid",
            "vancomycin",
            "Zosyn",
            "ceftriaxone",
            "Rocephin",
            "Levaquin",
            "Cipro",
            "Keflex",
            "prednisone",
            "Medrol",
            "Zofran",
            "Colace",
            "Senna",
            "Plavix",
            "Diovan",
            "Norvasc",
            "amlodipine",
            "Keppra",
            "Dilantin",
            "Depakote",
            "Lamictal",
            "Celexa",
            "Lexapro",
            "trazodone",
            "Ambien",
            "Flonase",
            "Singulair",
            "Spiriva",
            "Humira",
            "Remicade",
            "methotrexate",
            "tamoxifen",
            "Arimidex",
            "Herceptin",
            "Januvia",
            "Jardiance",
            "Ozempic",
            "Xarelto",
            "Digoxin",
            "Cardizem",
            "Bactrim",
            "Augmentin",
            "Valium",
            "Haldol",
            "Abilify",
            "Risperdal",
            "Cymbalta",
            "Effexor",
            "Wellbutrin",
            "Benadryl",
            "Pepcid",
            "Nexium",
            "Protonix",
            "MiraLAX",
            "Toradol",
            "Flexeril",
            "Narcan",
            "Suboxone",
        ]
    ),
    "dose": (
        "25 mg",
        "10 mg",
        "40 mg",
        "500 mg",
        "81 mg",
        "5 mg",
        "100 mcg",
        "20 mEq",
        "1 g",
        "2 puffs",
        "10 units",
        "1.25 mg",
        "50 mg",
        "325 mg",
        "one tablet",
        "5/325 mg",
        "160/4.5",
        "0.5 mL",
        "12.5 mg",
        "80 mg",
        "300 mg",
        "1 tab",
        "75 mcg/hr",
    ),
    "freq": (
        "daily",
        "BID",
        "TID",
        "q6h PRN",
        "at bedtime",
        "twice a day",
        "every 8 hours",
        "qHS",
        "q4-6h",
        "once weekly",
        "with meals",
        "PO daily",
        "IV q12h",
        "subQ nightly",
        "three times daily",
        "PRN pain",
        "every morning",
        "x 7 days",
        "x10 days",
    ),
    "body": tuple(
        [
            "left knee",
            "right shoulder",
            "abdomen",
            "chest",
            "lower back",
            "neck",
            "right hip",
            "left ankle",
            "right hand",
            "left breast",
            "right lower quadrant",
            "lumbar spine",
            "cervical spine",
            "left eye",
            "scalp",
            "groin",
            "right foot",
            "sternum",
        ]
    ),
    "exam": (
        "Lungs clear to auscultation bilaterally",
        "Heart regular rate and rhythm, no murmurs",
        "Abdomen soft, nontender, nondistended",
        "2/6 systolic ejection murmur at the left sternal border",
        "Strength 5/5 throughout",
        "Strength 4/5 in the right deltoid and 3/5 in the quadriceps",
        "Pupils equal, round and reactive",
        "No cyanosis, clubbing or edema",
        "Alert and oriented x3",
        "Cranial nerves II-XII intact",
        "McBurney's point tenderness",
        "Negative Homans sign",
        "Negative Murphy sign",
        "Positive Babinski on the left",
        "Romberg negative",
        "Phalen and Tinel signs positive",
        "Lachman test negative, McMurray test positive",
        "1+ pitting edema to the shins",
        "Kernig and Brudzinski signs absent",
        "Straight leg raise positive at 30 degrees",
        "Spurling maneuver reproduces pain",
        "Neck supple, no JVD",
        "Oropharynx clear, mucous membranes moist",
        "Reflexes 2+ and symmetric",
        "Skin warm and dry",
        "Deep tendon reflexes 2/4",
        "Dix-Hallpike negative",
        "Trousseau and Chvostek signs negative",
        "Cheyne-Stokes respirations noted",
        "Hawkins and Neer tests positive",
        "Patrick's test negative",
    ),
    "vital": (
        "BP 120/80, HR 72, RR 16, T 98.6, SpO2 98% on room air",
        "T 37.2 P 88 BP 142/91 R 18 O2 sat 96% RA",
        "Temp 101.3 F, pulse 110, BP 98/54",
        "Vitals: 36.8, 76, 118/64, 14, 99%",
        "BP 134/76 | HR 64 | RR 12 | Wt 82.4 kg | BMI 27.1",
        "Tmax 100.4, Tc 98.9, BP 110-130/60-80, HR 70-90",
        "Height 5'7\", weight 181 lbs",
        "Pain 7/10",
        "I/O 1200/850",
        "Afebrile, vital signs stable",
    ),
    "lab": (
        "WBC 12.4, Hgb 10.2, Hct 31.5, Plt 233",
        "Na 138, K 4.1, Cl 102, CO2 24, BUN 18, Cr 1.1, glucose 143",
        "Troponin 0.04, BNP 450",
        "INR 2.3, PTT 34.5",
        "HbA1c 7.8%",
        "TSH 2.41",
        "AST 34, ALT 28, alk phos 88, T bili 0.6",
        "UA: 2+ leukocyte esterase, >100,000 CFU/mL E. coli",
        "ABG 7.36/44/82 on 2 L",
        "CRP 14.2, ESR 55",
        "Lactate 2.1",
        "Platelets 250000",
        "LDL 131, HDL 44, triglycerides 210",
        "D-dimer 0.8",
        "Blood cultures x2 no growth to date",
        "CA 19-9 37, CEA 2.4",
        "PSA 4.6",
        "Vitamin D 22, B12 410",
        "ANA 1:160",
        "hCG negative",
    ),
    "test": (
        "CT of the head without contrast",
        "MRI of the lumbar spine",
        "Chest X-ray",
        "echocardiogram",
        "EKG",
        "stress test",
        "colonoscopy",
        "upper endoscopy",
        "abdominal ultrasound",
        "CT angiogram",
        "Holter monitor",
        "EEG",
        "Doppler study",
        "HIDA scan",
        "PET-CT",
        "Swan-Ganz catheterization",
        "Pap smear",
        "DEXA scan",
        "Gram stain",
        "Papanicolaou test",
        "Mini-Mental State Examination",
        "spirometry",
        "lumbar puncture",
        "Montreal Cognitive Assessment",
    ),
    "finding": (
        "no acute intracranial abnormality",
        "mild degenerative changes at L4-L5 and L5-S1",
        "ejection fraction of 55%",
        "normal sinus rhythm, rate 72",
        "a 1.2 cm nodule in the right upper lobe",
        "no evidence of fracture",
        "moderate stenosis of the LAD",
        "small bilateral pleural effusions",
        "diverticulosis without diverticulitis",
        "a 4 x 3 mm stone",
        "mild mitral regurgitation",
        "unremarkable",
        "T2 hyperintensity in the white matter",
        "Kerley B lines",
        "grade 1 anterolisthesis",
        "gallstones with a positive sonographic Murphy sign",
        "Bosniak II cyst",
        "BI-RADS category 2",
        "Gleason score 3+4=7",
        "Mallampati class II",
    ),
    "scale": (
        "GCS 15",
        "Glasgow Coma Scale 14",
        "Apgar scores 8 and 9",
        "NYHA class II",
        "MMSE 26/30",
        "MoCA 22/30",
        "PHQ-9 score 14",
        "GAD-7 score 9",
        "Braden scale 18",
        "Morse Fall Scale 45",
        "Child-Pugh B",
        "CHA2DS2-VASc 4",
        "Wells score 3",
        "Ranson criteria 2",
        "ECOG 1",
        "Karnofsky 80",
        "Killip class I",
        "NIHSS 4",
        "Epworth 11",
        "Ramsay 2",
        "Borg 13/20",
        "Norton 15",
        "Rankin 2",
        "ASA III",
        "Hunt and Hess grade 2",
        "Fontaine stage IIb",
    ),
    "proc": (
        "laparoscopic cholecystectomy",
        "total knee arthroplasty",
        "coronary artery bypass grafting x3",
        "appendectomy",
        "cesarean section",
        "Roux-en-Y gastric bypass",
        "Nissen fundoplication",
        "Whipple procedure",
        "Hartmann procedure",
        "open reduction internal fixation",
        "cataract extraction",
        "hernia repair with mesh",
        "lumbar laminectomy",
        "hysterectomy",
        "tonsillectomy",
        "carotid endarterectomy",
        "Mohs surgery",
        "pacemaker placement",
        "TURP",
        "thyroidectomy",
        "Billroth II reconstruction",
        "Heller myotomy",
        "Fontan procedure",
    ),
    "device": (
        "Foley catheter",
        "Jackson-Pratt drain",
        "Hickman catheter",
        "Kirschner wire",
        "Bovie electrocautery",
        "Veress needle",
        "Hasson trocar",
        "Yankauer suction",
        "Dobhoff tube",
        "Port-a-Cath",
        "Steri-Strips",
        "Swan-Ganz catheter",
        "Kocher clamp",
        "Allis clamp",
        "Mayo scissors",
        "Ringer's lactate",
        "St. Jude valve",
        "Medtronic pump",
        "Holter monitor",
        "Penrose drain",
        "3-0 Vicryl suture",
        "Metzenbaum scissors",
        "Army-Navy retractors",
        "Omnipaque contrast",
        "Tegaderm dressing",
        "Hoyer lift",
        "Hemovac drain",
        "Trendelenburg position",
        "Unna boot",
        "Miami J collar",
        "Aspen collar",
    ),
    "unit": (
        "the emergency department",
        "the intensive care unit",
        "the ICU",
        "the medical floor",
        "the outpatient clinic",
        "Physical Therapy",
        "Social Work",
        "the operating room",
        "the recovery room",
        "Cardiology",
        "Neurology",
        "Infectious Disease",
        "the cardiology clinic",
        "Case Management",
        "the pain clinic",
        "Palliative Care",
        "Interventional Radiology",
        "hospice",
        "a skilled nursing facility",
        "rehab",
        "the cath lab",
        "PACU",
        "an outside hospital",
        "Wound Care",
        "Labor and Delivery",
    ),
    "n": ("2", "3", "4", "5", "6", "7", "8", "10", "12", "14", "two", "three", "several", "a few"),
    "span": ("days", "weeks", "months", "hours", "years"),
    "nation": (
        "Spanish",
        "Vietnamese",
        "Mandarin",
        "Haitian Creole",
        "Russian",
        "Portuguese",
        "Arabic",
        "Korean",
        "Somali",
        "American Sign Language",
        "Tagalog",
        "French",
    ),
    "country": (
        "Mexico",
        "Vietnam",
        "Haiti",
        "India",
        "Nigeria",
        "Brazil",
        "Poland",
        "the Philippines",
        "Ethiopia",
        "Korea",
        "Guatemala",
        "Ireland",
    ),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "time": (
        "08:30",
        "14:15",
        "9 am",
        "11:45 PM",
        "0630",
        "noon",
        "7:00 a.m.",
        "2230",
        "approximately 3 pm",
        "midnight",
    ),
    "code": (
        "ICD-10 E11.9",
        "ICD-10: I50.22",
        "CPT 99213",
        "CPT 47562",
        "(I10)",
        "LOINC 4548-4",
        "SNOMED 44054006",
        "ICD-9 428.0",
        "HCPCS J1885",
        "DRG 470",
        "(M54.5)",
        "NDC 0378-1805-10",
        "RxNorm 197361",
    ),
    "brandword": (
        "Patient",
        "Assessment",
        "Normal",
        "Negative",
        "Stable",
        "Continue",
        "Discussed",
        "Reviewed",
        "Denies",
        "Pending",
    ),
}

# Sentences that name someone or something.
NAMING: Final = """
{pt_title} {pt_last} is a {age}-year-old {sexword} with a history of {dx} and {dx} who presents with {sym}.
{pt_title} {pt_last} is a {age} year old {profession} with {dx}.
{pt_full} is a {age} y.o. {sexword} seen today for {sym}.
This is a {age}-year-old {sexword} who was transferred from {facility} for management of {dx}.
{pt_first} was brought in by {his} {rel_kind} {rel_first} after {n} {span} of {sym}.
The patient, {pt_full}, was last seen by Dr. {dr_last} on {date}.
Dr. {dr_full} from {unit} was consulted and recommended {test}.
Case was discussed with Dr. {dr_last}, who agrees with the plan.
I discussed the findings with {dr_full}, {credential}, at {time} on {date}.
{His} {rel_kind}, {rel_full}, is the health care proxy and can be reached at {phone}.
{pt_title} {pt_last}'s {rel_kind} {rel_first} was at the bedside and all questions were answered.
Lives with {his} {rel_kind} {rel_first} in {city}.
{He} lives at {street}, {city_state_zip}.
{He} lives alone in an apartment on {street} in {city}.
{He} was born in {city} and moved to {city_state} in {year}.
{He} moved here from {country} in {year} and speaks {nation}.
{He} works as a {profession} and has {n} children.
Retired {profession}, lives in {city_state} with {rel_kind}.
Patient was admitted to {facility} on {date} and discharged on {date}.
{He} had a {proc} at {facility} in {month}.
{test} on {short_date} showed {finding}.
{test} dated {date} showed {finding}, compared with {date}.
Labs from {short_date}: {lab}.
On {short_date} {he} was started on {drug} {dose} {freq}.
Follow up with Dr. {dr_last} in {n} weeks at {facility}.
Follow-up appointment with {dr_full} on {date} at {time}.
Please call {phone} with any questions or concerns.
Please call Dr. {dr_last} at {new_phone} or page {pager}.
Results were called to {dr_first} {dr_last}, {credential}, by {dr_full} at {time} on {short_date}.
{dr_last} to see the patient tomorrow.
Per {dr_last}, hold {drug} until {short_date}.
Spoke with {rel_first}, who confirms that {pt_first} has been taking {drug}.
{rel_first} states that {he} has not been eating since {short_date}.
Mother {rel_first} reports {sym} for {n} {span}.
{pt_first} reports that {he} feels better and would like to go home.
{pt_first} says that {he} has trouble sleeping because of {his} job as a {profession}.
{pt_last} continues to complain of {sym}, but denies {sym}.
RN {dr_last} notified; {dr_first} at bedside.
Nurse {dr_first} gave {drug} {dose} at {time}.
{dr_first} from {unit} met with {pt_first} and {rel_first} today.
Interpreter {dr_full} was present for the entire visit.
Transferred to {ward}, {room}, in stable condition.
Patient is in {room} on {ward}.
Transferred from {new_facility} to {ward} for further care.
{He} receives dialysis at {new_facility} on {weekday}, {weekday} and {weekday}.
Records were requested from {new_facility} in {city}.
Prescriptions were sent to {new_facility} pharmacy at {street}.
{He} attends {school} and is in the 10th grade.
Graduated from {school} in {year}; now a {profession}.
{His} PCP is {dr_full} at {facility}, phone {phone}, fax {fax}.
Referred by Dr. {dr_full} of {facility} for evaluation of {dx}.
I had the pleasure of seeing {pt_full} in {unit} on {date}.
Thank you for referring {pt_title} {pt_last} to us.
I am writing to you about {pt_full}, date of birth {dob}, who lives at {street}.
Pathology ({accession}) showed {finding}.
Device interrogated: serial number {number}, implanted {month}.
Specimen {accession} received on {date} labelled with the patient's name, {pt_register}.
{He} is insured through {his} {rel_kind}'s plan, member ID {number}.
{He} can be reached by e-mail at {email} or through the portal at {url}.
Emergency contact is {rel_full} ({rel_kind}), {phone}.
{rel_full}, {his} {rel_kind}, will drive {him} home.
Father died at age {other_age} of {dx}; mother is alive at {other_age} with {dx}.
{His} brother {rel_first}, {other_age}, has {dx}.
{dr_full} performed the {proc} with {dr_full} assisting.
Anesthesia was provided by Dr. {dr_last} and {dr_full}, CRNA.
The patient was identified as {pt_full}, MRN {mrn}, and a time-out was performed.
Seen and examined with {dr_full} on rounds.
Signed out to {dr_last} overnight.
D/w {dr_last} and {dr_last}.
{dr_first} {dr_last} will follow.
{pt_full} presented to the {unit} in {city} in {month} with {sym}.
In {month}, {he} underwent {proc} by Dr. {dr_last}.
From {date_range} {he} was hospitalized for {dx}.
Since {month} {pt_first} has had {sym}.
Addendum by {dr_full} {date}: {exam}.
The patient's {rel_kind} {rel_first} {dr_last} called on {short_date} to report {sym}.
{pt_title} {pt_last} and {his} {rel_kind} {rel_first} were counseled by {dr_full}, {credential}.
We will arrange for {pt_first} to be seen by {dr_last} or {dr_last} at {facility}.
{pt_first} {pt_last} verbalized understanding of the instructions.
{He} worked at a plant near {city} until {year}.
{He} recently traveled to {city} to visit {his} {rel_kind} {rel_first}.
VNA to visit at {street}; {rel_first} will be home.
Police officer {dr_last}, badge {number}, brought {him} from {street}.
{pt_first} enjoys gardening and is close to {his} {rel_kind} {rel_first}, who lives in {city}.
{pt_last}, {pt_first} was found on the floor of {room} at {time}.
Writer spoke to {rel_full} by phone ({new_phone}) regarding discharge to {new_facility}.
Guardian {rel_full} consented by telephone, witnessed by {dr_full} and {dr_full}.
{He} established care with {dr_full} at {facility} in {month} after moving from {city_state}.
Blood pressure log reviewed with {pt_first}; goal set by Dr. {dr_last}.
Family meeting held {short_date} with {rel_first}, {rel_first} and Dr. {dr_last}.
Transferred from {bare_facility} for {dx}.
Seen at {bare_facility} last month for {sym}.
{He} gets {his} care at {bare_facility}.
Sent from {bare_facility} by ambulance.
Labs drawn at {bare_facility} on {short_date}: {lab}.
Picked up by {bare_facility} at {time}.
Accepted to {bare_facility} pending bed availability.
Per {bare_facility}, {he} had {sym} overnight.
Resident of {bare_facility} since {month}.
Discharge to {bare_facility} when medically stable.
Imaging from {bare_facility} was reviewed and showed {finding}.
{bare_facility} to deliver oxygen.
Referral faxed to {bare_facility}.
Works at {employer} as a {profession}.
Employed by {employer} for {n} years.
{He} drives a truck for {employer}.
Work note for {employer} given.
{His} {rel_kind} {rel_first} works at {employer}.
Spouse employed at {bare_facility}.
From {city}, lives with {rel_first}.
Grew up in {city}; family still near {city}.
{He} fell while visiting {city}.
Drove in from {city} this morning.
Lives near {city} on {route}.
Found down at {route} by {rel_kind}.
Now staying with {rel_first} ({street}, {city}).
{rel_full} ({street}, {city_state_zip}) will receive a copy.
Bed assignment: {short_ward}.
Moved to {short_ward} at {time}.
Boarded in the hallway of {short_ward}.
Vehicle plate {plate} noted by security.
License plate {plate}.
Drives a sedan, plate number {plate}.
Last four of SSN {last_four} confirmed.
SSN ending in {last_four} verified.
Verified by name and last 4 {last_four}.
Plan {plan_number} is active.
Coverage confirmed under {plan_number}.
Medicare {plan_number}.
Prescription {number} was filled at {bare_facility}.
Evidence bag {number} sealed and signed by {dr_last}.
Monitor {number} applied by {dr_first}.
Infusion pump {number} checked.
CLIA {plan_number}.
Claim {number} denied.
{pt_first} ({age}, {profession}) is here with {rel_first} ({other_age}).
{pt_full}, {age}, was found by {rel_first}.
{pt_first} is {age}, widowed, and lives in {city}.
{rel_first} is {other_age} and has {dx}.
{age}{sexletter} with {dx} presents with {sym}.
{age} y/o {sexletter} s/p {proc}.
{age}yo{sexletter} w/ {dx} here for {sym}.
{age} y {sexword} admitted from {bare_facility}.
{pt_last} {age}{sexletter} {dx}
Diagnosed at age {other_age}; first {sym} at {other_age}.
Menarche at {other_age}; first child at age {other_age}.
Father, {other_age}, {dx}; mother, {other_age}, healthy; sister died at {other_age}.
{rel_first}, {rel_first} and {rel_first} visited this afternoon.
{dr_first}/{dr_first} to cover overnight.
{dr_last}/{dr_last}/{dr_last}
Team: {dr_last}, {dr_last}, {dr_first}
OR team - {dr_last} / {dr_first} / {dr_last}
On call: {dr_last} (days), {dr_last} (nights)
Covering: {dr_first} {dr_last} until {time}, then {dr_last}.
Days {dr_first}, evenings {dr_first}, nights {dr_last}
{pt_first} slept well. {pt_first} ate half of breakfast.
{dr_first} will recheck at {time}.
{rel_first} called again; {pt_first} is worried about {drug}.
{rel_first} brought {drug} from home.
Asked {rel_first} to bring the walker.
{pt_first} cried when {rel_first} left.
{pt_first} and {rel_first} argue often about money.
Told {pt_first} to stop {drug}.
Gave {rel_first} the number for {unit}.
Thanks for seeing {pt_first}.
Sitter {dr_first} at bedside. Tech {dr_first} assisted.
Handoff {dr_first} -> {dr_first}
Witness: {dr_first} {dr_last}
Nurse: {dr_first}
your nurse was {dr_first} and your doctor was {dr_last}
hi {dr_first}, {pt_first} is still having {sym}, can you call {rel_first}? thx {dr_first}
pls let {dr_first} know that {pt_last} is in {short_ward}
{dr_first}: can we stop the {drug}? - {dr_first}
@{dr_first} please sign. ok per {dr_last}
baby {pt_first} latching well, mom {rel_first} tired
Baby Girl {pt_last} and Baby Boy {pt_last} doing well.
Seen by {dr_last} of {unit}; {dr_last} to scrub.
{dr_last} I, {dr_last} S, {dr_first} {dr_last}
Attending of record {dr_last}; resident {dr_last}; student {dr_first}.
As {pt_first} put it, "I am done with {drug}."
Grandson {rel_first} plays the piano; dog is named {rel_first}.
Pastor {rel_last} visited. Landlord {rel_last} was informed.
Officer {rel_last} took the report.
Named after {his} grandfather {rel_first}.
First choice is {bare_facility}, second {facility}.
Brought to {bare_facility} by {rel_first}.
Funeral home: {bare_facility}.
Incarcerated at {bare_facility} until {month}.
Worked at {employer} and later at {bare_facility}.
Aide {dr_first} and volunteer {dr_first} sat with {him}.
Chaplain {dr_last} prayed with {rel_first}. Attn {dr_last}.
Drs. {dr_last} and {dr_last} agree. Drs {dr_last}/{dr_last} rounding.
"{rel_first}" is what {he} calls the cat; prefers to be called "{pt_first}".
{dr_last} {dr_initials}   {dr_last} {dr_initials}   {short_ward}
{pt_first} at {bare_facility} since {short_date}.
{dr_full} at {facility} was called.
{rel_first} here, {pt_first} still has {sym}.
{rel_first}, {his} lawyer, and grandma {rel_first} came.
Paramedic {dr_last} reports that {pt_first} was found at {bare_facility} on {street}.
Paged {dr_last}, no answer; paged {dr_last} again.
Graduated from {bare_facility}; works for {employer}.
Belongs to {bare_facility} church; sings in the choir with {rel_first}.
Scheduled with {dr_first} {dr_last} on {weekday} {short_date} at {bare_facility}.
Camp {rel_last}, {city}, from {date_range}.
""".strip().splitlines()

# Sentences that name nobody: what a detector must leave alone.
PLAIN: Final = """
{exam}.
{exam}. {exam}.
{vital}.
{lab}.
{scale}.
Patient denies {sym}, {sym}, or {sym}.
The patient is a poor historian.
No known drug allergies. Allergic to {drug} (rash).
{drug} {dose} {freq}.
{drug} {dose} {freq}, {drug} {dose} {freq}, {drug} {dose} {freq}.
Continue {drug} {dose} {freq}.
Start {drug} {dose} {freq} for {dx}.
Will increase {drug} to {dose} {freq} and recheck labs in {n} {span}.
Discontinue {drug}. Hold {drug} if systolic BP < 100.
{test} showed {finding}.
{test}: {finding}.
{dx}: stable on {drug}. Continue current regimen.
{dx} ({code}): well controlled.
1. {dx} - {drug} {dose} {freq}.
2. {dx}: check {test}, consider {drug}.
Past medical history is significant for {dx}, {dx} and {dx}.
Past surgical history: {proc}, {proc}.
Family history is notable for {dx} in the mother and {dx} in the father.
Smokes {n} cigarettes a day for {n} years. Drinks alcohol socially. Denies illicit drug use.
Quit smoking {n} years ago, 20 pack-year history.
The risks, benefits and alternatives were explained and informed consent was obtained.
The patient was placed in the {device} and prepped and draped in the usual sterile fashion.
A {device} was placed without difficulty.
The {body} was inspected; {exam}.
{He} complains of {sym} for {n} {span}, worse at night and relieved by {drug}.
Pain is rated 6/10, sharp, radiating to the {body}.
{He} was given {drug} {dose} with good effect.
{He} was admitted to {unit} for further management.
Consult {unit} for {dx}.
Transfer to {unit} when stable.
Follow up with primary care in {n} weeks.
Return to {unit} if {sym} worsens.
Activity as tolerated. Diet: low sodium, diabetic.
Ambulating with a walker, requires moderate assistance with transfers.
Skin intact, no pressure ulcers. {scale}.
Wound edges approximated, no drainage or erythema.
Estimated blood loss 50 mL. Complications: none.
Specimens sent to pathology. Sponge and needle counts correct x2.
Mood is depressed, affect congruent. Denies suicidal or homicidal ideation.
Thought process linear and goal directed. Insight and judgment fair.
GROSS DESCRIPTION: The specimen is received in formalin and consists of a 2.3 x 1.1 x 0.4 cm fragment of tan tissue.
The lungs are clear. No pleural effusion or pneumothorax. The heart size is normal.
Bones and soft tissues are unremarkable.
FINDINGS: {finding}.
IMPRESSION: 1. {finding}. 2. No other abnormality.
TECHNIQUE: Axial images were obtained through the {body} with 100 mL of Omnipaque 350.
COMPARISON: None.
{drug} level pending.
Code status: Full code.
Disposition: Home with services.
Condition at discharge: Stable.
Immunizations up to date. Influenza and Pneumovax given.
Patient speaks {nation}; an interpreter was used.
Patient is originally from {country}.
Discharge teaching completed, patient verbalized understanding.
Last seen in {year}; diagnosed in {year}.
Will discuss with {unit} on {weekday}.
{time} - {exam}.
Nil per os after midnight. IV Ringer's lactate at 75 mL/hr.
CHA2DS2-VASc score is 4. HAS-BLED 2. {scale}.
Hospital course was complicated by {dx}, treated with {drug}.
ROS: positive for {sym}; otherwise negative.
Gen: NAD. HEENT: NCAT, PERRL. CV: RRR. Pulm: CTAB. Abd: soft, NT/ND. Ext: no edema. Neuro: nonfocal.
May resume {drug} tomorrow. Will follow.
Grant of leave not indicated. Hope to wean {drug} soon.
Mark the {body} site before surgery. Young and otherwise healthy.
Rose-colored papules over the {body}. Frank blood was noted; penny-sized lesion.
Chase with {drug}, then drain clear fluid. Bill sent to insurance.
Positive for {dx}, treated per Sepsis-3 and Surviving Sepsis guidelines.
Uses a {device}. Follow the Ottawa ankle rules, Centor criteria and Canadian CT Head Rule.
Fall precautions, bed alarm on, call light within reach.
Wells' criteria low risk; Framingham risk 12%.
Cholesterol treated per the Framingham and Rotterdam studies; Denver Developmental Screening normal.
Alert, cooperative, in no acute distress.
Labs reviewed. Imaging reviewed. Medications reconciled.
Total time spent 35 minutes, more than half in counseling and coordination of care.
This note was created with voice recognition software and may contain errors.
The above has been reviewed and is accurate. All questions answered.
G2P1001 at 34 weeks by LMP; fetal heart rate 140s, Bishop score 6, Leopold maneuvers vertex.
Needs refill of {drug}; {drug} {dose} #30, 2 refills.
Edinburgh Postnatal Depression Scale 9, Boston Bowel Preparation Scale 8, Montreal Cognitive Assessment 24/30.
Los Angeles grade B esophagitis; Prague C2M4; Paris classification 0-IIa; Forrest class III.
Bethesda category III; Nottingham grade 2; Sydney system gastritis; within Milan criteria; Lugano stage II.
New York Heart Association class III, Canadian Cardiovascular Society class II, Rome IV and Rotterdam criteria met.
Oswestry 34%, Vancouver scar scale 6, Toronto extremity score 70, Western Ontario index, Rancho Los Amigos level V.
Degenerative change at L4-L5, C5-C6 and T11-T12; ST elevation in V1-V4 and II, III, aVF.
Sensation intact C5-T1 and L2-S1. Reflexes 2/4. Strength 4/5. Pain 3/10. Visual acuity 20/40 and 20/25.
Apgars 8/9. Murmur 3/6. Pulses 2+/4. Scored 27/30 and 5/5. Fall score 45. Pack-years 1/2 ppd x 20.
Wernicke and Broca areas spared; circle of Willis patent; sinus of Valsalva normal; pouch of Douglas clear.
Dressed with Xeroform, Kerlix and Coban. Sutured with Prolene and Monocryl; Surgicel and Gelfoam used.
Implants: Stryker Triathlon, Zimmer Persona, Smith & Nephew Legion, DePuy Pinnacle; Boston Scientific lead.
GE Healthcare scanner, Siemens Magnetom, Philips monitor, Hill-Rom bed, Baxter pump, Alaris channel B.
Grew Staphylococcus aureus and Escherichia coli; Candida and Klebsiella absent. Moderna and Pfizer vaccines given.
Medicare and Medicaid apply; Blue Cross covers the visit; Tylenol and Advil over the counter. Uber home.
Enjoys Netflix, Facebook and church. Uses an iPhone and an Apple Watch. Attends AA meetings.
Christian, Catholic, Muslim, Jewish and Buddhist services were offered. African American and Hispanic groups.
Level II trauma activation; Stage IV; Grade 1; Phase III; Type II; Class C; Zone 3; Category B; Table 2; Figure 1; Appendix A.
DNR/DNI discussed. MOLST form completed. HIPAA notice given. FMLA and SSDI forms pending.
Diagnosis: {dx}. Plan: {drug}. Goal: improve {sym}. Barrier: transportation.
Nursing: I&O q shift. Diet: NPO. Activity: Bedrest. Labs: AM. Dispo: Pending. Access: PIV. Ppx: SCDs. Lines: none.
Follow-Up Instructions: Call Your Doctor If You Have {sym}. Take All Of Your Medicines As Directed.
HYPERTENSION, CONTROLLED. OBESITY. TOBACCO USE. FALL RISK. LATEX ALLERGY. SEE PLAN BELOW.
Left ventricular hypertrophy by Sokolow-Lyon criteria; QTc by Bazett 440 ms.
{code}
""".strip().splitlines()

HEADINGS: Final = tuple(
    [
        "HISTORY OF PRESENT ILLNESS",
        "PAST MEDICAL HISTORY",
        "PAST SURGICAL HISTORY",
        "MEDICATIONS",
        "ALLERGIES",
        "SOCIAL HISTORY",
        "FAMILY HISTORY",
        "REVIEW OF SYSTEMS",
        "PHYSICAL EXAMINATION",
        "LABORATORY DATA",
        "HOSPITAL COURSE",
        "ASSESSMENT AND PLAN",
        "Assessment",
        "Plan",
        "Impression",
        "Subjective",
        "Objective",
        "Chief Complaint",
        "Reason for Visit",
        "Discharge Instructions",
        "Discharge Medications",
        "Procedure",
        "Findings",
        "Indication",
        "Technique",
        "Interval History",
        "Follow-up",
        "Disposition",
        "Mental Status Examination",
        "Nursing Assessment",
        "Vital Signs",
        "Imaging",
        "Operative Findings",
        "Description of Procedure",
        "Clinical History",
        "Final Diagnosis",
        "Recommendations",
        "Home Medications",
        "Active Problems",
        "Brief Hospital Course",
        "Pertinent Results",
        "Care Plan",
        "Safety",
        "Education",
        "Consultants",
        "HPI",
        "PMH",
        "PSH",
        "ROS",
        "A/P",
        "Meds",
        "Labs",
    ]
)

TITLES: Final = tuple(
    [
        "DISCHARGE SUMMARY",
        "ADMISSION HISTORY AND PHYSICAL",
        "EMERGENCY DEPARTMENT NOTE",
        "PROGRESS NOTE",
        "NURSING NOTE",
        "OPERATIVE REPORT",
        "RADIOLOGY REPORT",
        "PATHOLOGY REPORT",
        "CONSULTATION",
        "PSYCHIATRIC EVALUATION",
        "CLINIC NOTE",
        "Telephone Encounter",
        "Office Visit",
        "PHYSICAL THERAPY EVALUATION",
        "SOCIAL WORK NOTE",
        "CARDIOLOGY CONSULTATION",
        "TRANSFER SUMMARY",
        "DEATH SUMMARY",
        "PROCEDURE NOTE",
        "HOME HEALTH VISIT",
        "AFTER VISIT SUMMARY",
        "ECHOCARDIOGRAM REPORT",
        "PEDIATRIC WELL CHILD VISIT",
        "OB TRIAGE NOTE",
        "DIALYSIS NOTE",
    ]
)

# Header lines; a header is a random choice of them.
HEADERS: Final = """
Patient: {pt_full}
Patient Name: {pt_full}          MRN: {mrn}
PATIENT: {pt_register}   MRN: {mrn}
Name: {pt_register}    DOB: {dob}    Sex: {sexletter}
Name: {pt_full}
{pt_register} | {sexletter} | {dob} | MRN {mrn}
{pt_register}  {mrn}  {dob}
{pt_register}                 {age} {sexletter}
Pt: {pt_full}  DOB {dob}  MRN#{mrn}
Medical Record Number: {mrn}
MRN: {mrn}     Account #: {number}
Acct No. {number}
DOB: {dob}
Date of Birth: {dob}    Age: {age}
Age/Sex: {age}/{sexletter}
Date of Admission: {date}
Admission Date: {date}     Discharge Date: {date}
Date of Service: {date}
DATE: {date}   TIME: {time}
Visit Date: {date}   Location: {facility}
{facility}
{facility}, {street}, {city_state_zip}
{street}
{city_state_zip}
Tel: {phone}   Fax: {fax}
Phone {phone}
Attending: {dr_full}, {credential}
Attending Physician: Dr. {dr_full}
ATTENDING: {dr_register}
Provider: {dr_register}, {credential}
Referring Physician: {dr_full}, {credential}
PCP: {dr_last}
PCP: {dr_full}
Surgeon: {dr_full}, {credential}
Assistant: {dr_full}
Anesthesiologist: {dr_last}
Ordering Provider: {dr_register}
Unit/Room: {ward} {room}
{pt_register}  {short_ward}  {mrn}  {date}
{bare_facility}
{bare_facility} | {street} | {city_state_zip}
Employer: {employer}
Ward: {short_ward}     Consultant: {dr_last}
Pt {pt_last}   Bed {short_ward}
{route}, {city_state_zip}
Medicare: {plan_number}
Plan ID {plan_number}
Location: {ward}
Room: {room}
SSN: {ssn}
Insurance: {number}   Group: {number}
Policy #: {number}
Accession: {accession}
Accession #: {number}
Visit ID: {number}
Emergency Contact: {rel_full} ({rel_kind}) {phone}
Next of Kin: {rel_full}
Address: {street}, {city_state_zip}
Home address: {street}
Occupation: {profession}
To: {dr_full}
From: {dr_full}, {credential}
Subject: {pt_full}
Re: {pt_full}, DOB {dob}
RE: {pt_register}
cc: {dr_full}; {dr_full}
Email: {email}
Report Status: Signed
Status: Final
Service: MEDICINE
Sex: {sexletter}
Allergies: {drug}
Chief Complaint: {sym}
""".strip().splitlines()

SIGNATURES: Final = """
Electronically signed by: {dr_full}, {credential} {date} {time}
Electronically signed by {dr_register}, {credential} on {date} at {time}
Dictated by: {dr_full}, {credential}
D: {date} T: {date} {dr_initials}
{dr_full}, {credential}
{dr_full}
Dr. {dr_last}
Signed: {dr_full}
Sincerely,\\n\\n{dr_full}, {credential}\\n{facility}\\n{phone}
Best regards,\\n{dr_first}
Thanks,\\n{dr_first} {dr_last}
{dr_first} {dr_last}, {credential}\\nPager {pager}
cc: {dr_full}, {credential}; {dr_last}
CC: Dr. {dr_last}, {facility}
Transcribed by {dr_initials} {date}
Attending: {dr_last}
/s/ {dr_full}
Reviewed by {dr_full} {short_date}
Scribed for Dr. {dr_last} by {dr_full}
Signed out to: {dr_last}   Pager: {pager}
RN: {dr_first} {dr_last}   {time}
{dr_last}, {dr_first}
- {dr_first}
[{dr_initials}]
Workstation IP {ip}
""".strip().splitlines()

MESSAGES: Final = """
Hi {dr_first},\\nThis is {rel_first}, {pt_first}'s {rel_kind}. {He} has had {sym} since {short_date}. Can you call me at {phone}?\\nThanks,\\n{rel_full}
Dear Dr. {dr_last},\\n\\nThank you for seeing {pt_title} {pt_last} (DOB {dob}).
From: {email}\\nTo: {email}\\nSubject: {pt_full} - {test}\\n\\n{dr_first},\\n\\nCould you look at {pt_last}'s {test} from {short_date}?
{pt_full} called. Needs refill of {drug}. Call back {phone}. - {dr_first}
Patient Message: Hello Dr. {dr_last}, my {sym} is worse. I live in {city} and cannot drive. {pt_first}
{dr_last} - please see {pt_last} in {room} today, {sym}. {dr_first}
Hello {pt_first},\\nyour results from {date} are normal. See {url}.\\n{dr_first} {dr_last}, {credential}
Called {rel_first} at {phone}, left message with {rel_first}'s {rel_kind}. Will try again {short_date}.
""".strip().splitlines()

TABLES: Final = """
{pt_register} | {room} | {age} {sexletter} | {dx} | {dr_last}
{date} | {test} | {dr_last}
{short_date}  {drug}  {dose}  {dr_initials}
{drug}\\t{dose}\\t{freq}
{rel_full}   {rel_kind}   {phone}
{date} {time} {dr_last}, {dr_first}  {exam}
{date}  {lab}
{test}  {finding}  {date}
Glucose   143   70-99 mg/dL   H
{dr_full}   {credential}   {phone}
Hemoglobin | 10.2 | 12.0-16.0 | g/dL | L
{date}   BP 132/84   HR 71   {dr_initials}
{pt_last}        {short_ward}     {dr_last}     {drug}
{dr_last}    {weekday}   {time}   {new_phone}
{dr_first} {dr_last}      {unit}
{weekday}: {dr_last}, {dr_last}
{date} {time}   {dr_full}     {city}
{pt_first} {pt_last}   {age}   {sexletter}   {dx}   {dr_last}
{short_ward}  {pt_register}  {age}{sexletter}  {dr_last}  {dx}
{rel_first} - {rel_kind} - {new_phone}
Insurance ID   {plan_number}
Provider   {dr_full}
Patient   {pt_full}
{dr_last}  {dr_last}  {dr_last}
{room} {pt_last} {pt_first} {age} {sexletter}
{dr_full} | {bare_facility} | {new_phone}
""".strip().splitlines()
