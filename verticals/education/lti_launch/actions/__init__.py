"""Teachers place activities of tools; who is in the class opens them."""
