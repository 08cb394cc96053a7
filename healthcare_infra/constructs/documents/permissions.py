"""What each document function may do, one sentence a function: read top to bottom, it is the access review.

Every function also looks documents up and appends to the audit trail (:func:`allow_every`); what finds something keeps
it (:func:`allow_facts`). A document is read by the version that arrived; nothing may delete a version of it.
"""

from typing import Final

from aws_cdk import aws_iam as iam

from healthcare_infra.constructs.access.grants import USE_KEY, allow, allow_items
from healthcare_infra.constructs.audit.permissions import allow_append
from healthcare_infra.constructs.documents.resources import DocumentResources
from healthcare_runtime.contracts.documents import ANALYTICS_PREFIX, ANSWERS_PREFIX

CONSENT_READER: Final = "consent_reader"
"""The database user of the pipeline: reads consents and changes nothing."""


def allow_every(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """Every function looks documents up, and appends to the audit trail before it acts."""
    allow_items(permissions, on.databases.documents, "GetItem")
    allow_append(permissions, table=on.databases.audit, key=on.keys.audit)
    on.keys.documents.grant(permissions, *USE_KEY)


def allow_facts(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """Intake, every step and the sweeper keep in the document's item what they found, and their last event."""
    allow_items(permissions, on.databases.documents, "UpdateItem")


def allow_intake(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """Intake registers what arrived; its executions are granted where the state machine is."""
    allow_facts(permissions, on)
    allow_items(permissions, on.databases.documents, "PutItem")


def allow_validate(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """ValidateInput reads one version and the tag of its malware scan, and leaves the extraction.

    Listing the bucket is what tells an object that is gone (404) from one that may not be read (403).
    """
    allow(permissions, "s3:ListBucket", on=[on.lake.raw.bucket_arn])
    allow(permissions, "s3:GetObjectVersion", "s3:GetObjectVersionTagging", on=[on.lake.raw.arn_for_objects("*")])
    _workspace(permissions, on, "s3:PutObject")


def allow_consent(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """CheckConsent reads consents; it sees no document."""
    on.databases.consent.allow_connect(permissions, CONSENT_READER)


def allow_detect(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """DetectPhi reads the extraction and leaves what it found; it asks Comprehend Medical where the stage does."""
    _workspace(permissions, on, "s3:GetObject", "s3:PutObject")
    _comprehend(permissions, on)


def allow_compliance(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """CheckCompliance reads what the steps before it left."""
    _workspace(permissions, on, "s3:GetObject")


def allow_score(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """ScoreFraudRisk reads the extraction, counts arrivals of the submitter, and asks this one endpoint."""
    _workspace(permissions, on, "s3:GetObject")
    allow_items(permissions, on.databases.documents, "BatchGetItem", "PutItem")
    allow(permissions, "sagemaker:InvokeEndpoint", on=[on.fraud.arn])


def allow_mask(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """MaskAndStore asks for consent again, derives pseudonyms from a salt that it keeps, and writes what is masked.

    It has its own output read as DetectPhi has what came in.
    """
    _workspace(permissions, on, "s3:GetObject")
    _comprehend(permissions, on)
    allow_items(permissions, on.databases.documents, "PutItem")
    allow(permissions, "s3:PutObject", on=[on.lake.processed.arn_for_objects("*")])
    on.databases.consent.allow_connect(permissions, CONSENT_READER)
    on.keys.masking.grant(permissions, "kms:GenerateMac")


def allow_analytics(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """SendToAnalytics reads masked documents alone, writes their rows, and takes a released one out of quarantine."""
    allow(permissions, "s3:GetObject", on=[on.lake.processed.arn_for_objects("*")])
    allow(permissions, "s3:PutObject", on=[on.lake.processed.arn_for_objects(f"{ANALYTICS_PREFIX}*")])
    allow(permissions, "s3:DeleteObject", on=[on.lake.quarantine.arn_for_objects("*")])


def allow_quarantine(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """Quarantine copies the version that arrived, unless it is marked, and withdraws what was stored as masked."""
    allow(permissions, "s3:ListBucket", on=[on.lake.raw.bucket_arn])
    allow(permissions, "s3:GetObjectVersion", "s3:GetObjectVersionTagging", on=[on.lake.raw.arn_for_objects("*")])
    allow(permissions, "s3:PutObject", on=[on.lake.quarantine.arn_for_objects("*")])
    allow(permissions, "s3:DeleteObject", on=[on.lake.processed.arn_for_objects("*")])


def allow_alert(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """SendAlert publishes codes to the three topics."""
    topics = (on.alerts.critical, on.alerts.high, on.alerts.medium)
    allow(permissions, "sns:Publish", on=[topic.topic_arn for topic in topics])
    on.keys.messaging.grant(permissions, "kms:Decrypt", "kms:GenerateDataKey")


def allow_review(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """RequestReview keeps a token in the document's item, which every step may."""


def allow_reject(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """Reject removes what the steps left for each other, and the quarantined copy."""
    _workspace(permissions, on, "s3:DeleteObject")
    allow(permissions, "s3:DeleteObject", on=[on.lake.quarantine.arn_for_objects("*")])


def allow_sweep(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """SweepDocuments compares the raw bucket with the table and finds what no execution carries on."""
    allow_facts(permissions, on)
    allow_items(permissions, on.databases.documents, "BatchGetItem", "PutItem", "Query")
    allow(permissions, "s3:ListBucketVersions", on=[on.lake.raw.bucket_arn])


def _comprehend(permissions: iam.ManagedPolicy, on: DocumentResources) -> None:
    """Comprehend Medical where the stage asks it, and its answers, so that the same text is paid for once."""
    if on.config.documents.comprehend_medical:
        allow(permissions, "comprehendmedical:DetectPHI", on=["*"])  # knows no resource-level permission
        allow(permissions, "s3:PutObject", on=[on.lake.work.arn_for_objects(f"{ANSWERS_PREFIX}*")])


def _workspace(permissions: iam.ManagedPolicy, on: DocumentResources, *actions: str) -> None:
    """The work bucket; listing it makes an extraction that is not there a 404 and not a 403."""
    allow(permissions, "s3:ListBucket", on=[on.lake.work.bucket_arn])
    allow(permissions, *actions, on=[on.lake.work.arn_for_objects("*")])
