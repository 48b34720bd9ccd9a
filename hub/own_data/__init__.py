"""What is held about one person, over all organisations: given to that person. Others may use:"""

from hub.own_data.actions.asking import find_person
from hub.own_data.actions.building import write_folder
from hub.own_data.models import Manifest, Owner

__all__ = ["Manifest", "Owner", "find_person", "write_folder"]
