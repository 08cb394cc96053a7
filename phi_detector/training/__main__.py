"""``python -m phi_detector.training english|japanese`` makes a model; ``evaluate LANGUAGE`` measures."""

import argparse
import dataclasses
import importlib
import sys

from phi_detector.training.evaluation import evaluate
from phi_detector.training.fitting import fit
from phi_detector.training.plan import DEVELOPMENT_SEED, TrainingPlan

_PLANS = {"english": "phi_detector.english.training_plan", "japanese": "phi_detector.japanese.training_plan"}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m phi_detector.training", description=__doc__)
    parser.add_argument("task", choices=[*_PLANS, "evaluate"])
    parser.add_argument("language", nargs="?", choices=[*_PLANS])
    parser.add_argument("--notes", type=int, help="how many notes to learn from or to measure on")
    options = parser.parse_args(arguments)
    if options.task == "evaluate":
        if options.language is None:
            parser.error("evaluate: say the language too")
        plan = _plan(options.language)
        sys.stdout.write(evaluate(plan.notes(DEVELOPMENT_SEED, options.notes or 200)).table())
        return 0
    plan = _plan(options.task)
    fit(dataclasses.replace(plan, count=options.notes or plan.count)).write(plan.directory)
    return 0


def _plan(language: str) -> TrainingPlan:
    plan: TrainingPlan = importlib.import_module(_PLANS[language]).PLAN
    return plan


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
