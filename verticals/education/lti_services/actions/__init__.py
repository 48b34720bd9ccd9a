"""What tools do in the classes where they are placed."""
