"""Tests mirror the tree above; what several share lies beside this file."""
