"""AWS within reach: clients made once per process, and what their errors mean to us.

Only low-level clients of one botocore session: boto3's session costs a cold start and gives us nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from chalicelib.errors import Unavailable

CONNECT_SECONDS = 2.0
READ_SECONDS = 5.0
TRIES = 3

BUSY = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "KmsThrottled",
        "LimitExceededException",
        "OverLimit",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Error codes that say "later", of the four services we call. Every other code but a 5xx is a mistake of ours (a
permission, a name, a size): it goes up as it is, and the alarm on errors tells an engineer."""


def client(service: str, *, seconds: float = READ_SECONDS) -> Any:
    """The process's client of one service (``dynamodb``, ``sqs``, ``scheduler``, ``ssm``), made at its first use.

    ``seconds`` bounds the wait for one answer; a request is tried at most three times. Region, credentials and
    ``AWS_ENDPOINT_URL`` come from the environment.
    """
    return _client(service, seconds)


@lru_cache(maxsize=8)
def _client(service: str, seconds: float) -> Any:
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        tcp_keepalive=True,
    )
    return _session().create_client(service, config=config)


@lru_cache(maxsize=1)
def _session() -> Any:
    import botocore.session

    return botocore.session.get_session()


@contextmanager
def busy_as_unavailable() -> Iterator[None]:
    """Turn what is worth trying again into `Unavailable`; after a lost answer ``answered`` is False."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    try:
        yield
    except ClientError as error:
        if code(error) in BUSY or status(error) >= 500:
            raise Unavailable(f"{error.operation_name}: {code(error)}") from error
        raise
    except (ConnectionError, HTTPClientError) as error:
        # The message holds an address only, but its kind says enough.
        raise Unavailable(type(error).__name__, answered=False) from error


def code(error: Any) -> str:
    """The vendor's code of a botocore ClientError."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status(error: Any) -> int:
    """The HTTP status of a botocore ClientError."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
