"""The seasonal peaks: eight scenarios (DOMAIN 5.3, L1 to L8) against a served demonstration.

`mixes` and `days` say what is known of the market and of the calendar, with its source; `plan`,
`crowd`, `push` and `scenarios` turn it into what is asked and when, the same for the same seed;
`drive` asks it with locust; `stage` serves the demonstration and asks its database what is true;
`figures`, `charts` and `pages` tell it; `costs` measures each step alone, and `capacity` says what
follows for the market.
"""
