"""The client's secrets in SSM Parameter Store: `<path>/<provider>/<name>`, SecureString.

SSM because standard parameters cost nothing while Secrets Manager charges for each; never a Lambda's environment,
which everyone who may look at the function can read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import busy_as_unavailable
from chalicelib.errors import Unavailable

AT_ONCE = 10
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html"""


class SsmSecrets:
    """``clock`` is the real time; a secret that was changed is in force everywhere ``keep`` later."""

    def __init__(
        self, client: Any, path: str, clock: Callable[[], datetime], keep: timedelta = timedelta(minutes=5)
    ) -> None:
        self._client = client
        self._path = path.rstrip("/")
        self._clock = clock
        self._keep = keep
        self._read_at: dict[str, datetime] = {}
        self._values: dict[str, str] = {}

    def get(self, provider: str, names: Sequence[str]) -> dict[str, str]:
        """These secrets of one provider (``telegram``, ``bitrix24``) by their short names, the missing ones left out.

        One request when something is older than ``keep``, else none. While SSM is down the last known values serve;
        raises `Unavailable` when there are none.
        """
        paths = {name: f"{self._path}/{provider}/{name}" for name in names}
        stale = [path for path in paths.values() if not self._fresh(path)]
        if stale:
            self._refresh(stale)
        return {name: self._values[path] for name, path in paths.items() if path in self._values}

    def _fresh(self, path: str) -> bool:
        return path in self._read_at and self._clock() - self._read_at[path] < self._keep

    def _refresh(self, paths: Sequence[str]) -> None:
        try:
            values = self._read(paths)
        except Unavailable:
            if any(path not in self._read_at for path in paths):
                raise
            return
        for path in paths:
            self._values.pop(path, None)
            self._read_at[path] = self._clock()
        self._values |= values

    def _read(self, paths: Sequence[str]) -> dict[str, str]:
        values: dict[str, str] = {}
        for start in range(0, len(paths), AT_ONCE):
            with busy_as_unavailable():
                answer = self._client.get_parameters(Names=list(paths[start : start + AT_ONCE]), WithDecryption=True)
            values |= {parameter["Name"]: parameter["Value"] for parameter in answer["Parameters"]}
        return values
