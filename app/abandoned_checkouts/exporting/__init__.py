"""What takes checkouts out: files that `import` reads back, and tables for spreadsheets."""
