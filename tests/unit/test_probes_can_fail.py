"""Every probe finds the fault that is planted for it: the tests that plant one, probe by probe."""

from datetime import date

from hub import trust
from hub.probes.actions import PROBES
from hub.trust.models import Check
from tests.unit.test_asvs import ROOT, collected

DB, UNIT = "tests/db/test_probes.py", "tests/unit/test_probes.py"
KEYS, LEVELS = "tests/db/test_probes_keys.py", "tests/db/test_service_levels.py"
# A probe without a row here, or a row whose test is gone or skipped, fails.
PLANTED: dict[str, dict[str, tuple[str, ...]]] = {
    "tls": {UNIT: ("test_transport", "test_an_address_in_clear_has_no_level")},
    "availability": {
        LEVELS: (
            "test_the_probes_of_availability_and_incidents_find_what_went_wrong",
            "test_hours_in_which_nobody_asked_are_found_too",
        )
    },
    "incidents": {
        LEVELS: (
            "test_the_probes_of_availability_and_incidents_find_what_went_wrong",
            "test_hours_without_an_answer_that_nobody_reported_are_found",
        )
    },
    "admin-sign-in": {DB: ("test_every_administrator_has_a_factor_that_resists",)},
    "isolation": {
        DB: (
            "test_holes_in_walls_are_found",
            "test_a_log_that_tells_what_an_organisation_writes_is_found",
        )
    },
    "keys": {
        KEYS: (
            "test_a_host_that_does_not_do_what_it_must_is_found",
            "test_a_key_that_is_not_the_organisations_is_found",
            "test_what_is_sealed_in_name_only_is_found",
            "test_a_shredding_that_leaves_the_key_is_found",
            "test_a_sealed_column_that_stands_in_clear_is_found",
        )
    },
    "audit-log": {DB: ("test_a_rewritten_act_is_found",)},
    "clock": {DB: ("test_a_clock_that_goes_wrong_is_found",)},
    "restore": {
        DB: ("test_the_last_restore_that_was_written_down_counts",),
        UNIT: ("test_the_last_restore_is_worth_its_times",),
    },
    "sbom": {UNIT: ("test_a_file_that_changed_after_its_installation_is_found",)},
    "vulnerabilities": {UNIT: ("test_a_critical_weakness_costs_levels_as_it_stays_open",)},
    "residency": {
        DB: (
            "test_the_place_of_the_database_is_the_real_one",
            "test_the_place_of_files_on_a_server_is_the_real_one_too",
            "test_the_server_of_the_backups_is_looked_at_like_that_of_the_files",
        ),
        UNIT: ("test_where_the_data_are",),
    },
    "egress": {DB: ("test_a_call_outside_of_the_list_is_found",)},
    "export": {
        DB: (
            "test_an_export_that_holds_rows_of_others_is_found",
            "test_a_second_export_that_keeps_nothing_of_the_first_is_found",
        )
    },
    "round-trip": {
        DB: (
            "test_a_hub_that_does_not_take_an_export_in_is_found",
            "test_a_row_that_arrives_otherwise_is_found",
        )
    },
}


def test_every_probe_that_runs_or_that_a_level_asks_for_has_a_planted_fault() -> None:
    referential = trust.read_referential("secure-cloud", date(2026, 12, 1))
    wanted = {
        need.code
        for criterion in referential.criteria
        for step in criterion.steps
        for need in step.needs
        if need.check is Check.PROBE
    }
    assert wanted | {probe.code for probe in PROBES} == set(PLANTED)


def test_the_tests_that_plant_them_are_there_and_run() -> None:
    missing = [
        f"{code}: {path}::{name}"
        for code, files in PLANTED.items()
        for path, names in files.items()
        for name in names
        if name not in collected(ROOT / path)
    ]
    assert missing == []
