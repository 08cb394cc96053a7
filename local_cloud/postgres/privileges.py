"""PostgreSQL refuses to run as root. For root we run it under a user that exists anyway, and create none.

``setpriv`` (util-linux) starts the server as ``nobody`` with the one capability that lets it pass directories that
only root may enter, such as a home directory or a test's temporary directory. It also has the kernel end the server
when we are killed. An ordinary user needs neither.
"""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from local_cloud.errors import LocalCloudError

_USER = "nobody"


@dataclass(frozen=True)
class Privileges:
    """As whom the server runs, and how to start a program like that."""

    prefix: tuple[str, ...]
    owner: tuple[int, int] | None  # of its files; None: ours

    def own(self, directory: Path) -> None:
        """Create the server's directory, closed to everybody else."""
        directory.mkdir(parents=True, exist_ok=True)
        if self.owner is not None:
            os.chown(directory, *self.owner)
        directory.chmod(0o700)


def for_this_user() -> Privileges:
    """How this process must start PostgreSQL.

    Raises
    ------
    LocalCloudError
        As root, without ``setpriv`` or without the user.
    """
    setpriv = shutil.which("setpriv")
    dies_with_us = () if setpriv is None else (setpriv, "--pdeathsig", "INT")
    if os.geteuid() != 0:
        return Privileges(dies_with_us, None)
    try:
        user = pwd.getpwnam(_USER)
    except KeyError:
        user = None
    if setpriv is None or user is None:
        raise LocalCloudError(
            f"PostgreSQL does not run as root: install setpriv (util-linux) and the user {_USER}, or be another user"
        )
    identity = ("--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups", "--no-new-privs")
    passage = ("--inh-caps", "+dac_override", "--ambient-caps", "+dac_override")
    return Privileges((*dies_with_us, *identity, *passage), (user.pw_uid, user.pw_gid))
