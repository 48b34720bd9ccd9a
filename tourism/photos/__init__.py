"""Photos of a lodging: taken in, made small, ordered, described. What other slices may use:"""

from tourism.photos.actions.reading import (
    count_photos,
    covers_of,
    list_masters,
    list_photos,
    read_master,
)
from tourism.photos.models import Photo

__all__ = ["Photo", "count_photos", "covers_of", "list_masters", "list_photos", "read_master"]
