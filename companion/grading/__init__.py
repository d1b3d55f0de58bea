"""The instructor's side: hand out exercises, check them, and grade them safely."""
