"""Understanding what clients write."""
