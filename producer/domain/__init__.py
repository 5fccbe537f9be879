"""The timetable and its rules: values and pure functions, no clock, no input or output."""
