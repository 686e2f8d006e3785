"""Put into the Lambdas' Python as ``sitecustomize``: the worker dies at the moment that the plan names.

A moment is just before a request goes out, or just after its answer has come. The plan is a file beside this one; it is
gone when the death has happened.
"""

import http.client
import json
import os
from pathlib import Path

PLAN = Path(__file__).with_name("death.json")


def moment() -> None:
    if "Converse" not in os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""):
        return
    try:
        plan = json.loads(PLAN.read_text())
    except (FileNotFoundError, ValueError):
        return
    plan["passed"] += 1
    if plan["passed"] < plan["moment"]:
        PLAN.write_text(json.dumps(plan))
        return
    PLAN.unlink()
    os._exit(137)


original_send, original_answer = http.client.HTTPConnection.endheaders, http.client.HTTPConnection.getresponse


def endheaders(self, *args, **kwargs):
    moment()
    return original_send(self, *args, **kwargs)


def getresponse(self, *args, **kwargs):
    answer = original_answer(self, *args, **kwargs)
    moment()
    return answer


http.client.HTTPConnection.endheaders = endheaders
http.client.HTTPConnection.getresponse = getresponse
