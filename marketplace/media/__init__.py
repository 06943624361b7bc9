"""Pictures: accepted, cleaned, resized and stored. Refuses whatever it cannot decode and write anew by itself.

Nothing a person sends is ever served as it came: pixels are read, everything else (EXIF, GPS, comments, appended archives) is
left behind, and new files are written at a few widths within byte budgets.
"""
