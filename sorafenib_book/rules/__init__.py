"""What the tables must fulfil: a file for each kind of rule, and the register of them all.

A range that a number keeps to, such as a P value's 0 to 1, is written in the data package (``constraints`` of the
column in datapackage.json) and held in :mod:`ranges`. A rule that reads several cells is a function, marked with the
tables and columns that it reads: it is asked only where these are there, so that the rules serve other tables too.
"""
