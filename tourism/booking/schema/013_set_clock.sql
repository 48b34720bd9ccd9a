-- When the machine's clock is set, the times of what is held go with it (`move_holds`).

grant update (held_at, expires_at) on booking to hub_definer;
