"""Questions to a season that store nothing. In reading order:

find_person   who is meant: by key, ID number, telephone, name and township
scenario      the season with some things otherwise
hand_plan     a plan made by hand, row by row
"""
