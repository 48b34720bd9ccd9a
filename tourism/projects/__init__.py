"""Local projects that a stay may support. What other slices may use:"""

from tourism.projects.actions import find_project, list_open, open_project
from tourism.projects.models import OpenProject, Project

__all__ = ["OpenProject", "Project", "find_project", "list_open", "open_project"]
