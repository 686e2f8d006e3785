"""The model that ships is the one that corpus/ and the features give."""

from __future__ import annotations

from chalicelib.readers import learned
from corpus import learn


def test_the_model_is_not_stale() -> None:
    """After a change of corpus/ or of what the model sees: `python -m corpus.learn`."""
    assert learned.model().digest == learn.digest(learn.examples())
