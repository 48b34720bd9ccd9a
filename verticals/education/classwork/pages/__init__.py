"""The school's page of links, and the page that each link opens."""
