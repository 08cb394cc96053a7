"""The five functions of the import, without their Lambda handlers: what each does, and how its parts are wired."""
