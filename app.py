"""Every Lambda on one page: receive, converse, deliver, watch, step, page. One line each into chalicelib.

Every function's cold start imports this file, so each imports its own part when it first runs.
"""

from typing import Any

from chalice import Chalice, Rate, Response
from chalice.app import CloudWatchEvent, SQSEvent

FORM = "application/x-www-form-urlencoded"

app = Chalice(app_name="nochnik")


@app.route("/hooks/{channel}", methods=["GET"])
def shake_hands(channel: str) -> Response:
    """A provider proves that the webhook is ours, or tells by its URL how a call ended."""
    from chalicelib import office, receive

    return _plain(receive.shake_hands(channel, dict(app.current_request.query_params or {}), office.webhook()))


@app.route("/hooks/{channel}", methods=["POST"], content_types=["application/json", FORM])
def receive(channel: str) -> Response:
    """A provider delivers what clients said: into the inbox."""
    from chalicelib import office, receive

    request = app.current_request
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = dict(request.query_params or {})
    return _plain(receive.receive(channel, headers, request.raw_body, office.webhook(), query))


@app.route("/health")
def health() -> dict[str, Any]:
    """Whether the stack answers, and with which pack."""
    from chalicelib import office, page

    return page.health(office.front())


@app.route("/")
def page() -> Response:
    """The owner's page."""
    from chalicelib import office, page

    return Response(page.status(office.front()), headers={"Content-Type": "text/html; charset=utf-8", **page.HEADERS})


@app.route("/calendar/{secret}")
def feed(secret: str) -> Response:
    """A master's visits, for the calendar of her phone."""
    from chalicelib import office
    from chalicelib.page import calendars

    return _calendar(calendars.feed(secret, office.calendars()))


@app.route("/visits/{secret}")
def visit(secret: str) -> Response:
    """One visit, for the calendar of the client's phone."""
    from chalicelib import office
    from chalicelib.page import calendars

    return _calendar(calendars.visit(secret, office.calendars()))


@app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:inbox.fifo", batch_size=10)
def converse(event: SQSEvent) -> dict[str, Any]:
    """One turn of a conversation: load, decide, save, perform."""
    from chalicelib import engine, office, queue

    return queue.failed(engine.converse(queue.jobs(event.to_dict()), office.office()))


@app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:deliveries.fifo", batch_size=1)
def deliver(event: SQSEvent) -> dict[str, Any]:
    """A lead into the CRM, a visit into the calendar outside."""
    from chalicelib import deliver, office, queue

    return queue.failed(deliver.deliver(queue.jobs(event.to_dict()), office.deliveries()))


@app.schedule(Rate(5, unit=Rate.MINUTES))
def watch(event: CloudWatchEvent) -> dict[str, int]:
    """What should have happened and did not."""
    from chalicelib import office, watch

    return {"rang": watch.watch(office.office())}


@app.schedule(Rate(1, unit=Rate.MINUTES))
def step(event: CloudWatchEvent) -> dict[str, int]:
    """The diary in step with the calendar outside. Off for a client without one (infra/stack.json)."""
    from chalicelib import office, step

    return {"changed": step.step(office.deliveries())}


def _calendar(text: str | None) -> Response:
    from chalicelib import page

    kind = "text/plain" if text is None else "text/calendar"
    headers = {"Content-Type": f"{kind}; charset=utf-8", **page.HEADERS}
    return Response(text or "", status_code=404 if text is None else 200, headers=headers)


def _plain(answer: Any) -> Response:
    return Response(answer.body, status_code=answer.status, headers={"Content-Type": "text/plain; charset=utf-8"})
