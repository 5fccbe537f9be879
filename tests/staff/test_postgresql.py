"""One journey of each part on PostgreSQL; with TIDBOK_STAFF_TESTS_ON=postgresql all of them are made there."""

from collections.abc import Callable

import pytest

from staff import (
    test_absences,
    test_access,
    test_accounts,
    test_base_schedules,
    test_bookings,
    test_bookings_acts,
    test_calendar,
    test_connecting,
    test_copies,
    test_exchange_bookings,
    test_exchange_slots,
    test_exchange_units,
    test_follow_up,
    test_invitations,
    test_lists,
    test_lists_patients,
    test_rules,
    test_signing_in,
    test_units,
    test_week,
    test_week_edits,
)
from staff.world import StaffWorld

JOURNEYS: tuple[Callable[[StaffWorld], None], ...] = (
    test_absences.test_a_new_period_opens_what_falls_out_of_it_and_blocks_what_falls_in,
    test_access.test_a_long_log_is_turned_page_by_page,
    test_accounts.test_a_changed_account_is_signed_out_and_has_its_new_role,
    test_base_schedules.test_from_an_empty_form_to_times_that_residents_can_book,
    test_base_schedules.test_what_is_laid_out_is_exchanged_when_the_pattern_has_changed,
    test_bookings.test_the_trail_tells_who_did_what_when_and_with_what_message,
    test_bookings.test_a_booking_moved_to_another_unit_is_still_read_where_it_was,
    test_bookings_acts.test_staff_move_a_booking_and_its_old_time_is_offered_at_once,
    test_bookings_acts.test_an_open_invitation_is_given_a_time,
    test_calendar.test_the_next_fetch_shows_what_was_booked_meanwhile_and_else_there_is_nothing_to_fetch,
    test_connecting.test_the_sheet_has_what_the_activation_asks_for_and_the_contracts_of_the_flows,
    test_copies.test_copying_twice_adds_nothing,
    test_exchange_bookings.test_the_same_file_twice_adds_nothing,
    test_exchange_slots.test_what_was_read_in_can_be_undone,
    test_exchange_units.test_another_unit_after_the_likeness_of_one_is_bookable_at_once,
    test_follow_up.test_a_booking_moved_away_is_followed_up_where_it_was_and_where_it_went,
    test_invitations.test_a_timed_invitation_takes_its_slot_and_is_cancelled_by_the_patient,
    test_invitations.test_withdrawn_invitations_are_gone_for_their_patients_and_their_times_free,
    test_lists.test_a_time_type_is_given_care_types_in_order_and_performers,
    test_lists_patients.test_a_patient_is_barred_from_one_kind_of_time_or_all_and_let_in_again,
    test_rules.test_forbidding_rebooking_is_previewed_saved_and_answered,
    test_signing_in.test_after_five_failures_not_even_the_right_password_is_tried_for_a_while,
    test_units.test_groups_are_added_renamed_and_deleted_when_empty,
    test_week.test_picked_times_are_blocked_opened_and_the_last_change_undone,
    test_week.test_one_time_has_a_page_where_it_is_moved_stretched_and_altered,
    test_week_edits.test_slots_are_added_removed_and_altered_and_all_of_it_is_undone,
)


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__.removeprefix("test_"))
def test_on_postgresql(postgresql_world: StaffWorld, journey: Callable[[StaffWorld], None]) -> None:
    journey(postgresql_world)
