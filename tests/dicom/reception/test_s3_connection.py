"""How the lean client reaches S3: as botocore would, with its credentials, over its TLS."""

import ssl
from pathlib import Path

import pytest

from dicom_scp.configuration import StorageSettings
from dicom_scp.ports import StoreStatus
from dicom_scp.reception import open_storage, s3_client
from tests.dicom.network.certificates import make_certificates
from tests.dicom.reception.data_sets import instance
from tests.dicom.reception.fault_proxy import FaultProxy, fault_proxy
from tests.dicom.reception.sender import Sender


def send(bucket: str, number: int = 1) -> int:
    storage = open_storage(StorageSettings(bucket, Path("unused"), None, 64 << 20))
    return Sender(storage.instances, timeout=1.5).send(instance(f"1.2.{number}")).status


def test_given_https_then_the_ca_bundle_decides_whom_to_trust_and_the_body_is_not_signed(
    s3_url: str, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_client, "_FIRST_BACKOFF", 0.005)
    certificates = make_certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server_cert, certificates.server_key)
    with fault_proxy(s3_url, context) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        assert send(bucket) == StoreStatus.OUT_OF_RESOURCES  # nobody vouches for this server
        assert proxy.seen == []
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificates.authority))
        assert send(bucket) == StoreStatus.SUCCESS
    (put,) = proxy.seen
    assert put.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"


def test_given_credentials_that_expire_then_each_request_has_fresh_ones(
    bucket: str, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = tmp_path / "issued"
    counter.write_text("")
    issuer = tmp_path / "issue-credentials"
    issuer.write_text(
        f"""#!/bin/sh
printf x >> {counter}
expiry=$(date -u -d '+90 seconds' +%Y-%m-%dT%H:%M:%SZ)  # so near that botocore renews them for every use
echo '{{"Version": 1, "AccessKeyId": "'ISSUED$(wc -c < {counter})'", "SecretAccessKey": "s",'
echo '"SessionToken": "token", "Expiration": "'$expiry'"}}'
"""
    )
    issuer.chmod(0o755)
    config = tmp_path / "aws-config"
    config.write_text(f"[default]\nregion = us-east-1\ncredential_process = {issuer}\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
    storage = open_storage(StorageSettings(bucket, Path("unused"), None, 64 << 20))
    assert counter.read_text() == ""  # a start needs none
    sender = Sender(storage.instances)
    for number in (1, 2, 3):
        assert sender.send(instance(f"1.2.{number}")).status == StoreStatus.SUCCESS
    keys = [seen.headers["authorization"].split("Credential=")[1].split("/")[0] for seen in proxy.seen]
    assert len(set(keys)) == 3
    assert all(seen.headers["x-amz-security-token"] == "token" for seen in proxy.seen)


def test_given_no_credentials_then_out_of_resources(
    bucket: str, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_client, "_FIRST_BACKOFF", 0.005)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
    assert send(bucket) == StoreStatus.OUT_OF_RESOURCES
    assert proxy.seen == []
