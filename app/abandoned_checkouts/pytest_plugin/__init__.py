"""The pytest plugin: a twin for each test session, and a fixture that rewinds it after each test.

pytest loads `plugin` by the entry point `pytest11` of this distribution. Every fixture, option and marker starts with
`twin`. The server and its libraries are imported when a test uses a fixture; before that, only pytest is.
"""
