"""What the product costs: cold start, processor time, AWS requests, latency. `make bench` prints it all in one run."""
