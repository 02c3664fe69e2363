"""Fakes and conformance suites: test a part of your own with the seams the built-in parts use."""
