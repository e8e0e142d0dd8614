"""The tables of the application itself."""

from __future__ import annotations

from django.db import models


class Petition(models.Model):
    """What somebody wrote to the county; how it is handled is a case of the same number."""

    number = models.CharField(max_length=20, unique=True)
    petitioner = models.CharField(max_length=100)
    text = models.TextField()
    state = models.CharField(max_length=20, default="open")

    def __str__(self) -> str:
        return str(self.number)
