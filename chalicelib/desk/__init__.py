"""What a good receptionist decides. Pure: no I/O, no clock, values in and values out."""
