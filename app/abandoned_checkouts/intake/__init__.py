"""What brings checkouts in: files of either platform."""
