"""The document state machine, with the steps of seed 004: one execution for each document that arrived.

What travels is ``{"documentId", "verdict"}``: a digest and a word. The document table says everything else, so no name,
no key and no text enters an execution, its history or its log.
"""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.documents.retries import (
    retry_review_request,
    retry_step,
    retry_validation,
)
from healthcare_infra.constructs.documents.steps import DocumentSteps
from healthcare_infra.constructs.workflows.function_workflow import function_workflow
from healthcare_infra.exports import KeyExports
from healthcare_runtime.contracts.documents import DocumentState, StepVerdict

# Beyond the time of a review: what is cut off here is found by the sweeper.
_MARGIN: Final = Duration.days(7)
_VERDICT: Final = "$.verdict"


class DocumentWorkflow(Construct):
    """Validate, ask for consent, detect, judge, score, mask, publish; or hold, tell somebody, and wait for a reviewer.

    Whatever fails before a document is masked holds it. What fails after that, or while holding it, ends in Failed: the
    document keeps its place in the table, and the sweeper starts it again. Failed exists to raise the alarm.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, steps: DocumentSteps, keys: KeyExports
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = steps.functions
        self._review = Duration.days(config.documents.review_timeout_days)
        self.state_machine = function_workflow(
            self,
            "Documents",
            config=config,
            keys=keys,
            capability="phi-pipeline",
            comment="Takes one document from arrival to its masked copy, or to a reviewer",
            definition=self._definition(),
            calls=self._functions.values(),
            identity="The document state machine: calls its functions, writes its log",
            timeout=self._review.plus(_MARGIN),
        )

    def _definition(self) -> sfn.IChainable:
        failed = sfn.Fail(
            self,
            DocumentState.FAILED,
            error="DocumentNotSettled",
            cause="A step kept failing where the document cannot be held; the sweeper starts it again",
        )
        reject = self._ending(DocumentState.REJECT, failed)
        reject.next(sfn.Succeed(self, DocumentState.REJECTED))
        quarantine = self._ending(DocumentState.QUARANTINE, failed)
        hold = self._hold_on_fault(quarantine)
        mask = self._mask(hold, quarantine, failed)
        check_consent = self._step(DocumentState.CHECK_CONSENT, hold)
        read_again = self._validation(DocumentState.READ_AGAIN, hold, verdict=StepVerdict.READ_AGAIN)
        others = {StepVerdict.AGAIN: check_consent, StepVerdict.READ_AGAIN: read_again, StepVerdict.REJECT: reject}
        quarantine.next(self._ending(DocumentState.SEND_ALERT, failed)).next(self._manual_review(mask, others, failed))

        is_readable = self._choice(DocumentState.IS_READABLE, otherwise=quarantine)
        is_permitted = self._choice(DocumentState.IS_PERMITTED, otherwise=quarantine)
        risk_level = self._choice(DocumentState.RISK_LEVEL, otherwise=quarantine)
        detect = self._step(DocumentState.DETECT_PHI, hold)
        is_readable.when(_says(StepVerdict.PASS), check_consent)
        is_readable.when(_says(StepVerdict.REJECT), reject)
        check_consent.next(is_permitted.when(_says(StepVerdict.PASS), detect))
        detect.next(self._step(DocumentState.CHECK_COMPLIANCE, hold)).next(
            self._step(DocumentState.SCORE_FRAUD_RISK, hold)
        ).next(risk_level.when(_says(StepVerdict.LOW), mask))
        read_again.next(is_readable)
        return self._validation(DocumentState.VALIDATE_INPUT, hold).next(is_readable)

    def _validation(
        self, state: DocumentState, hold: sfn.Pass, *, verdict: StepVerdict | None = None
    ) -> tasks.LambdaInvoke:
        """ValidateInput gets the id alone, whatever else an execution was started with, unless a reviewer sends it."""
        said: dict[str, object] = {} if verdict is None else {"verdict": verdict}
        payload = {"documentId": sfn.JsonPath.string_at("$.documentId"), **said}
        task = self._invoke(state, payload, calls=DocumentState.VALIDATE_INPUT)
        retry_validation(task)
        task.add_catch(hold, errors=[sfn.Errors.ALL], result_path="$.fault")
        return task

    def _mask(self, hold: sfn.Pass, quarantine: tasks.LambdaInvoke, failed: sfn.Fail) -> tasks.LambdaInvoke:
        """MaskAndStore and what follows; a fault holds the document, for nothing of it has been published."""
        mask = self._step(DocumentState.MASK_AND_STORE, hold)
        publish = self._ending(DocumentState.SEND_TO_ANALYTICS, failed)
        publish.next(sfn.Succeed(self, DocumentState.PROCESSED))
        is_masked = self._choice(DocumentState.IS_MASKED, otherwise=quarantine)
        mask.next(is_masked.when(_says(StepVerdict.PASS), publish))
        return mask

    def _manual_review(
        self, mask: tasks.LambdaInvoke, others: Mapping[StepVerdict, tasks.LambdaInvoke], failed: sfn.Fail
    ) -> tasks.LambdaInvoke:
        """Waits for a reviewer's decision; without one in time somebody else is told, and the document stays held.

        The sweeper opens another review of what stays held.

        Parameters
        ----------
        others
            Where decisions lead that do not go straight to ``mask``.
        """
        quarantined = sfn.Succeed(self, DocumentState.QUARANTINED)
        escalate = self._invoke(
            DocumentState.ESCALATE,
            {
                "documentId": sfn.JsonPath.string_at("$.documentId"),
                "verdict": StepVerdict.HOLD,
                "escalation": True,
            },
            calls=DocumentState.SEND_ALERT,
        )
        retry_step(escalate)
        escalate.add_catch(failed, errors=[sfn.Errors.ALL], result_path=sfn.JsonPath.DISCARD)
        escalate.next(quarantined)

        review = tasks.LambdaInvoke(
            self,
            DocumentState.MANUAL_REVIEW,
            lambda_function=self._functions[DocumentState.MANUAL_REVIEW].function,
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            payload=sfn.TaskInput.from_object(
                {"documentId": sfn.JsonPath.string_at("$.documentId"), "taskToken": sfn.JsonPath.task_token}
            ),
            task_timeout=sfn.Timeout.duration(self._review),
            retry_on_service_exceptions=False,
            result_selector=_HANDED_ON,
        )
        retry_review_request(review)
        review.add_catch(escalate, errors=[sfn.Errors.TIMEOUT], result_path=sfn.JsonPath.DISCARD)
        review.add_catch(failed, errors=[sfn.Errors.ALL], result_path=sfn.JsonPath.DISCARD)
        decision = self._choice(DocumentState.REVIEW_DECISION, otherwise=quarantined)
        released = sfn.Condition.or_(_says(StepVerdict.APPROVE), _says(StepVerdict.MASK_MORE))
        decision.when(released, mask)
        for verdict, goes_to in others.items():
            decision.when(_says(verdict), goes_to)
        review.next(decision)
        return review

    def _hold_on_fault(self, quarantine: tasks.LambdaInvoke) -> sfn.Pass:
        """Keeps the class of the exception that held a document, and drops its text."""
        hold = sfn.Pass(
            self,
            DocumentState.HOLD_ON_FAULT,
            parameters={
                "documentId": sfn.JsonPath.string_at("$.documentId"),
                "fault": {"Error": sfn.JsonPath.string_at("$.fault.Error")},
            },
        )
        hold.next(quarantine)
        return hold

    def _step(self, state: DocumentState, hold: sfn.Pass) -> tasks.LambdaInvoke:
        """A step before publication: what it cannot do holds the document."""
        task = self._invoke(state)
        retry_step(task)
        task.add_catch(hold, errors=[sfn.Errors.ALL], result_path="$.fault")
        return task

    def _ending(self, state: DocumentState, failed: sfn.Fail) -> tasks.LambdaInvoke:
        """A step that holds, tells, rejects or publishes: what it cannot do is done again later."""
        task = self._invoke(state)
        retry_step(task)
        task.add_catch(failed, errors=[sfn.Errors.ALL], result_path=sfn.JsonPath.DISCARD)
        return task

    def _choice(self, state: DocumentState, *, otherwise: sfn.IChainable) -> sfn.Choice:
        """By the verdict; a word that nobody knows is no permission."""
        return sfn.Choice(self, state).otherwise(otherwise)

    def _invoke(
        self,
        state: DocumentState,
        payload: dict[str, object] | None = None,
        *,
        calls: DocumentState | None = None,
    ) -> tasks.LambdaInvoke:
        """A task that hands on exactly the id and the verdict that the function returns."""
        return tasks.LambdaInvoke(
            self,
            state,
            lambda_function=self._functions[calls or state].function,
            payload=sfn.TaskInput.from_object(payload) if payload else None,
            payload_response_only=True,
            retry_on_service_exceptions=False,  # the retries of this pipeline name more faults, with jitter
            result_selector=_HANDED_ON,
        )


_HANDED_ON: Final = {name: sfn.JsonPath.string_at(f"$.{name}") for name in ("documentId", "verdict")}


def _says(verdict: StepVerdict) -> sfn.Condition:
    return sfn.Condition.string_equals(_VERDICT, verdict)
