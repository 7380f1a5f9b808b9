"""The documentation over HTTP: the Markdown pages of docs/ as web pages at `/docs`, as Markdown, and as `/llms.txt`."""
