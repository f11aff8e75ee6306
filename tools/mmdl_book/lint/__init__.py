"""Reads a chapter as an editor would: every fault with its line and its remedy.

``page`` turns Markdown into fences, formulas, roles and words with their places;
``book`` knows what the other pages define; each ``rules_*`` module holds rules, and
``findings`` says how they are told. Nothing is built and nothing is run.
"""
