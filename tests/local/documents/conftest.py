"""The document half of the deployed cloud, shared by every file of this folder."""

import pytest

from tests.local.documents.document_cloud import DocumentCloud
from tests.local.emulators import DeployedCloud


@pytest.fixture(scope="session")
def cloud(deployed: DeployedCloud) -> DocumentCloud:
    return DocumentCloud(deployed)
