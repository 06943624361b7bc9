"""Pictures and voice notes: accepted, cleaned, resized and stored."""
