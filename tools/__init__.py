"""What the project is developed with; nothing here is installed with the package."""
