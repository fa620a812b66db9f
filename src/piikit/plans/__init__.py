"""A plan and its judging: targets, agencies, tasks, progress."""
