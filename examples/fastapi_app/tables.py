"""The tables of the application itself."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What the tables have in common."""


class Petition(Base):
    """What somebody wrote to the county; how it is handled is a case of the same number."""

    __tablename__ = "petitions"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    petitioner: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="open")
