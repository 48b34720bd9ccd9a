"""The invented house in its owner's words: what a hotelier who took care would have written."""

from hub.core.db import Tx
from tourism import lodging
from tourism.lodging.models import DescribeHouse, EquipHouse, Pets

DESCRIPTION = {
    "fr": "Une maison inventée, au bord d'un lac qui ne l'est pas. Dix-neuf chambres tournées vers "
    "l'eau ou vers les montagnes, une terrasse à l'ombre des tilleuls et un petit déjeuner qui "
    "prend son temps. La vieille ville est à huit minutes à pied, l'embarcadère à trois.",
    "en": "An invented house beside a lake that is real. Nineteen rooms facing the water or the "
    "mountains, a terrace in the shade of lime trees, and a breakfast that takes its time. The "
    "old town is eight minutes away on foot, the landing stage three.",
    "de": "Ein erfundenes Haus an einem See, den es wirklich gibt. Neunzehn Zimmer mit Blick aufs "
    "Wasser oder auf die Berge, eine Terrasse im Schatten der Linden und ein Frühstück, das sich "
    "Zeit lässt. Zur Altstadt sind es acht Minuten zu Fuß, zum Anleger drei.",
    "es": "Una casa inventada a orillas de un lago que sí existe. Diecinueve habitaciones que "
    "miran al agua o a las montañas, una terraza a la sombra de los tilos y un desayuno sin "
    "prisas. El casco antiguo está a ocho minutos a pie; el embarcadero, a tres.",
    "it": "Una casa inventata, in riva a un lago che esiste davvero. Diciannove camere rivolte "
    "verso l'acqua o verso le montagne, una terrazza all'ombra dei tigli e una colazione senza "
    "fretta. Il centro storico è a otto minuti a piedi, l'imbarcadero a tre.",
    "nl": "Een verzonnen huis aan een meer dat wel bestaat. Negentien kamers met uitzicht op het "
    "water of op de bergen, een terras in de schaduw van linden en een ontbijt dat de tijd neemt. "
    "De oude stad is acht minuten lopen, de aanlegsteiger drie.",
}
EQUIPMENT = EquipHouse(
    amenities=(
        "wifi", "parking", "ev_charging", "breakfast", "bar", "terrace", "lift", "bike_storage",
        "luggage_storage", "lake_view", "mountain_view", "non_smoking", "heating",
    ),
    accessibility=("step_free", "adapted_room", "lift", "assistance_dog"),
    pets=Pets.FEE,
    pets_note="Chiens et chats bienvenus : 9 € par nuit, à régler sur place.",
    children_welcome=True,
    check_in_from="15:00",
    check_out_until="11:00",
)  # fmt: skip


async def paint(tx: Tx) -> None:
    """Keep the words and the equipment of the house behind the transaction's wall."""
    house = await lodging.own_house(tx)
    await lodging.describe_house(
        tx, house, DescribeHouse(description=DESCRIPTION, source_language="fr")
    )
    house = await lodging.own_house(tx)
    await lodging.equip_house(tx, house, EQUIPMENT)
