"""Measured answers and what is assumed -> what each rung costs in a month, at any volume.

    answers (`answers`) + machines (`machines`) + dues (`dues`) -> a month (`months`)
    months of several rungs -> where one becomes cheaper than another (`breaking_even`) -> a report

Whatever nobody knows stays unknown, and makes unknown what it is part of. Knows no project.
"""
