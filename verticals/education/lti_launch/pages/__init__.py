"""The activities of a class, and the way to a tool and back."""
