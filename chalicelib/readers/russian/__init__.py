"""The Russian of booking messages: words, numbers, days and hours, names, phone numbers."""
