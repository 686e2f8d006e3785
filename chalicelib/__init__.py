"""Nochnik: the front desk that answers at night. Start at ``app.py``, then ``engine.py``."""
