"""One DynamoDB table on the embedded cloud and nothing beside it: for what only the table's own conditions decide."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra import cloud as embedded

TABLE = "nochnik"


@contextmanager
def lone_table(folder: Path, connections: int = 50) -> Iterator[Any]:
    """A DynamoDB client, which many threads may share; the table is named `TABLE`."""
    import botocore.session
    from botocore.config import Config

    cloud = embedded.start(folder, embedded.free_port(), Path(sys.executable))
    try:
        key, secret = embedded.CREDENTIALS
        client = botocore.session.get_session().create_client(
            "dynamodb",
            region_name=embedded.REGION,
            endpoint_url=cloud.endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(max_pool_connections=connections, retries={"mode": "standard", "total_max_attempts": 3}),
        )
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        yield client
    finally:
        cloud.stop()
