-- What a payout carries may have been read before the service had written all of it.

grant update on payout_line to hub_app;
