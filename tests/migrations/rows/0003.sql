-- What staff did in the third version, and what it noted besides.

UPDATE care_units SET retired = true WHERE id = 2;
UPDATE base_schedules SET former = '[{"weekdays": "1", "opens": "08:00"}]' WHERE id = 1;
INSERT INTO accounts (id, name, name_key, password_hash, role, active, made_at) VALUES
    (1, 'Åke', 'åke', 'scrypt:32768:8:1$salt$00', 'administrator', true, '2026-02-01 08:00:00'),
    (2, 'Rut', 'rut', 'scrypt:32768:8:1$salt$01', 'reader', false, '2026-02-01 08:00:00');
INSERT INTO account_units (account_id, unit_id) VALUES (2, 1);
INSERT INTO sign_ins (id, token_hash, account_id, at, last_seen) VALUES (1, 'ab12', 1, '2026-02-01 08:00:00', '2026-02-01 08:20:00');
INSERT INTO sign_in_attempts (id, at, name_key, address) VALUES (1, '2026-02-01 07:59:00', 'åke', '192.0.2.1');
INSERT INTO secrets (name, value) VALUES ('cookie key', 'c2VjcmV0');
INSERT INTO staff_changes (id, unit_id, account_id, at, sentence, undo, undone) VALUES
    (1, 1, 1, '2026-02-01 09:00:00', '{"text": "Blockerad: %(when)s.", "values": {"when": "2099-05-04"}}', '{"slots": ["slot-3"]}', false),
    (2, NULL, 1, '2026-02-01 09:01:00', '{"text": "Nytt konto.", "values": {}}', NULL, false);
INSERT INTO absences (id, unit_id, performer_id, starts, ends, reason) VALUES (1, 1, 1, '2099-05-04 09:00:00', '2099-05-04 12:00:00', 'Kurs');
INSERT INTO absence_blocks (absence_id, slot_public_id) VALUES (1, 'slot-3');
INSERT INTO base_schedule_exceptions (base_schedule_id, day, is_extra) VALUES (1, '2099-05-05', true);
INSERT INTO access_log (id, at, unit, actor_type, actor_id, consumer, action, patient, booking) VALUES
    (1, '2026-02-01 10:00:00', 'SE2321000016-1aB', 'staff', 'Åke', NULL, 'booking read', '197001239297', 'BOKAD');
INSERT INTO calendar_feeds (id, unit_id, secret_hash, made_at) VALUES (1, 1, 'cd34', '2026-02-01 10:00:00');
INSERT INTO follow_ups (event_id, account_id, at) VALUES (3, 1, '2026-02-02 08:00:00');
INSERT INTO booking_events (id, booking_id, at, act, actor_type, actor_id, consumer, correlation_id, message, override_reason, "before", "after") VALUES
    (6, 6, '2026-02-01 11:00:00', 'booked', 'staff', 'Åke', NULL, NULL, NULL, 'Akut', NULL, '{"public_id": "DOLD", "unit": "SE2321000016-1aB"}');
