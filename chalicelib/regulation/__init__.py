"""The client's signed documents as frozen, checked data."""
