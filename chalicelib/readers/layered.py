"""The cheapest reader first: the local one, and a model only where the local one is not sure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.desk.values import Reading
from chalicelib.errors import Unavailable
from chalicelib.ports import Reader

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules


class Layered:
    """``model`` is None where there is no key, or no consent yet."""

    name = "layered"

    def __init__(self, local: Reader, model: Reader | None) -> None:
        self._local = local
        self._model = model

    def read(self, text: str, asked: str | None, rules: Rules, now: datetime) -> Reading:
        """See `ports.Reader`. While the model is unavailable the local reading stands."""
        reading = self._local.read(text, asked, rules, now)
        # What she says of her health stays here, however unclear it is.
        if (
            self._model is None
            or reading.confidence >= rules.dialogue.confidence_threshold
            or reading.escalate == "medical"
        ):
            return reading
        try:
            return self._model.read(text, asked, rules, now)
        except Unavailable:
            return reading
