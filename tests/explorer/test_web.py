"""Runs the tests of the page's TypeScript modules (`npm test` in web/)."""

import pytest

from abandoned_checkouts.explorer.build import WEB, build, install_packages, node_and_npm, run


def test_modules_of_the_page() -> None:
    build()
    if not (WEB / "node_modules").is_dir():
        pytest.skip("the page's npm packages are not installed; its built page is up to date without them")
    install_packages(with_checks=True)
    npm, node = node_and_npm()
    run([*npm, "test"], cwd=WEB, doing="testing the page's modules", path=node)
