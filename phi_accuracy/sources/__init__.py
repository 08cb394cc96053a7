"""Who and what the notes of the measurement are about: invented people of many origins, places, numbers."""
