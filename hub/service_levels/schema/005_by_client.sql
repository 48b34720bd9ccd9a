-- A client reads its own months, newest first.
create index service_month_by_client on service_month (client, month desc);
