-- What the index had been told of in the fourth version, and was still to be told.

INSERT INTO index_settings (id, source_system, data_controller, categories_by_kind) VALUES (1, 'SE2321000016-SYST', '232100-0016', false);
INSERT INTO index_posts (booking_id, patient, categorization, logical_address, business_id, source_system, data_controller, most_recent, leaves_at) VALUES
    (1, '197001239297', 'Bokning', 'SE2321000016-1aB', 'BOKAD', 'SE2321000016-SYST', '232100-0016', '2099-05-04 08:00:00', '2099-05-04 08:00:00');
INSERT INTO index_outbox (id, booking_id, patient, categorization, logical_address, business_id, source_system, data_controller, most_recent, deleted, made_at, state, attempts, ended_at, reason) VALUES
    (1, 1, '197001239297', 'Bokning', 'SE2321000016-1aB', 'BOKAD', 'SE2321000016-SYST', '232100-0016', '2099-05-04 08:00:00', false, '2026-03-01 08:00:00', 'sent', 1, '2026-03-01 08:00:05', NULL),
    (2, 2, '197001239297', 'Bokning', 'SE2321000016-1aB', 'AVBOKAD', 'SE2321000016-SYST', '232100-0016', NULL, true, '2026-03-01 08:00:00', 'refused', 3, '2026-03-01 08:00:05', 'EI003'),
    (3, 6, '197001239297', 'Bokning', 'SE2321000016-1aB', 'DOLD', 'SE2321000016-SYST', '232100-0016', NULL, true, '2026-03-01 08:00:00', 'waiting', 0, NULL, NULL);
INSERT INTO index_delivery (id, failures, not_before, last_reason, last_success) VALUES (1, 2, 1770000000, 'HTTP 503', '2026-03-01 08:00:05');
INSERT INTO leases (name, holder, until) VALUES ('delivery', 'host-1', 1770000000);
