"""TLS in process: BCP 195 (PS3.15 B.12), optionally with client certificates, reloaded without a restart."""

import ssl
from pathlib import Path
from typing import Final

from dicom_scp.configuration import TlsSettings
from healthcare_runtime.structured_log import EventLog, digest

LOG: Final = EventLog("dicom_scp.tls")


class TlsIdentity:
    """The server's certificate as it is on disk; a broken new one never replaces a working one.

    Raises
    ------
    OSError, ssl.SSLError
        The first load fails: the server must not start without the protection that it was told to use.
    """

    def __init__(self, settings: TlsSettings) -> None:
        self._settings = settings
        self._seen = self._fingerprint()
        self.server_context = self._server()
        self.client_context = self._client()

    def reload(self) -> None:
        """Load the files again, as on SIGHUP."""
        self._seen = self._fingerprint()
        try:
            server, client = self._server(), self._client()
        except (OSError, ssl.SSLError):
            LOG.failure("tls_reload_failed")  # the files may be half written; the old certificate still serves
            return
        self.server_context, self.client_context = server, client
        LOG.info("tls_reloaded")

    def reload_if_changed(self) -> None:
        """Load the files again if one has changed since."""
        if self._fingerprint() != self._seen:
            self.reload()

    def _server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._settings.cert_file, self._settings.key_file)
        if self._settings.ca_file is not None:
            context.load_verify_locations(self._settings.ca_file)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def _client(self) -> ssl.SSLContext:
        """For storage commitment results: the same certificate, and the same trust the other way round."""
        context = ssl.create_default_context(cafile=self._settings.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._settings.cert_file, self._settings.key_file)
        return context

    def _fingerprint(self) -> tuple[tuple[int, int, int], ...]:
        files = (self._settings.cert_file, self._settings.key_file, self._settings.ca_file)
        return tuple(_version(file) for file in files if file is not None)


def subject_digest(connection: ssl.SSLSocket) -> str | None:
    """A stand-in for the subject of the client's certificate in logs: a person's name may be in it."""
    certificate = connection.getpeercert()
    return digest(repr(certificate["subject"])) if certificate and "subject" in certificate else None


def _version(file: Path) -> tuple[int, int, int]:
    try:
        status = file.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)
