-- A region as the program of the first version left it: every table, and a booking in each state that there is.

INSERT INTO unit_groups (id, name) VALUES (1, 'Kliniker');
INSERT INTO care_units (id, hsa_id, hsa_key, name, county, municipality_code, municipality_name, visiting_address, group_id, offers_care) VALUES
    (1, 'SE2321000016-1aB', 'SE2321000016-1AB', 'Vårdcentralen Å', 'Stockholms län', '0180', 'Stockholm', 'Gatan 1', 1, true),
    (2, 'SE2321000016-KANSLI', 'SE2321000016-KANSLI', 'Kansliet', 'Stockholms län', NULL, NULL, NULL, 1, false);
INSERT INTO booking_rules (unit_id, flows, lookups, new_booking_allowed, rebooking_allowed, cancelling_allowed, message_allowed, booking_notice_minutes, booking_horizon_minutes, rebooking_notice_minutes, rebooking_horizon_minutes, cancelling_notice_minutes, cancelling_horizon_minutes, other_unit_allowed, rebooking_keeps_resource, rebooking_keeps_performer, rebooking_changes_id, most_live_bookings, simultaneous_bookings_allowed, listed_patients_only, own_performer_only, test_identities_only, reserve_ids_accepted, guardians_may_act, cancelled_invitation_becomes, text_to_read, past_bookings_shown, actor_required, empty_elements_accepted) VALUES
    (1, 'book,cancel,rebook,see', 'care_types,performers,units', true, true, true, true, 0, NULL, 0, NULL, 60, NULL, true, true, false, false, 9, false, false, false, false, true, false, 'nothing', 'Läs & begrunda', false, true, true),
    (2, 'see', '', false, false, false, false, 0, 100, 0, 100, 0, 100, true, false, false, true, NULL, true, false, false, false, false, true, 'open_invitation', NULL, true, false, false);
INSERT INTO performers (id, hsa_id, hsa_key, title, first_name, middle_name, last_name) VALUES
    (1, 'SE2321000016-p1', 'SE2321000016-P1', 'Leg. läkare', 'Anna', NULL, 'Exempelsson'),
    (2, 'SE2321000016-P2', 'SE2321000016-P2', NULL, 'Bo', 'Erik', 'Påhittsson');
INSERT INTO memberships (unit_id, performer_id) VALUES (1, 1), (1, 2);
INSERT INTO resources (id, unit_id, code, name) VALUES (1, 1, 'RUM1', 'Rum 1');
INSERT INTO care_types (id, unit_id, code, name) VALUES (1, 1, 'ALLMAN', 'Allmänmedicin');
INSERT INTO time_types (id, unit_id, code, name) VALUES (1, 1, 'NYBESOK', 'Nybesök'), (2, 1, 'KONTROLL', 'Kontroll');
INSERT INTO time_type_care_types (time_type_id, care_type_id, place) VALUES (1, 1, 0);
INSERT INTO time_type_performers (time_type_id, performer_id) VALUES (1, 1);
INSERT INTO base_schedules (id, unit_id, name, weekdays, opens, closes, slot_minutes, pause_minutes, every_weeks, valid_from, valid_to, days_ahead, laid_out_to, performer_id, resource_id) VALUES
    (1, 1, 'Anna', '1,2,5', '08:00:00.000000', '10:00:00.000000', 30, 5, 2, '2099-05-04', NULL, 84, '2099-07-26', 1, 1);
INSERT INTO base_schedule_time_types (base_schedule_id, time_type_id) VALUES (1, 1);

INSERT INTO bookings (id, public_id, unit_id, patient, starts, ends, time_type_id, care_type_id, performer_id, resource_id, reason, purpose, is_invitation, state, shown_to_patient, invited_by_unit_id, invitation_valid_to, first_name, middle_name, last_name, phone, email, address, coaddress, made_at, changed_at) VALUES
    (1, 'BOKAD', 1, '197001239297', '2099-05-04 08:00:00', '2099-05-04 08:30:00', 1, 1, 1, 1, 'Ont i "knät"', NULL, false, 'live', true, NULL, NULL, 'Åsa', NULL, 'Öberg', '070', 'a@example.org', 'Vägen 1', 'c/o B', '2026-01-02 03:04:05', '2026-01-02 03:04:05'),
    (2, 'AVBOKAD', 1, '197001239297', '2099-05-04 08:00:00', '2099-05-04 08:30:00', 1, NULL, 1, 1, NULL, NULL, false, 'cancelled', true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-01-01 00:00:00', '2026-01-02 00:00:00'),
    (3, 'KALLAD-OPPEN', 2, '195501142284', NULL, NULL, 2, NULL, NULL, NULL, NULL, '<article><title>Kontroll</title><para>Dags.</para></article>', true, 'live', true, 2, '2099-12-31', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    (4, 'KALLAD-TID', 1, '196201082697', '2099-05-05 08:00:00', '2099-05-05 08:30:00', 2, NULL, 2, NULL, NULL, 'Kontroll', true, 'live', true, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    (5, 'TILLBAKA', 2, '194001079120', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'Ingen', true, 'withdrawn', true, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-01-01 00:00:00', '2026-01-03 00:00:00'),
    (6, 'DOLD', 1, '197001239297', '2099-05-06 08:00:00', '2099-05-06 08:30:00', 2, NULL, NULL, NULL, NULL, NULL, false, 'live', false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    (7, 'FLYTTAD-NU', 1, '198101079294', '2099-05-05 09:00:00', '2099-05-05 09:30:00', 1, NULL, 1, 1, NULL, NULL, false, 'live', true, NULL, NULL, 'Per', NULL, 'Alm', NULL, NULL, NULL, NULL, '2026-01-01 00:00:00', '2026-01-04 00:00:00');
INSERT INTO slots (id, public_id, unit_id, starts, ends, time_type_id, performer_id, resource_id, blocked, booking_id) VALUES
    (1, 'slot-1', 1, '2099-05-04 08:00:00', '2099-05-04 08:30:00', 1, 1, 1, false, 1),
    (2, 'slot-2', 1, '2099-05-04 08:30:00', '2099-05-04 09:00:00', 1, 1, 1, false, NULL),
    (3, 'slot-3', 1, '2099-05-04 09:00:00', '2099-05-04 09:30:00', 1, 1, 1, true, NULL),
    (4, 'slot-4', 1, '2099-05-05 08:00:00', '2099-05-05 08:30:00', 2, 2, NULL, false, 4),
    (5, 'slot-5', 1, '2099-05-05 09:00:00', '2099-05-05 09:30:00', 1, 1, 1, false, 7);
INSERT INTO listings (id, unit_id, patient, performer_id) VALUES (1, 1, '197001239297', 1), (2, 1, '198101079294', NULL);
INSERT INTO restrictions (id, unit_id, patient, time_type_id) VALUES (1, 1, '201501012395', NULL), (2, 1, '202001012398', 2);
-- What is not known stands as null in JSON, as that program wrote it.
INSERT INTO booking_events (id, booking_id, at, act, actor_type, actor_id, consumer, correlation_id, message, "before", "after") VALUES
    (1, 1, '2026-01-02 03:04:05', 'booked', 'patient', '197001239297', 'SE2321000016-1077', 'c-1', NULL, 'null', '{"public_id": "BOKAD", "unit": "SE2321000016-1aB", "starts": "2099-05-04T08:00:00", "ends": "2099-05-04T08:30:00", "time_type": "NYBESOK", "performer": "SE2321000016-p1", "resource": "RUM1"}'),
    (2, 2, '2026-01-01 00:00:00', 'booked', 'seed', NULL, NULL, NULL, NULL, 'null', '{"public_id": "AVBOKAD", "unit": "SE2321000016-1aB"}'),
    (3, 2, '2026-01-02 00:00:00', 'cancelled', 'patient', '197001239297', NULL, NULL, 'Förhinder', '{"public_id": "AVBOKAD", "unit": "SE2321000016-1aB"}', '{"public_id": "AVBOKAD", "unit": "SE2321000016-1aB"}'),
    (4, 7, '2026-01-04 00:00:00', 'rebooked', 'patient', '198101079294', NULL, NULL, NULL, '{"public_id": "FLYTTAD-DA", "unit": "SE2321000016-1aB"}', '{"public_id": "FLYTTAD-NU", "unit": "SE2321000016-1aB"}'),
    (5, 3, '2026-01-01 00:00:00', 'invited', 'staff', NULL, NULL, NULL, NULL, 'null', '{"public_id": "KALLAD-OPPEN", "unit": "SE2321000016-KANSLI"}');
