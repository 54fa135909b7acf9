"""The fault catalogue, and the test that runs each of its rows."""
