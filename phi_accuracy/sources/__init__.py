"""Who and what the notes are about: invented people of many origins, places, numbers, dates."""
