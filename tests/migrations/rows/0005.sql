-- Calls that were refused, as the fifth version notes them.

INSERT INTO access_log (id, at, unit, actor_type, actor_id, consumer, action, patient, booking, refused) VALUES
    (2, '2026-04-01 10:00:00', 'SE2321000016-1aB', 'patient', '197001239297', 'SE2321000016-1077', 'MakeBooking', '197001239297', NULL, true);
