"""What a stack's functions said last, for a message about what went wrong."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

NOISE = ("START ", "END ", "REPORT ", "INIT_START ")


def last_complaint(logs: Any, stack: str, function: str) -> str:
    """The last line of a function's log that is its own; empty when there is none."""
    try:
        groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{stack}-{function}-")["logGroups"]
        lines = [line for group in groups for line in _lines(logs, group["logGroupName"])]
    except ClientError:
        return ""
    return lines[-1] if lines else ""


def _lines(logs: Any, group: str) -> list[str]:
    streams = logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True, limit=1)
    found = []
    for stream in streams["logStreams"][:1]:
        events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=False)
        found += [event["message"].strip() for event in events["events"]]
    return [line for line in found if line and not line.startswith(NOISE)]
