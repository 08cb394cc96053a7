"""Models are made again from nothing but the repository, and are read with no network."""

import dataclasses
import json
import random
import re
import subprocess
import sys
from pathlib import Path

from healthcare_runtime.phi_entity import PhiEntity, PhiType
from phi_detector.corpora import english as english_corpus
from phi_detector.corpora.english import notes
from phi_detector.corpora.english.case import assemble
from phi_detector.corpora.english.slots import fill
from phi_detector.english.training_plan import PLAN
from phi_detector.normalisation import normalise
from phi_detector.tagging.network import Network
from phi_detector.training.evaluation import Accuracy
from phi_detector.training.fitting import fit, targets
from phi_detector.training.plan import DEVELOPMENT_SEED

LARGEST_MODEL = 5_000_000


def test_given_the_same_plan_then_the_model_has_the_same_bytes(tmp_path: Path) -> None:
    plan = dataclasses.replace(PLAN, count=5, width=16, depth=2)
    for name in ("one", "two"):
        fit(plan).write(tmp_path / name)
    one, two = ((tmp_path / name / "tagger.npz").read_bytes() for name in ("one", "two"))
    assert one == two


def test_given_a_model_that_was_written_then_reading_it_gives_the_same_answers(tmp_path: Path) -> None:
    network = fit(dataclasses.replace(PLAN, count=6, width=16, depth=2))
    network.write(tmp_path)
    again = Network.read(tmp_path)
    features = PLAN.tokeniser.tokens(normalise("Dr. Nguyen saw Mr. Doe.")).features
    assert abs(network.probabilities(features) - again.probabilities(features)).max() < 0.02  # half precision


def test_given_the_shipped_model_then_it_is_small() -> None:
    assert sum(path.stat().st_size for path in PLAN.directory.iterdir()) < LARGEST_MODEL


def test_given_a_seed_then_the_notes_are_the_same_and_another_seed_makes_others() -> None:
    assert list(notes(3, 4)) == list(notes(3, 4))
    assert list(notes(3, 4)) != list(notes(DEVELOPMENT_SEED, 4))


def test_given_generated_notes_then_gold_is_sorted_apart_and_says_what_stands_there() -> None:
    for note in notes(5, 40):
        last = 0
        for entity in note.entities:
            assert last <= entity.begin < entity.end <= len(note.text)
            assert any(c.isalnum() for c in note.text[entity.begin : entity.end])
            last = entity.end


def test_given_any_template_then_every_slot_of_it_can_be_filled() -> None:
    case = assemble(random.Random(1), "nordic")
    directory = Path(english_corpus.__file__).with_name("templates")
    slots = {slot for path in directory.glob("*.txt") for slot in re.findall(r"\{(\w+)\}", path.read_text("utf-8"))}
    assert len(slots) > 50
    for slot in slots:
        fill(slot, case)  # raises for a slot that nobody defined


def test_given_gold_then_every_token_of_it_has_its_tag() -> None:
    text = normalise("Dr. Anna Nguyen left")
    tokens = PLAN.tokeniser.tokens(text)
    answer = targets(text, tokens, [PhiEntity(4, 15, PhiType.NAME, 1.0)], ("O", "B-NAME", "I-NAME"))
    assert answer == [0, 0, 1, 2, 0]


def test_given_an_entity_that_is_half_covered_then_it_counts_as_a_leak() -> None:
    accuracy = Accuracy()
    accuracy.add("Anna Nguyen left", [PhiEntity(0, 11, PhiType.NAME, 1.0)], [PhiEntity(0, 4, PhiType.NAME, 0.9)])
    assert accuracy.covered_characters["NAME"] == 4
    assert accuracy.covered_entities["NAME"] == 0


def test_given_the_command_then_it_prints_offsets_and_no_text() -> None:
    note = "Patient Name: Zelphine Quarrow"
    command = [sys.executable, "-m", "phi_detector"]
    answer = subprocess.run(command, input=note.encode(), capture_output=True, check=True, timeout=60).stdout.decode()
    (entity,) = json.loads(answer)["entities"]
    assert note[entity["begin"] : entity["end"]] == "Zelphine Quarrow"
    assert "Zelphine" not in answer


def test_given_no_network_then_the_detector_loads_and_opens_no_socket() -> None:
    program = (
        "import socket\n"
        "def refuse(*_, **__): raise AssertionError('a socket was opened')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from phi_detector import Detector\n"
        "assert Detector.load().detect('Dr. Nguyen').entities\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
