"""The pages of courses: of who follows one, and of everybody who has the link of an open one."""
