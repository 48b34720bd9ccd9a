"""What local projects bring."""

from hub.core.vertical import NavItem, Personal, Slice
from tourism.projects import pages

slice = Slice(
    package="tourism.projects",
    handlers=pages.handlers,
    nav=(NavItem(label="Projets locaux", path="/pro/projects", organisation_kinds=pages.RUNNERS),),
    personal=Personal(
        nobody={"local_project": "projects of organisations"},
    ),
)
