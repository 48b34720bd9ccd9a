"""Open311 GeoReport v2: the reports of a town for programs, in the standard's own words.

The standard is at wiki.open311.org/GeoReport_v2. Its errors are its own too: a list of codes with
descriptions, as XML or JSON by the ending of the address.
"""
