"""Followers of the ledger that can be searched, and who may have them open.

edge      the embedded engine behind the `Index` protocol
follow    ledger -> index: apply what was committed since
owner     one index for all processes: an owner, and clients that ask it
verify    index against ledger, row by row
probe     opens a suspect index in a process that may die of it
"""
