"""What photos brings."""

from hub.core.vertical import NavItem, Personal, Slice
from tourism.photos import pages, tasks
from tourism.photos.models import PhotosOld, RenditionWanted

slice = Slice(
    package="tourism.photos",
    handlers=pages.handlers,
    tasks=(
        tasks.make_rendition_later,
        tasks.announce_old_photos_later,
        tasks.destroy_old_photos_later,
    ),
    on={
        RenditionWanted: (tasks.make_rendition_later,),
        PhotosOld: (tasks.destroy_old_photos_later,),
    },
    ticks=(tasks.DAILY,),
    nav=(NavItem(label="Photos", path="/pro/photos", organisation_kinds=("lodging",), rank=58),),
    personal=Personal(nobody={"photo_file": "pictures of houses and rooms"}),
)
