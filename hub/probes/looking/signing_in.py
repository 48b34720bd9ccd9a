"""How the administrators sign in (SEC-03)."""

from hub.probes import store
from hub.probes.world import World
from hub.trust import Found

NOBODY = "Aucun administrateur n'est connu."
WITHOUT = "%(missing)s administrateurs sur %(all)s se connectent sans second facteur."
PHISHED = "%(missing)s administrateurs sur %(all)s ont un second facteur qui s'hameçonne."
WELL = "Les %(all)s administrateurs ont un second facteur qui résiste à l'hameçonnage."
SENTENCES = (NOBODY, WITHOUT, PHISHED, WELL)


async def look_at_sign_in(world: World) -> Found:
    """Everybody who belongs to an operator is an administrator."""
    async with world.database.transaction() as tx:
        found = await store.count_administrators(tx)
    if not found.everybody:
        return Found(rank=0, says=NOBODY)
    if found.with_factor < found.everybody:
        missing = found.everybody - found.with_factor
        return Found(rank=0, says=WITHOUT, filled={"missing": missing, "all": found.everybody})
    if found.resistant < found.everybody:
        missing = found.everybody - found.resistant
        return Found(rank=1, says=PHISHED, filled={"missing": missing, "all": found.everybody})
    return Found(rank=3, says=WELL, filled={"all": found.everybody})
