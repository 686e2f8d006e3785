"""What the command says when it cannot go on."""


class Failed(Exception):
    """One sentence for the person at the keyboard; the command ends with status 2."""
