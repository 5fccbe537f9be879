"""The wire: messages, contracts, codec, schemas and client; nothing here knows the timetable."""
