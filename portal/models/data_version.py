"""A number that rises with each change of the catalogue, so that what is made from it can be kept until then."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import NEVER_REUSE_IDS, Base, no_person


class DataVersion(Base):
    """One counter. Triggers raise `catalogue` with each change of a course, partner or rule."""

    __tablename__ = "data_version"
    __table_args__ = ({"info": no_person("a counter"), **NEVER_REUSE_IDS},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    number: Mapped[int]
