"""The stack, its packaging, the embedded cloud and the ``nochnik`` command. Never shipped in the zip."""
