"""What can go wrong outside, named by who must act on it."""


class Rejected(Exception):
    """The sender must act: a forged signature, a body that cannot be read. Nothing is kept."""


class Unavailable(Exception):
    """Nobody must act: the other side is busy or down, trying again later is right.

    ``retry_after`` is how many seconds the other side asked us to wait, when it said so.
    ``answered`` tells whether the other side answered at all: after a lost answer the outcome of a
    write is unknown, after a refusal nothing was done.
    """

    def __init__(self, why: str, retry_after: float | None = None, *, answered: bool = True) -> None:
        super().__init__(why)
        self.retry_after = retry_after
        self.answered = answered


class Refused(Exception):
    """A person must act: a dead token, a closed tariff, a field the CRM will not take."""


class Unreachable(Refused):
    """The client cannot be written to here: she blocked us, left, or the reply window is closed."""
